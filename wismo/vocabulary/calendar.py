"""Days, moments, and the zones of the world from the time-zone database's own tables."""

import functools
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_TABLES = files("tzdata") / "zoneinfo"
_DAY = 86_400_000_000  # microseconds
# Days of rest by country, Monday being 0, as the Unicode CLDR has them; elsewhere Saturday and Sunday.
_FRIDAY_TOO = ("BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE")
_REST = {
    **dict.fromkeys(_FRIDAY_TOO, frozenset({4, 5})),
    **{"AF": frozenset({3, 4}), "IR": frozenset({4}), "IN": frozenset({6}), "UG": frozenset({6})},
}


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


def zones_in(country: str) -> tuple[str, ...]:
    """All zones of a country by name, as "America/New_York"; none where there is no such country."""
    return tuple(_zones().get(country.upper(), ()))


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


def workdays(country: str) -> frozenset[int]:
    """The days of the week a country works, Monday being 0; Monday to Friday where nothing else is known."""
    return frozenset(range(7)) - _REST.get(country.upper(), frozenset({5, 6}))


class WorkingTime:
    """Time in one place as its working days count it: all 24 hours of them, and nothing of the days of rest.

    It goes by the clock on the wall: the hour by which clocks change is not made up for. Holidays count as
    working days.
    """

    __slots__ = ("_before", "_days", "_zone")

    def __init__(self, zone: tzinfo, country: str) -> None:
        self._zone = zone
        self._days = sorted(workdays(country))
        self._before = [sum(day < place for day in self._days) for place in range(8)]  # in a week

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` was working time; nothing where `end` is not later."""
        return timedelta(microseconds=max(0, self._count(end) - self._count(start)))

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The first moment, in UTC, by which so much working time has gone by since `start`."""
        wanted = self._count(start) + span // timedelta(microseconds=1)
        full, rest = divmod(
            wanted - 1, _DAY
        )  # a day that is just over is the day, not the next one's morning
        weeks, place = divmod(full, len(self._days))
        midnight = datetime.fromordinal(weeks * 7 + self._days[place] + 1)
        return (midnight + timedelta(microseconds=rest + 1)).replace(tzinfo=self._zone).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """The day it is there."""
        return at.astimezone(self._zone).date()

    def _count(self, at: datetime) -> int:
        """Microseconds of working time since Monday the first of January of year 1."""
        local = at.astimezone(self._zone)
        weeks, weekday = divmod(local.toordinal() - 1, 7)
        days = weeks * len(self._days) + self._before[weekday]
        if self._before[weekday] == self._before[weekday + 1]:  # a day of rest
            return days * _DAY
        seconds = (local.hour * 60 + local.minute) * 60 + local.second
        return days * _DAY + seconds * 1_000_000 + local.microsecond
