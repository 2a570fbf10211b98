"""Days, times and money as a language writes them."""

import functools
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from wismo.notify.wording.texts import Texts, locale_of


def day_in(texts: Texts, day: date | None) -> str:
    """The day as this language writes it; "" where there is none."""
    return _day(texts.language, texts.shared["day"], day) if day else ""


def time_in(texts: Texts, at: datetime, zone: tzinfo) -> str:
    """The time of day in the zone, as this language writes it."""
    return _time(
        texts.language, texts.shared["time"], at.astimezone(zone).time().replace(second=0, microsecond=0)
    )


def money_in(texts: Texts, amount: Decimal, currency: str) -> str:
    """The amount as this language writes it."""
    return _money(texts.language, amount, currency)


# Babel takes about 30 µs each, and the same few days and minutes come again and again.
@functools.lru_cache(maxsize=4096)
def _day(language: str, pattern: str, day: date) -> str:
    return format_date(day, pattern, locale=locale_of(language))


@functools.lru_cache(maxsize=8192)
def _time(language: str, pattern: str, at: time) -> str:
    return format_time(at, pattern, locale=locale_of(language))


@functools.lru_cache(maxsize=4096)
def _money(language: str, amount: Decimal, currency: str) -> str:
    return format_currency(amount, currency, locale=locale_of(language))
