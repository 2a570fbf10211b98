"""Spans of time as people write them. Pure."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """Read "30s", "10m", "4h" or "2d"."""
    found = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text)
    if found is None:
        raise ValueError(f'{text!r} is not a duration such as "30s", "10m", "4h" or "2d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def write_duration(span: timedelta) -> str:
    """The duration in its largest whole unit, as `parse_duration` reads it."""
    seconds = int(span.total_seconds())
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"
