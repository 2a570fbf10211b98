"""Web push: to a browser whose owner said so on the tracking page."""
