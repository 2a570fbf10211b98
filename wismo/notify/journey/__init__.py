"""Journeys: which fact becomes which message, as data."""
