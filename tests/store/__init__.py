"""The store, on real SQLite files and against real second processes."""
