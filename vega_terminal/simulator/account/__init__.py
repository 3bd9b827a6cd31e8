"""What one simulated customer has: profile, funds, positions, holdings, orders."""
