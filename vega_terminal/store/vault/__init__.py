"""The vault: the key, where it may lie, and what it seals."""
