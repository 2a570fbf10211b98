"""Days on which people work, by country: the week's days of rest and the public holidays. Pure."""

import functools
from datetime import UTC, date, datetime, time, timedelta

import holidays

from wismo.vocabulary.calendar import WorkingTime


@functools.lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Of the whole country; none where the table has no such country."""
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def is_holiday(day: date, country: str) -> bool:
    """Whether it is a public holiday in all of the country."""
    return bool(country) and day in _holidays(country, day.year)


@functools.lru_cache(maxsize=256)
def _week(country: str) -> WorkingTime:
    return WorkingTime(UTC, country)


def is_working_day(day: date, country: str) -> bool:
    """Whether offices are open on it, as far as its country tells."""
    midnight = datetime.combine(day, time(), UTC)
    works = _week(country).between(midnight, midnight + timedelta(days=1)) > timedelta()
    return works and not is_holiday(day, country)


def add_working_days(day: date, count: int, country: str) -> date:
    """The working day that is so many after `day`; `day` itself for none."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, country)
    return day
