"""LINE: Japan, Thailand, Taiwan."""
