"""What the product costs, measured side by side with the plainest thing that does the same."""
