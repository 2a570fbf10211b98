"""What is decided about a message: pure functions of facts and a journey."""
