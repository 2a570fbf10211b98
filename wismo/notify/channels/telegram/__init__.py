"""Telegram: to who has spoken to the shop's bot."""
