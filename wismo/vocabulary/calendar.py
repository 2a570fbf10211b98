"""Zones of the world, from the time-zone database's own table."""

import functools
from collections import defaultdict
from datetime import UTC, tzinfo
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@functools.cache
def _zones() -> dict[str, list[str]]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = defaultdict(list)
    for row in table.splitlines():
        if not row.startswith("#"):
            country, _, name, *_ = row.split("\t")
            zones[country].append(name)
    return dict(zones)


def only_zone(country: str) -> str:
    """The country's zone where it has only one, as "Asia/Tokyo"; else "", for we do not guess."""
    found = _zones().get(country.upper(), [])
    return found[0] if len(found) == 1 else ""


def is_country(code: str) -> bool:
    """Whether `code` is an ISO 3166 country, in capitals."""
    return code in _zones()


@functools.lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC if name == "UTC" else None
