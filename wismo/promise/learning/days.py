"""Operating days of many calendars as arrays, so that millions of parcels are counted at once."""

from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]


class OperatingDays:
    """The operating days of some calendars from `first` to `last`. Days are ordinals (`date.toordinal`)."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first.toordinal(), last.toordinal()
        self._length = self.last - self.first + 1
        self._upto = np.zeros((0, self._length), np.int64)
        self._day = np.zeros((0, self._length + 1), np.int64)

    def add(self, worked: ArrayLike) -> int:
        """Take up a calendar, given which of the days it works; its index. ValueError where it never does."""
        works = np.asarray(worked, np.bool_)
        if works.shape != (self._length,) or not works.any():
            raise ValueError("a calendar must cover the span, and have an operating day")
        upto = np.cumsum(works, dtype=np.int64)
        day = np.full(self._length + 1, self.last + 1, np.int64)
        place = np.flatnonzero(works)
        day[upto[place]] = self.first + place
        self._upto, self._day = np.vstack([self._upto, upto]), np.vstack([self._day, day])
        return len(self._upto) - 1

    def add_week(self, week: frozenset[int]) -> int:
        """Take up a calendar that knows the days of the week alone, Monday being 0."""
        weekday = (np.arange(self.first, self.last + 1) - 1) % 7  # ordinal 1 was a Monday
        return self.add(np.isin(weekday, sorted(week)))

    def number(self, calendar: Ints, day: Ints) -> Ints:
        """How many operating days there were up to the end of that day."""
        return self._upto[calendar, np.clip(day - self.first, 0, self._length - 1)]

    def day(self, calendar: Ints, number: Ints) -> Ints:
        """The day of that number; one past the last day where it lies beyond."""
        return self._day[calendar, np.clip(number, 0, self._length)]
