"""Doors for machines: the REST API and the webhooks in."""
