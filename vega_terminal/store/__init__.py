"""What survives the process: SQLite with sealed tokens, and the key that seals them."""
