"""Texts that people write in TOML: where each key stands, and all that is wrong, told at once."""
