"""Every write of the promise."""
