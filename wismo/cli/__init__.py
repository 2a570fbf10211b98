"""The `wismo` command."""
