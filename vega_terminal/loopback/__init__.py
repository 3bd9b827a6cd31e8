"""What every server of this product shares: it listens on loopback alone, and a token opens it."""
