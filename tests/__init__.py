"""The tests of VEGA Terminal."""
