"""How good forecasts were: every figure a backtest prints. Days are calendar days, whole or broken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
FEW = 50  # a week or region with fewer orders is no measure: two late ones would move it by four points


@dataclass(frozen=True, slots=True)
class Kept:
    """How a level held. Shares are None where there was nothing to count."""

    on_time: float | None
    mean_promised_days: float | None
    worst_week_on_time: float | None
    worst_region_on_time: float | None


def kept(took: Floats, promised: Floats, week: Ints, region: Ints) -> Kept:
    """Of orders that took so many days and were promised so many, by week of purchase and region."""
    if not len(took):
        return Kept(None, None, None, None)
    on_time = took <= promised
    return Kept(float(on_time.mean()), float(promised.mean()), _worst(on_time, week), _worst(on_time, region))


def _worst(on_time: Flags, group: Ints) -> float | None:
    _, place = np.unique(group, return_inverse=True)
    orders = np.bincount(place)
    shares = np.bincount(place, on_time) / orders
    enough = shares[orders >= FEW]
    return float(enough.min()) if len(enough) else None


def pinball(took: Floats, forecast: Floats, level: float) -> float:
    """The mean quantile loss, in days (Koenker and Bassett 1978): what early and late days cost."""
    gap = took - forecast
    return float(np.mean(np.maximum(level * gap, (level - 1.0) * gap)))


def auc(late: Flags, risk: Floats) -> float | None:
    """The chance that a late one was thought riskier than one in time; ties count half (Mann and Whitney)."""
    lates, others = int(late.sum()), int((~late).sum())
    if not lates or not others:
        return None
    _, place, counts = np.unique(risk, return_inverse=True, return_counts=True)
    upto = np.cumsum(counts)
    rank = (upto - counts + 1 + upto) / 2  # of equals, their mean
    return float((rank[place][late].sum() - lates * (lates + 1) / 2) / (lates * others))


def average_precision(late: Flags, risk: Floats) -> float | None:
    """The area under precision and recall, by steps; those of one risk are found together."""
    if not late.any():
        return None
    order = np.argsort(-risk, kind="stable")
    found, looked = np.cumsum(late[order]), np.arange(1, len(risk) + 1)
    last = np.flatnonzero(np.r_[np.diff(risk[order]) != 0, True])
    precision = found[last] / looked[last]
    gained = np.diff(np.r_[0, found[last]])
    return float((precision * gained).sum() / late.sum())


def gain_interval(
    champion: Floats, challenger: Floats, week: Ints, *, rounds: int = 1000, seed: int = 1
) -> tuple[float, float, float]:
    """How much less the challenger loses an order: the mean, and the ends of its 90 % interval.

    Weeks are drawn, not orders (paired block bootstrap, Künsch 1989): orders of a week share its troubles.
    """
    _, place = np.unique(week, return_inverse=True)
    less = np.bincount(place, champion - challenger)
    orders = np.bincount(place)
    drawn = np.random.default_rng(seed).integers(0, len(orders), (rounds, len(orders)))
    means = less[drawn].sum(axis=1) / orders[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return float(less.sum() / orders.sum()), float(low), float(high)
