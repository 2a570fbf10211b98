"""Operating days: which days something works, and counting by them. Pure.

A calendar is a table between two days, made once and shared; a question costs less than a microsecond. Beyond
its ends it refuses, because nobody knows the holidays there.
"""

from array import array
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from wismo.promise.calendars import Place, known_until, overlays, rests, version
from wismo.promise.calendars.feasts import ESTIMATED
from wismo.promise.plan.model import Week

Closures = tuple[tuple[date, date], ...]  # first and last day, both closed
_DAY = timedelta(days=1)


class BeyondHorizon(Exception):
    """A day that the calendar does not reach; nothing is guessed there."""


class OperatingCalendar:
    """The operating days between `first` and `last`, both included. Never changes.

    `unknown` names the calendars asked for of which no holidays are known; `version` is what it is made of.
    """

    __slots__ = (
        "_before",
        "_days",
        "_feasts",
        "_first",
        "_upto",
        "_why",
        "first",
        "last",
        "unknown",
        "version",
    )

    def __init__(
        self,
        first: date,
        last: date,
        why: Mapping[date, str],
        feasts: Mapping[date, str],
        unknown: tuple[str, ...],
    ) -> None:
        self.first, self.last, self.unknown, self.version = first, last, unknown, version()
        self._first = first.toordinal()
        self._why, self._feasts = why, feasts
        days = range(self._first, last.toordinal() + 1)
        self._days = array("i", (day for day in days if date.fromordinal(day) not in why))
        self._before, self._upto = array("i"), array("i")
        count = 0
        for day in days:
            self._before.append(count)
            count += date.fromordinal(day) not in why
            self._upto.append(count)

    def is_open(self, day: date) -> bool:
        """Whether work is done on that day."""
        place = self._place(day)
        return self._before[place] != self._upto[place]

    def add(self, day: date, n: int) -> date:
        """The n-th operating day after `day`; 0 is `day` itself, or the next one; below 0 before it."""
        place = self._place(day)
        index = self._upto[place] + n - 1 if n > 0 else self._before[place] + n
        if 0 <= index < len(self._days):
            return date.fromordinal(self._days[index])
        raise BeyondHorizon(day.isoformat())

    def between(self, a: date, b: date) -> int:
        """How many operating days there are after `a` up to `b`; none where `b` is not later."""
        return max(0, self._upto[self._place(b)] - self._upto[self._place(a)])

    def on_or_after(self, day: date) -> date:
        """That day, or the next operating one."""
        return self.add(day, 0)

    def on_or_before(self, day: date) -> date:
        """That day, or the operating one before."""
        return day if self.is_open(day) else self.add(day, -1)

    def why_closed(self, day: date) -> str:
        """Why no work is done: "week", "vacation", "adjusted", or the holiday's name; "" where it is."""
        self._place(day)
        return self._why.get(day, "")

    def is_eve(self, day: date) -> bool:
        """Whether it is an operating day before a holiday."""
        return self.is_open(day) and day + _DAY in self._feasts

    def estimated(self, first: date, last: date) -> dict[date, str]:
        """Holidays from `first` to `last` whose day is an estimate until the moon is seen."""
        return {day: name for day, name in self._feasts.items() if ESTIMATED in name and first <= day <= last}

    def _place(self, day: date) -> int:
        place = day.toordinal() - self._first
        if 0 <= place < len(self._before):
            return place
        raise BeyondHorizon(day.isoformat())


def years_around(today: date) -> tuple[date, date]:
    """The span of calendars that serve today's questions; the same all year, so that they are made once."""
    return date(today.year - 1, 1, 1), date(today.year + 1, 12, 31)


@lru_cache(maxsize=1024)
def calendar_of(
    week: Week,
    place: Place,
    closures: Closures = (),
    days: frozenset[int] | None = None,
    *,
    first: date,
    last: date,
) -> OperatingCalendar:
    """The calendar of something that works such weeks at that place, but for the closures.

    `days` of the week, where the place has its own, go before the week's and the carrier's. It ends before
    `last` where the holidays of later years are not known.
    """
    if days is None:
        carriers = (overlays()[name].days for name in week.holidays if name in overlays())
        days = week.days.intersection(*carriers)
    last = min(last, date(known_until(week.holidays, place), 12, 31))
    feasts: dict[date, str] = {}
    unknown = []
    for name in week.holidays:
        for year in range(first.year, (last + _DAY).year + 1):
            found = rests(name, place, year)
            if found is None:
                unknown.append(name)
                break
            feasts |= found
    why = {day: "week" for day in _span(first, last) if day.weekday() not in days} | feasts
    for day in week.extra:
        why.pop(day, None)
    why |= dict.fromkeys(_all(week.closed, first, last), "vacation")
    why |= dict.fromkeys(_all(closures, first, last), "adjusted")
    return OperatingCalendar(first, last, why, feasts, tuple(unknown))


def _span(first: date, last: date) -> list[date]:
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def _all(spans: Closures, first: date, last: date) -> list[date]:
    return [day for start, end in spans for day in _span(max(start, first), min(end, last))]
