"""What a monitor may know, as numbers for Prometheus. Loaded only where they are asked for."""
