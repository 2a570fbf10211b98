"""When a scan happened, and how far the carrier's words for it can be trusted.

Carriers write local times without a zone, or with a `Z` that is not true. A pack states what its
carrier does; where nobody knows the zone, the time only orders scans and is never shown as an instant.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import NamedTuple

from wismo.vocabulary.status import TzSource

_YEARS = range(1990, 2100)  # a parcel's time outside these is a filler such as 0001-01-01 or 9999-12-31
_WIDEST_OFFSET = timedelta(hours=14)  # Kiritimati; the widest west is 12 hours
_QUARTER = timedelta(minutes=15)  # every zone in use lies on a quarter of an hour


class Naive(StrEnum):
    """What a time without an offset means."""

    CARRIER = "carrier"  # the zone of the carrier
    UNKNOWN = "unknown"  # the place of the scan, whose zone nobody tells


class Offsets(StrEnum):
    """Whether an offset (or a Z) in a time is true."""

    TRUE = "true"
    LIE = "lie"  # drop it, and read the time as one without an offset


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How one carrier writes times. `formats`: "iso", or a pattern of strptime; the first that fits."""

    formats: tuple[str, ...]
    naive: Naive
    offsets: Offsets
    zone: tzinfo | None


class Moment(NamedTuple):
    """`occurred_at` is aware with the true offset, or None where the zone is not known."""

    occurred_at: datetime | None
    sort_at: datetime | None
    tz_source: TzSource


_NO_TIME = Moment(None, None, TzSource.NONE)


def read_moment(rule: TimeRule, raw: str, raw_utc: str = "") -> Moment:
    """The moment of a scan from its time, and from its UTC time where the carrier sends both."""
    utc = _parse(rule, raw_utc)
    at = _parse(rule, raw)
    if utc is not None:
        instant = utc.replace(tzinfo=UTC).astimezone(_between(at, utc))
        return Moment(instant, instant, TzSource.UTC_FIELD)
    if at is None:
        return _NO_TIME
    if at.tzinfo is not None:
        if rule.offsets is Offsets.TRUE:
            return Moment(at, at, TzSource.OFFSET)
        at = at.replace(tzinfo=None)
    if rule.naive is Naive.CARRIER:
        at = at.replace(tzinfo=rule.zone)
        return Moment(at, at, TzSource.CARRIER_TZ)
    return Moment(None, at.replace(tzinfo=UTC), TzSource.UNKNOWN)


def read_day(rule: TimeRule, raw: str) -> date | None:
    """The day of an estimate, as written: its midnight, offset or Z says nothing of another day."""
    at = _parse(rule, raw)
    return at.date() if at is not None else None


def _parse(rule: TimeRule, raw: str) -> datetime | None:
    if not raw:
        return None
    for pattern in rule.formats:
        try:
            at = datetime.fromisoformat(raw) if pattern == "iso" else datetime.strptime(raw, pattern)  # noqa: DTZ007
        except ValueError:
            continue
        return at if at.year in _YEARS else None
    return None


def _between(local: datetime | None, utc: datetime) -> tzinfo:
    """The offset between a local time and its UTC time; UTC itself where the two do not agree on one."""
    if local is None:
        return UTC
    offset = local.replace(tzinfo=None) - utc.replace(tzinfo=None)
    return timezone(offset) if abs(offset) <= _WIDEST_OFFSET and not offset % _QUARTER else UTC
