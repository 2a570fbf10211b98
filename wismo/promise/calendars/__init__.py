"""Which days a calendar's name closes: a country's holidays, or a carrier's own days kept here as data."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import metadata
from importlib.resources import files
from typing import Any

from wismo.promise.calendars.feasts import country_feasts, feasts, last_year, regions

DESTINATION = "destination"  # the holidays of the place where the work is done
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALL = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Place:
    """Where work is done: an ISO 3166 country, and the part of it ("BY", "SP") where that is known."""

    country: str
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A carrier's own days."""

    key: str
    name: str
    source: str  # publisher and page
    read: str  # when it was looked at
    confidence: str  # "documented": read on the carrier's page; "third_party"; "recalled": public knowledge
    days: frozenset[int] = _ALL  # the days of the week on which it brings parcels at all
    country: str = ""  # whose holidays it keeps; "" is none
    regional: bool = False  # those of the place's part of the country as well
    region: str = ""  # which part it is, where the place does not say
    categories: tuple[str, ...] = ("public",)
    keeps: tuple[str, ...] = ()  # only holidays whose names begin so; none: all of them
    works: tuple[str, ...] = ()  # holidays whose names begin so, on which it works
    substitutes: frozenset[int] = _ALL  # weekdays on which it keeps a substitute for a holiday
    closed: tuple[
        tuple[str, str], ...
    ] = ()  # days of every year ("12-24") or of one ("2026-05-01"), and names

    def keeps_free(self, day: date, names: str) -> bool:
        """Whether it rests on a day on which its country has those holidays ("A; B")."""
        return any(self._keeps(day, name) for name in names.split("; "))

    def _keeps(self, day: date, name: str) -> bool:
        if name.startswith(self.works):
            return False
        if "observed" in name and day.weekday() not in self.substitutes:
            return False
        return not self.keeps or name.startswith(self.keeps)

    def rests(self, place: Place, year: int) -> dict[date, str]:
        """Its own days of rest in that year at that place, by name; its week is apart."""
        found = {}
        if self.country:
            region = place.region if self.regional and place.country == self.country else ""
            kept = feasts(self.country, region or self.region, year, self.categories)
            found = {day: name for day, name in kept.items() if self.keeps_free(day, name)}
        for when, name in self.closed:
            if len(when) > len("12-24"):
                day = date.fromisoformat(when)
                if day.year == year:
                    found[day] = name
            else:
                found[date.fromisoformat(f"{year}-{when}")] = name
        return found


@cache
def overlays() -> Mapping[str, Overlay]:
    """All carriers' own calendars by key, as "dhl-de"."""
    return {key: _overlay(key, text) for key, text in _texts().items()}


@cache
def _texts() -> dict[str, str]:
    tables = [path for path in files(__name__).iterdir() if path.name.endswith(".toml")]
    return dict(sorted((path.name.removesuffix(".toml"), path.read_text("utf-8")) for path in tables))


def _overlay(key: str, text: str) -> Overlay:
    told: dict[str, Any] = tomllib.loads(text)
    for name in ("days", "substitutes"):
        if name in told:
            told[name] = frozenset(WEEKDAYS.index(day) for day in told[name])
    for name in ("categories", "keeps", "works"):
        if name in told:
            told[name] = tuple(told[name])
    told["closed"] = tuple((row["on"], row["name"]) for row in told.get("closed", ()))
    return Overlay(key=key, **told)


def is_calendar(name: str) -> bool:
    """Whether a plan may name it: "DE", "DE-BY", "dhl-de", "destination"."""
    country, _, region = name.partition("-")
    known = regions().get(country)
    return (
        name == DESTINATION or name in overlays() or (known is not None and (not region or region in known))
    )


def country_of(name: str, place: Place) -> str:
    """The country whose holidays a calendar keeps at that place; "" where it keeps none."""
    if name in overlays():
        return overlays()[name].country
    return place.country if name == DESTINATION else name.partition("-")[0]


def rests(name: str, place: Place, year: int) -> Mapping[date, str] | None:
    """The days of rest, by their names, that a calendar has in that year; None where it is not known."""
    if name in overlays():
        return overlays()[name].rests(place, year)
    if name == DESTINATION:
        return country_feasts(place.country, place.region, year) if place.country in regions() else None
    country, _, region = name.partition("-")
    return country_feasts(country, region, year) if is_calendar(name) else None


def known_until(names: tuple[str, ...], place: Place) -> int:
    """The last year that all of these calendars know; those that are not known at all do not count."""
    countries = {country_of(name, place) for name in names} & regions().keys()
    return min((last_year(country) for country in countries), default=date.max.year)


@cache
def version() -> str:
    """What the answers were made from: python-holidays' version, and a digest of our own tables."""
    digest = hashlib.sha256(repr(_texts()).encode()).hexdigest()
    return f"holidays {metadata.version('holidays')}, calendars {digest[:8]}"
