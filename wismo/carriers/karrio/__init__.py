"""Karrio's connectors as an optional extra: they ask, our packs read what the carriers answer."""
