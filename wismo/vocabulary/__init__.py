"""The words of the house. Pure: standard library only."""
