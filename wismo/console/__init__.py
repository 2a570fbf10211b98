"""What the merchant's team sees."""
