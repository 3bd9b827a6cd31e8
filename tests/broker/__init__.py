"""The broker adapter against real sockets."""
