"""The in-app feed: what the shop's own app or page shows a buyer. Nothing leaves the house."""
