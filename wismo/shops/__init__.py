"""The tenant: a shop, its brand, its members and its keys."""
