"""Journeys: which fact becomes which message, as data. One TOML file each, checked when it is read."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg

FOLDER = Path(__file__).parent / "journeys"
KEYS = frozenset({"key", "version", "on", "subject", "legs", "max_age", "superseded_by", "route"})
# What these say is only true of a parcel that travels to the buyer.
TO_BUYER = frozenset({
    Milestone.PICKED_UP,
    Milestone.OUT_FOR_DELIVERY,
    Milestone.FAILED_ATTEMPT,
    Milestone.AVAILABLE_FOR_PICKUP,
    Milestone.DELIVERED,
    Milestone.ALL_DELIVERED,
    Milestone.DELAYED,
})
W = TypeVar("W", bound=StrEnum)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class JourneyError(ValueError):
    """A journey's file is not one we can follow: says which file, which key, and what to write."""


class Subject(StrEnum):
    """What a message is about, and so what it is told of only once."""

    ORDER = "order"
    SHIPMENT = "shipment"


@dataclass(frozen=True, slots=True)
class Journey:
    """One rule: on entering `milestone`, tell the buyer, unless it has become stale or untrue by then."""

    key: str
    version: int
    milestone: Milestone
    subject: Subject
    legs: frozenset[Leg]  # empty for an order: an order has no leg
    max_age: timedelta  # counted from when it happened
    superseded_by: frozenset[Milestone]
    route: tuple[str, ...]  # channels, best first

    def __post_init__(self) -> None:
        """No journey can be written that tells of an arrival while the parcel goes back."""
        if self.milestone in TO_BUYER and not self.legs <= {Leg.FORWARD}:
            raise ValueError(f'legs: {self.milestone.value} is only true on ["forward"]')
        if (self.subject is Subject.SHIPMENT) != bool(self.legs):
            raise ValueError('legs: name at least one for subject = "shipment", none for "order"')


def parse_duration(text: str) -> timedelta:
    """Read "30s", "10m", "4h" or "2d"."""
    found = re.fullmatch(r"([1-9]\d*)([smhd])", text)
    if found is None:
        raise ValueError(f'{text!r} is not a duration such as "30s", "10m", "4h" or "2d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def read_journey(raw: Mapping[str, Any], name: str) -> Journey:
    """The journey a file says; JourneyError with the file, the key and what to write."""
    unknown, missing = sorted(raw.keys() - KEYS), sorted(KEYS - {"legs"} - raw.keys())
    if unknown or missing:
        wrong = f"unknown keys {unknown}" if unknown else f"missing keys {missing}"
        raise JourneyError(f"{name}: {wrong}; a journey has {sorted(KEYS)}")
    try:
        return Journey(
            key=_typed(raw, "key", str),
            version=_typed(raw, "version", int),
            milestone=_word("on.milestone", Milestone, _typed(raw, "on", dict).get("milestone")),
            subject=_word("subject", Subject, raw["subject"]),
            legs=frozenset(_word("legs", Leg, leg) for leg in _typed(raw, "legs", list, default=[])),
            max_age=_duration(_typed(raw, "max_age", str)),
            superseded_by=frozenset(
                _word("superseded_by", Milestone, word) for word in _typed(raw, "superseded_by", list)
            ),
            route=_route(_typed(raw, "route", list)),
        )
    except ValueError as error:
        raise JourneyError(f"{name}: {error}") from error


def read_folder(folder: Path) -> dict[str, Journey]:
    """Every journey of a folder by its key, which is also its file's name."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise JourneyError(f"{path.name}: not TOML: {error}") from error
        journey = read_journey(raw, path.name)
        if journey.key != path.stem:
            raise JourneyError(f"{path.name}: key: write {path.stem!r}, as the file is named")
        found[journey.key] = journey
    return found


@functools.cache
def journeys() -> Mapping[str, Journey]:
    """The journeys that ship with the house, read once."""
    return read_folder(FOLDER)


@functools.cache
def journeys_on(milestone: str, subject: Subject) -> tuple[Journey, ...]:
    """The journeys a milestone starts."""
    return tuple(j for j in journeys().values() if j.milestone == milestone and j.subject is subject)


def _typed(raw: Mapping[str, Any], key: str, kind: type, *, default: Any = None) -> Any:
    value = raw.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{key}: {value!r} is not of type {kind.__name__}")  # noqa: TRY004  # a wrong file
    return value


def _word(key: str, words: type[W], value: Any) -> W:
    try:
        return words(value)
    except ValueError as error:
        raise ValueError(f"{key}: {value!r} is none of {', '.join(words)}") from error


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ValueError(f"max_age: {error}") from error


def _route(channels: list[Any]) -> tuple[str, ...]:
    if not channels or not all(isinstance(channel, str) for channel in channels):
        raise ValueError('route: name at least one channel, such as ["email"]')
    return tuple(channels)
