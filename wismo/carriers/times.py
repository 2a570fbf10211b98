"""When a scan happened, and how far the carrier's words for it can be trusted.

Carriers write local times without a zone, or with a `Z` that is not true. A pack states what its
carrier does; where nobody knows the zone, the time only orders scans and is never shown as an instant.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from babel.core import get_global

from wismo.carriers.patterns import Parser
from wismo.vocabulary.calendar import only_zone, zone_of
from wismo.vocabulary.status import TzSource

_FIRST_YEAR, _LAST_YEAR = 1990, 2099  # others are fillers such as 0001-01-01 or 9999-12-31
_WIDEST_OFFSET = timedelta(hours=14)  # Kiritimati; the widest west is 12 hours
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)  # every zone in use lies on a quarter of an hour
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?:(\d\d?)(?:[:.](\d\d))?|(\d\d)(\d\d))", re.ASCII)


class Naive(StrEnum):
    """What a time without an offset means."""

    CARRIER = "carrier"  # the zone of the carrier
    FACILITY = "facility"  # the zone of the scan's country, where it has only one
    UNKNOWN = "unknown"  # the place of the scan, whose zone nobody tells


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How one carrier writes times. `formats`: the first that fits; else the first `without_year`."""

    formats: tuple[Parser, ...]
    naive: Naive
    offsets_true: bool  # else a written offset or Z is dropped
    zone: tzinfo | None
    without_year: tuple[Parser, ...] = ()


# occurred_at (aware with the true offset, or None where the zone is not known), sort_at, and how we know.
Moment = tuple[datetime | None, datetime | None, TzSource]


class Whereabouts(NamedTuple):
    """What a scan says of its zone beside its time: its UTC offset, an IANA zone, an ISO country (2 or 3)."""

    offset: str = ""
    zone: str = ""
    country: str = ""


_NO_TIME: Moment = (None, None, TzSource.NONE)
_OFFSET_TRUE, _CARRIER_TZ = TzSource.OFFSET, TzSource.CARRIER_TZ  # an enum's members take long to look up
NOWHERE = Whereabouts()


def read_moment(
    rule: TimeRule, raw: str, raw_utc: str = "", where: Whereabouts = NOWHERE, as_of: date | None = None
) -> Moment:
    """The moment of a scan from its time, and from its UTC time where the carrier sends both.

    A time without a year is the latest that was not still to come when it was said, on the day `as_of`; it is
    none where nobody tells that day.
    """
    at = _parse(rule, raw) or (_without_year(rule, raw, as_of) if as_of else None)
    if raw_utc and (utc := _parse(rule, raw_utc)) is not None:
        instant = utc.replace(tzinfo=UTC).astimezone(_offset(where.offset) or _between(at, utc))
        return instant, instant, TzSource.UTC_FIELD
    if at is None:
        return _NO_TIME
    if at.tzinfo is not None and rule.offsets_true:
        return at, at, _OFFSET_TRUE
    zone, source = (rule.zone, _CARRIER_TZ) if where is NOWHERE else _zone(rule, where)
    if zone is None:
        return None, datetime.combine(at, at.time(), UTC), TzSource.UNKNOWN
    at = datetime.combine(at, at.time(), zone)  # what `replace` gives, six times as fast
    return at, at, source


def of_carrier(rule: TimeRule, zone: str) -> TimeRule:
    """An aggregator's rule for a carrier at home in one zone: it is the zone of scans that name no country.

    A scan that names one goes by the only zone of that country, and by none where it has several.
    """
    return replace(rule, naive=Naive.FACILITY, zone=zone_of(zone))


def read_day(rule: TimeRule, raw: str) -> date | None:
    """The day of an estimate, as written: its midnight, offset or Z says nothing of another day."""
    at = _parse(rule, raw) if raw else None
    return at.date() if at is not None else None


def _parse(rule: TimeRule, raw: str) -> datetime | None:
    if not raw:
        return None
    for parse in rule.formats:
        at = parse(raw)
        if at is not None and _FIRST_YEAR <= at.year <= _LAST_YEAR:
            return at
    return None


def _without_year(rule: TimeRule, raw: str, as_of: date) -> datetime | None:
    for parse in rule.without_year:
        at = parse(raw)
        if at is not None:
            return _latest(at, as_of)
    return None


def _latest(at: datetime, as_of: date) -> datetime | None:
    """The time in the latest year that puts it a day after `as_of` at most: elsewhere it may be tomorrow."""
    for year in range(as_of.year + 1, as_of.year - 9, -1):  # 29 February may be eight years ago
        with suppress(ValueError):
            told = at.replace(year=year)
            if told.date() <= as_of + _DAY and _FIRST_YEAR <= year <= _LAST_YEAR:
                return told
    return None


def _zone(rule: TimeRule, where: Whereabouts) -> tuple[tzinfo | None, TzSource]:
    """The zone of a time that was written without one: the scan's own word first, then the pack's."""
    if (offset := _offset(where.offset)) is not None:
        return offset, TzSource.OFFSET
    if where.zone and (named := zone_of(where.zone)) is not None:
        return named, TzSource.FACILITY_TZ
    if rule.naive is Naive.FACILITY and where.country:
        return zone_of(only_zone(_country(where.country.upper()))), TzSource.FACILITY_TZ
    return rule.zone, TzSource.CARRIER_TZ


@lru_cache(maxsize=256)
def _country(said: str) -> str:
    """The two letters of a country said in two or, as "JPN", in three."""
    found: Sequence[str] = get_global("territory_aliases").get(said, ()) if len(said) == 3 else ()
    return found[0] if found else said


@lru_cache(maxsize=256)
def _offset(said: str) -> tzinfo | None:
    """The offset of "-05:00", "-04.00", "+0530", "+5", "GMT+5:30" and "Z"."""
    told = "".join(said.upper().split())
    if told in {"Z", "UTC", "GMT"}:
        return UTC
    found = _OFFSET.fullmatch(told)
    if found is None:
        return None
    size = timedelta(hours=int(found[2] or found[4]), minutes=int(found[3] or found[5] or 0))
    if size > _WIDEST_OFFSET or size % _QUARTER:
        return None
    return timezone(-size if found["sign"] == "-" else size)


def _between(local: datetime | None, utc: datetime) -> tzinfo:
    """The offset between a local time and its UTC time; UTC itself where the two do not agree on one."""
    if local is None:
        return UTC
    offset = local.replace(tzinfo=None) - utc.replace(tzinfo=None)
    return timezone(offset) if abs(offset) <= _WIDEST_OFFSET and not offset % _QUARTER else UTC
