"""What the rest of the house may read of promises."""
