"""What the shopper sees."""
