"""Carriers are data: packs read by one engine. Pure: no Django, no network, no tables."""
