"""The day to wait for."""

from datetime import date


def expected_on(eta: date | None, promised_on: date | None, *, late: bool) -> date | None:
    """The carrier's day; else the promised one, while nothing speaks against it."""
    return eta or (None if late else promised_on)
