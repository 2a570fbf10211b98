"""Public holidays of the world's countries and their parts, named in English, from python-holidays (MIT)."""

import inspect
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import holidays

ESTIMATED = "estimated"  # how python-holidays marks a feast that the moon's sighting decides
_SATURDAY_SUNDAY = frozenset({5, 6})


@cache
def regions() -> Mapping[str, frozenset[str]]:
    """Every country whose holidays are known, and its parts (ISO 3166-2, without it) that have own ones."""
    return {code: frozenset(parts) for code, parts in holidays.list_supported_countries().items()}


def weekend(country: str) -> frozenset[int]:
    """The country's days of rest, Monday being 0; Saturday and Sunday where it is not known."""
    if country not in regions():
        return _SATURDAY_SUNDAY
    return frozenset(getattr(_entity(country), "weekend", _SATURDAY_SUNDAY))


def last_year(country: str) -> int:
    """The last year of which the holidays are known."""
    return int(_entity(country).end_year)


# Days that no law makes holidays and on which a country rests all the same. Brazil: on Carnival's Monday and
# on Corpus Christi of 2017 and 2018 a marketplace's parcels were delivered at 1 to 5 % of other days.
_KEPT_ALL_THE_SAME = {"BR": ("Carnival", "Corpus Christi")}


def country_feasts(country: str, region: str, year: int) -> Mapping[date, str]:
    """The days of one year on which a country, and that region of it, rests."""
    found = feasts(country, region, year)
    more = _KEPT_ALL_THE_SAME.get(country, ())
    optional = feasts(country, region, year, ("optional",)) if more else {}
    return {**{day: name for day, name in optional.items() if name in more}, **found}


@lru_cache(maxsize=4096)
def feasts(
    country: str, region: str, year: int, categories: tuple[str, ...] = ("public",)
) -> Mapping[date, str]:
    """The holidays of one year by day. A region without own holidays keeps its country's.

    Feasts that hang on the sighting of the moon are named "(estimated)". `country` is one of `regions()`.
    """
    entity = _entity(country)
    options: dict[str, Any] = {
        name: True
        for name in inspect.signature(entity.__init__).parameters
        if name.endswith("_show_estimated")
    }
    found = entity(
        years=year,
        expand=False,
        subdiv=region if region in regions()[country] else None,
        categories=tuple(each for each in categories if each in entity.supported_categories),
        language="en_US" if "en_US" in entity.supported_languages else None,
        **options,
    )
    return MappingProxyType(dict(found.items()))


@cache
def _entity(country: str) -> type[holidays.HolidayBase]:
    # What the module gives by that name is a loader, without the class's own options.
    made: holidays.HolidayBase = getattr(holidays, country)()
    return type(made)
