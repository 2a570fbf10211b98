"""Messenger: a Facebook Page's conversations."""
