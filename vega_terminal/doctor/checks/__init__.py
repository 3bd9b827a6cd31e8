"""What is looked at, one function a question."""
