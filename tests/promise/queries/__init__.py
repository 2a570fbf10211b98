"""What is read of promises."""
