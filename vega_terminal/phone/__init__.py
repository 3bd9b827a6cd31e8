"""The way by approval on the phone: asks the broker, takes its answer on loopback, and matches the two."""
