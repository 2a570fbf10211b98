"""Operating days of many calendars as arrays, so that millions of parcels are counted at once."""

from collections.abc import Sequence
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class OperatingDays:
    """The operating days of some calendars between two days. Days are ordinals (`date.toordinal`)."""

    def __init__(self, first: int, worked: NDArray[np.bool_]) -> None:
        """`worked[c, i]`: whether calendar `c` works on day `first + i`. ValueError where one never works."""
        if not worked.any(axis=1).all():
            raise ValueError("a calendar without any operating day")
        self.first = first
        self._upto = np.cumsum(worked, axis=1, dtype=np.int64)
        self._day = np.full(
            (len(worked), int(self._upto[:, -1].max()) + 1), first + worked.shape[1], np.int64
        )
        calendar, place = np.nonzero(worked)
        self._day[calendar, self._upto[calendar, place]] = first + place

    @classmethod
    def of_weeks(cls, weeks: Sequence[frozenset[int]], first: date, last: date) -> Self:
        """Calendars that know the days of the week alone, Monday being 0."""
        ordinals = np.arange(first.toordinal(), last.toordinal() + 1)
        weekday = (ordinals - 1) % 7  # ordinal 1, the first of January of year 1, was a Monday
        return cls(first.toordinal(), np.stack([np.isin(weekday, sorted(week)) for week in weeks]))

    @property
    def last(self) -> int:
        """The last day it knows."""
        return self.first + int(self._upto.shape[1]) - 1

    def number(self, calendar: Ints, day: Ints) -> Ints:
        """How many operating days there were up to the end of that day."""
        return self._upto[calendar, np.clip(day - self.first, 0, self._upto.shape[1] - 1)]

    def day(self, calendar: Ints, number: Ints) -> Ints:
        """The day of that number; one past the last day where it lies beyond."""
        return self._day[calendar, np.clip(number, 0, self._day.shape[1] - 1)]
