"""Values and rules of the product: no I/O, no event loop, no clock reads."""
