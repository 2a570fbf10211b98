"""The week's model of a shop: trained anew, held against its tables, and laid down as lanes where it won.

Servers never ask the model. What it says of each lane's last orders becomes a clock of the whole way, one row
a lane, beside the clocks that the tables gave.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from wismo.promise.learning.forecasting import Forecasts, Gate
from wismo.promise.learning.history import MOMENTS, PLACES, TEXTS, History, Moments
from wismo.promise.learning.life import Floats
from wismo.promise.learning.nights import Nights
from wismo.promise.learning.operating import Operating
from wismo.promise.learning.replay import Replay
from wismo.promise.learning.stages import forecasts_of
from wismo.promise.learning.ways import Passed
from wismo.promise.plan.model import Plan
from wismo.promise.rules.lanes import transit_keys

MOST = 60_000  # of the newest parcels: a few minutes of training, and memory that does not grow with the shop
_FORECAST = 84  # calendar days that are forecast in hindsight, of which the gate looks at six weeks
_RECENT = 14  # calendar days whose orders stand for their lane
_FEW = 5  # of them; a lane with fewer keeps the tables' clock
_SHARES = tuple(round(share, 2) for share in (*np.arange(0.05, 0.96, 0.05), 0.97, 0.98, 0.99))


@dataclass(frozen=True, slots=True)
class ModelLane:
    """The model's clock of a lane, from ready to the door."""

    key: str
    sample: int
    shares: list[float]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What came of holding the model against the tables."""

    gate: Gate | None  # None: too few parcels to tell, or the extra `ml` is not there
    lanes: list[ModelLane]  # empty where the tables serve


def challenge(parcels: Sequence[Passed], plan: Plan, until: date) -> Challenge:
    """Train on what was known at the end of `until`, and see whether the model did better than the tables."""
    history = _history(parcels)
    first: date = history.bought.min().astype("datetime64[D]").item()
    operating = Operating(plan, first - timedelta(days=1), until + timedelta(days=366))
    replay = Replay(history, operating)
    nights = Nights(replay)
    last = until.toordinal() + 1
    nights.walk(first.toordinal(), last)
    made = forecasts_of(replay, nights, last - _FORECAST, last, _SHARES, from_handover=False)
    gate = made.gates[-1] if made.gates else None
    lanes = list(_lanes(parcels, replay, made, last)) if gate and gate.serves else []
    return Challenge(gate, lanes)


def _lanes(parcels: Sequence[Passed], replay: Replay, made: Forecasts, last: int) -> Iterator[ModelLane]:
    order = np.argsort([parcel.ready_on.toordinal() for parcel in parcels], kind="stable")
    recent: dict[str, list[int]] = defaultdict(list)
    sample: dict[str, int] = defaultdict(int)
    for row, place in enumerate(order):
        for key in transit_keys(parcels[place].way)[:2]:
            sample[key] += 1
            if replay.bought[row] > last - _RECENT and made.by_model[row]:
                recent[key].append(row)
    days = np.stack([made.days[share] for share in _SHARES], axis=1)
    for key, rows in recent.items():
        if len(rows) >= _FEW:
            yield ModelLane(key, sample[key], _shares(np.median(days[rows], axis=0)))


def _shares(days: Floats) -> list[float]:
    """The share that has arrived after 0, 1, 2, … operating days, given the days of each of _SHARES."""
    longest = int(np.ceil(days[-1])) + 1
    told = np.interp(np.arange(longest) + 0.5, days, _SHARES, left=0.0)
    return [round(float(share), 4) for share in told]


def _history(parcels: Sequence[Passed]) -> History:
    """The parcels as columns, in the order of when they were ready."""
    told = sorted(parcels, key=lambda parcel: parcel.ready_on)
    ways = [parcel.way for parcel in told]
    columns: dict[str, Any] = {name: np.full(len(told), "", object) for name in TEXTS}
    for name in ("warehouse", "carrier", "service", "product_class", "country", "region", "postcode"):
        columns[name] = np.array([getattr(way, name) for way in ways], object)
    columns["origin_region"] = np.array([way.origin for way in ways], object)
    columns |= {name: _days([None] * len(told)) for name in MOMENTS}
    columns |= {
        "bought": _days([parcel.ready_on for parcel in told]),
        "handed": _days([parcel.handed_on for parcel in told]),
        "arrived": _days([parcel.arrived_on for parcel in told]),
        "ended": _days([parcel.ended_on for parcel in told]),
    }
    columns |= dict.fromkeys(PLACES, np.full(len(told), np.nan))
    return History(**columns, numbers={}, words={})


def _days(days: Sequence[date | None]) -> Moments:
    return np.array(days, "datetime64[s]")
