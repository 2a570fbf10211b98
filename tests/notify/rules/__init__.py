"""What is decided about a message."""
