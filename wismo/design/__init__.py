"""Tokens, components, base templates and static files: no Python logic."""
