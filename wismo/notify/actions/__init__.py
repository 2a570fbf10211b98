"""Every write to messages and what hangs on them, by subject."""
