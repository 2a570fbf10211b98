"""Days, moments, and the zones of the world from the time-zone database's own tables."""

import functools
from collections import defaultdict
from datetime import UTC, date, datetime, tzinfo
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_TABLES = files("tzdata") / "zoneinfo"


@functools.cache
def _zones() -> dict[str, list[str]]:
    table = (_TABLES / "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = defaultdict(list)
    for row in table.splitlines():
        if not row.startswith("#"):
            country, _, name, *_ = row.split("\t")
            zones[country].append(name)
    return dict(zones)


@functools.cache
def only_zone(country: str) -> str:
    """The country's zone where all its clocks agree, as "Europe/Berlin"; else "", for we do not guess.

    Büsingen is listed beside Berlin for what its clocks showed before 1981; from now on the two agree.
    """
    found = _zones().get(country.upper(), [])
    return found[0] if len({_from_now_on(name) for name in found}) == 1 else ""


def _from_now_on(zone: str) -> bytes:
    """The rule for all time to come, which ends a zone's file (RFC 9636, section 3.3)."""
    return _TABLES.joinpath(*zone.split("/")).read_bytes().rstrip(b"\n").rpartition(b"\n")[2]


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


_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)


def is_plausible_day(day: date | None) -> bool:
    """Whether it lies in the years 2000 to 2100, or is not told."""
    return day is None or _FIRST <= day <= _LAST


def is_plausible_moment(at: datetime | None) -> bool:
    """Whether it has an offset and lies in the years 2000 to 2100, or is not told.

    Near the ends of the calendar PostgreSQL keeps moments that Python cannot read back.
    """
    if at is None:
        return True
    ends = datetime(2000, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
    return at.utcoffset() is not None and ends[0] <= at < ends[1]
