"""What tracking decides: pure, given the time."""
