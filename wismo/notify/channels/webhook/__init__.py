"""The shop's own sender: a signed webhook takes every message, and says back what became of it."""
