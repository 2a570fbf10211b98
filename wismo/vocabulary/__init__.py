"""The words of the house. Pure: the standard library, and the time-zone database."""
