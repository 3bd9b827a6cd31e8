"""What happens and in which order. Knows the domain and its own ports, no library of the outside world."""
