"""The merchant's rules of promising as data: one text, read whole or refused with every problem."""
