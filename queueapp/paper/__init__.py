"""What is printed: the slip."""
