"""A history as the nights would have known it: every column of day `t` made of what happened before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.history import History, Moments, Texts
from wismo.promise.learning.life import UNDER_WAY, Ints, Lanes
from wismo.promise.learning.operating import Operating
from wismo.promise.rules.lanes import Way, area

_EPOCH = 719_163  # the ordinal of 1 January 1970, from which NumPy counts


@dataclass(frozen=True, slots=True)
class Stage:
    """From one moment to another, of every order. Days are ordinals; UNDER_WAY is not, or not known."""

    began: Ints
    ended: Ints
    began_at: Ints  # as numbers of operating days, on the destination's calendar
    took: Ints  # operating days, where it ended
    calendar: Ints


@dataclass(frozen=True, slots=True)
class Groups:
    """Whom an order belongs with. Each a column of numbers from 0, and how many there are."""

    warehouse: Ints
    near: Ints  # the first three characters of the postcode
    lane: Ints  # from area to area
    area: Ints
    postcode: Ints


class Replay:
    """The columns that all forecasts of a history are made from."""

    def __init__(self, history: History, operating: Operating) -> None:
        self.history = history
        self.size = len(history)
        self.days = operating.days
        self.bought = _ordinals(history.bought)
        self.handed = _ordinals(history.handed)
        self.arrived = _ordinals(history.arrived)
        self.gone = np.minimum(self.arrived, _ordinals(history.ended))  # no longer under way
        ways = _ways(history)
        number = {way: place for place, way in enumerate(dict.fromkeys(ways))}
        self._way = np.array([number[way] for way in ways], np.int64)
        self.calendar = np.array([operating.transit(way) for way in number], np.int64)[self._way]
        self.groups = _groups(history)
        self.promised = _ordinals(history.promised)
        self.quoted = self.promised < UNDER_WAY
        self.promised_at = self.days.number(self.calendar, np.minimum(self.promised, self.days.last))

    @cached_property
    def purchase(self) -> Stage:
        """From the purchase to the door."""
        return self._stage(self.bought, self.arrived)

    @cached_property
    def transit(self) -> Stage:
        """From the hand-over to the door. An arrival without a hand-over has none."""
        known = self.handed < UNDER_WAY
        return self._stage(self.handed, np.where(known, self.arrived, UNDER_WAY))

    @cached_property
    def handling(self) -> Stage:
        """From the purchase to the hand-over."""
        return self._stage(self.bought, self.handed)

    def _stage(self, began: Ints, ended: Ints) -> Stage:
        began_at = self.days.number(self.calendar, np.minimum(began, self.days.last))
        ended_at = self.days.number(self.calendar, np.minimum(ended, self.days.last))
        return Stage(began, ended, began_at, np.maximum(ended_at - began_at, 0), self.calendar)

    def date_of(self, rows: NDArray[np.int64], number: Ints) -> Ints:
        """The day on which these orders' operating day of that number falls."""
        return self.days.day(self.calendar[rows], number)


def lanes_of(columns: Sequence[Ints], wider: Sequence[int]) -> tuple[Lanes, list[Ints]]:
    """Lanes whose names are numbers already, and the columns as `Stays` wants them."""
    lanes = Lanes(wider)
    for rung, column in enumerate(columns):
        size = int(column.max()) + 1 if len(column) else 0
        lanes.numbers[rung] = {str(number): number for number in range(size)}
    for rung, to in enumerate(wider):
        parents = np.zeros(len(lanes.numbers[rung]), np.int64)
        parents[columns[rung]] = columns[to]
        lanes.parents[rung] = parents.tolist()
    return lanes, list(columns)


def _ordinals(moments: Moments) -> Ints:
    """The day of each moment; UNDER_WAY where there is none."""
    days = moments.astype("datetime64[D]")
    return np.where(np.isnat(days), UNDER_WAY, days.astype(np.int64) + _EPOCH)


def _ways(history: History) -> list[Way]:
    columns = zip(
        history.warehouse,
        history.carrier,
        history.service,
        history.country,
        history.region,
        history.postcode,
        history.origin_country,
        strict=True,
    )
    return [
        Way(
            warehouse=warehouse,
            origin=origin,
            carrier=carrier,
            service=service,
            country=country,
            region=region,
            postcode=postcode[:3],
        )
        for warehouse, carrier, service, country, region, postcode, origin in columns
    ]


def _groups(history: History) -> Groups:
    there = _areas(history.country, history.region, history.postcode)
    here = _areas(history.origin_country, history.origin_region, history.origin_postcode)
    near = [
        f"{country}:{postcode[:3]}" if postcode else place
        for country, postcode, place in zip(history.country, history.postcode, there, strict=True)
    ]
    lane = [f"{origin}>{place}" for origin, place in zip(here, there, strict=True)]
    post = [
        f"{country}:{postcode}" for country, postcode in zip(history.country, history.postcode, strict=True)
    ]
    return Groups(*(numbered(column) for column in (history.warehouse, near, lane, there, post)))


def _areas(country: Texts, region: Texts, postcode: Texts) -> list[str]:
    return [area(*place) for place in zip(country, region, postcode, strict=True)]


def numbered(names: Sequence[str] | Texts) -> Ints:
    """Each name's number, from 0 in their order."""
    _, numbers = np.unique(np.asarray(names, dtype=str), return_inverse=True)
    return numbers.astype(np.int64)
