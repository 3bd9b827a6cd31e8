"""What a server and an attached terminal tell each other: typed messages as JSON."""
