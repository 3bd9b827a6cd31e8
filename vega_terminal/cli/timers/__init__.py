"""What the timers of an operating system need to start the warm-up: text, nothing is installed."""
