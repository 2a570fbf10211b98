"""What workers do for promises."""
