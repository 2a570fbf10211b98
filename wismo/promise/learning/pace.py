"""How parcels do against what was forecast for them: a life table whose ages are shares of the forecast.

The model says of each parcel how long it should take. Whether all of them are slower this month, and how
long the tail is, no model of last month's parcels can know. So the age of every parcel, under way or there,
is divided by its forecast, and the hazards of that *relative* age are counted as in any life table. Its
median is the model's bias now; its quantiles are what a level costs. (An accelerated failure time model
with an empirical base line: Wei, "The accelerated failure time model", Statistics in Medicine 11, 1992.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.life import Floats, Ints

# Relative ages: fine where most parcels arrive, to more than seven times the forecast.
_EDGES = np.concatenate([[0.0], np.exp(np.arange(-2.6, 2.01, 0.1))])
_WIDTHS = np.diff(_EDGES)
_TAIL = (
    _EDGES[1:] > 1.6
)  # areas are slow in the tail, where parcels go astray, apart from how slow they usually are
_BORROWED = 30.0  # arrivals of everywhere that each area starts with, in either part
HALF_LIFE, HALF_LIFE_OF_AREA = 80.0, 40.0  # calendar days; the long one holds a crisis in mind for a quarter
_WEEK = 7 / 5  # calendar days an operating day stands for


@dataclass(frozen=True, slots=True)
class Seen:
    """Parcels as known on one night, each with its forecast. All columns are of equal length."""

    forecast: Floats  # operating days it should take
    age: Floats  # operating days it took, or has been under way
    there: NDArray[np.bool_]  # whether it arrived
    gone: Floats  # operating days since it began
    area: Ints


class Pace:
    """What relative ages mean now, in each area."""

    def __init__(self, seen: Seen, areas: int) -> None:
        """`areas` is how many there are."""
        arrived, exposed = _counted(seen, areas, HALF_LIFE)
        hazard = (arrived.sum(0) + 0.5) / (exposed.sum(0) + 0.6)
        arrived, exposed = _counted(seen, areas, HALF_LIFE_OF_AREA)
        expected = exposed * (arrived.sum(0) + 0.5) / (exposed.sum(0) + 0.6)
        ratio = np.empty_like(arrived)
        for part in (_TAIL, ~_TAIL):
            own = arrived[:, part].sum(1) + _BORROWED
            ratio[:, part] = (own / (expected[:, part].sum(1) + _BORROWED))[:, None]
        left = np.exp(-np.cumsum(hazard * ratio * _WIDTHS, axis=1))
        left = np.concatenate([np.ones((areas, 1)), left], axis=1)
        never = left[:, -1:]  # those that never come are no question of days
        self._share = 1.0 - (left - never) / (1.0 - never)

    def days(self, forecast: Floats, area: Ints, share: float) -> Floats:
        """The operating days by which that share of such parcels have arrived."""
        relative = np.array([np.interp(share, known, _EDGES) for known in self._share])
        return np.asarray(forecast * relative[area])

    def late(self, forecast: Floats, area: Ints, promised: Floats) -> Floats:
        """The share of such parcels that take more operating days than promised."""
        relative = (np.maximum(promised, 0.0) + 0.5) / forecast
        risk = np.empty(len(forecast))
        for place in np.unique(area):
            rows = area == place
            risk[rows] = 1.0 - np.interp(relative[rows], _EDGES, self._share[place])
        return risk


def _counted(seen: Seen, areas: int, half_life: float) -> tuple[Floats, Floats]:
    """By area and bin: arrivals, and how much relative age parcels went through, the older days fading."""
    kept = 0.5 ** (_WEEK / half_life)
    end = np.where(seen.there, np.maximum(seen.age, 0.25), seen.age + 0.5)
    steps = seen.age.astype(np.int64) + 1  # one for each day it was under way
    whose = np.repeat(np.arange(len(steps)), steps)
    day = np.arange(len(whose)) - np.repeat(np.cumsum(steps) - steps, steps)
    forecast, weight = seen.forecast[whose], kept ** (seen.gone[whose] - day)
    below = np.maximum(day - 0.5, 0.0) / forecast
    above = np.minimum(day + 0.5, end[whose]) / forecast
    went = _upto(above, weight, seen.area[whose], areas) - _upto(below, weight, seen.area[whose], areas)
    there = seen.there
    bins = len(_WIDTHS)
    reached = np.searchsorted(_EDGES, (end / seen.forecast)[there], side="right") - 1
    place = seen.area[there] * bins + np.clip(reached, 0, bins - 1)
    arrived = np.bincount(place, kept ** (seen.gone - seen.age)[there], minlength=areas * bins)
    return np.asarray(arrived, np.float64).reshape(areas, bins), np.diff(went, axis=1)


def _upto(age: Floats, weight: Floats, area: Ints, areas: int) -> Floats:
    """By area and edge: the weighted sum of the ages, each no more than the edge."""
    bins = len(_EDGES) + 1
    place = area * bins + np.searchsorted(_EDGES, age)
    shape = (areas, bins)
    whole = np.cumsum(np.bincount(place, weight * age, minlength=areas * bins).reshape(shape), axis=1)
    under = np.cumsum(np.bincount(place, weight, minlength=areas * bins).reshape(shape), axis=1)
    return np.asarray((whole + (under[:, -1:] - under) * np.append(_EDGES, 0.0))[:, :-1])
