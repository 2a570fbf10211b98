"""How parcels do against what was forecast for them: a life table whose ages are shares of the forecast.

The model says of each parcel how long it should take. Whether all of them are slower this month, and how
long the tail is, no model of last month's parcels can know. So the age of every parcel, under way or there,
is divided by its forecast, and the hazards of that *relative* age are counted as in any life table. Its
median is the model's bias now; its quantiles are what a level costs. (An accelerated failure time model
with an empirical base line: Wei, "The accelerated failure time model", Statistics in Medicine 11, 1992.)
"""

from dataclasses import dataclass

import numpy as np

from wismo.promise.learning.life import Floats, Ints

# Relative ages: fine where most parcels arrive, to more than seven times the forecast.
_EDGES = np.concatenate([[0.0], np.exp(np.arange(-2.6, 2.01, 0.1))])
_WIDTHS = np.diff(_EDGES)
_TAIL = (
    _EDGES[1:] > 1.6
)  # areas are slow in the tail, where parcels go astray, apart from how slow they usually are
_BORROWED = 30.0  # arrivals of everywhere that each area starts with, in either part
HALF_LIFE = 80.0  # calendar days: a quarter of a year holds a crisis in mind, and lets go of it


@dataclass(frozen=True, slots=True)
class Seen:
    """Parcels as known on one night, each with its forecast. All columns are of equal length."""

    forecast: Floats  # operating days it should take
    age: Floats  # operating days it took, or has been under way
    there: np.ndarray  # whether it arrived
    area: Ints
    weight: Floats  # how much it still counts, by the day it began


class Pace:
    """What relative ages mean now, in each area."""

    def __init__(self, seen: Seen, areas: int) -> None:
        """`areas` is how many there are."""
        relative = np.where(seen.there, np.maximum(seen.age, 0.25), seen.age + 0.5) / seen.forecast
        under_way = np.clip(relative[:, None], _EDGES[:-1], _EDGES[1:]) - _EDGES[:-1]
        under_way *= seen.weight[:, None]
        arrived = _by_area(seen, relative, areas)
        exposed = _summed(under_way, seen.area, areas)
        hazard = (arrived.sum(0) + 0.5) / (exposed.sum(0) + 0.6)
        expected = exposed * hazard
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


def _by_area(seen: Seen, relative: Floats, areas: int) -> Floats:
    there = np.asarray(seen.there, np.bool_)
    bins = len(_WIDTHS)
    reached = np.clip(np.searchsorted(_EDGES, relative[there], side="right") - 1, 0, bins - 1)
    flat = np.bincount(seen.area[there] * bins + reached, seen.weight[there], minlength=areas * bins)
    return np.asarray(flat, np.float64).reshape(areas, bins)


def _summed(rows: Floats, area: Ints, areas: int) -> Floats:
    """The sum of the rows of each area."""
    total = np.zeros((areas, rows.shape[1]))
    order = np.argsort(area, kind="stable")
    found, first = np.unique(area[order], return_index=True)
    if len(found):
        total[found] = np.add.reduceat(rows[order], first, axis=0)
    return total
