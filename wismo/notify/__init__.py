"""Journeys and messages: who is told what, when, and why."""
