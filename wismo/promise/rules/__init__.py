"""Decisions about promises: pure, told the time, knowing no table."""
