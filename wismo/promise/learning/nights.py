"""The nights of a history, one after the other: what each knew, written to the orders of the day after it.

An order of day `t` sees only what happened before `t`. That is what a shop's server knows, which answers from
last night's tables, and it is why nothing here can look ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wismo.promise.learning.fading import FadingMean
from wismo.promise.learning.life import Floats, Ints, LifeTable, Stays, quantiles
from wismo.promise.learning.replay import Replay, Stage, lanes_of

# Calendar days. Of each clock a quick table, which sees a strike at once, and slow ones, which know lanes.
PURCHASE, TRANSIT, HANDLING = (5.0, 15.0), (7.0, 20.0, 60.0), (10.0, 45.0)
SHARES = (0.5, 0.9)
RUNGS = ("near", "lane", "area", "all")
_WIDER = (2, 2, 3)
_KEPT_OPEN = 120  # calendar days after which an order that never arrived is no longer looked at


@dataclass(frozen=True, slots=True)
class _Watched:
    """Life tables of one stage at several speeds, and what they are called."""

    name: str
    stage: Stage
    columns: Sequence[Ints]
    rungs: Sequence[str]
    tables: Sequence[LifeTable]

    def advance(self, replay: Replay, night: int, open_rows: Ints) -> None:
        """Read day `night`, given the orders that were under way on it."""
        stage, rows = self.stage, open_rows
        begun = rows[stage.began[rows] <= night]
        ended = stage.ended[begun]
        left = np.minimum(ended, replay.gone[begun])
        stays = Stays(
            lanes=[column[begun] for column in self.columns],
            calendar=stage.calendar[begun],
            began=stage.began[begun],
            left=left,
            done=left == ended,
        )
        for table in self.tables:
            since = table.until
            table.open(night)
            table.read(stays, since, replay.days)

    def tell(self, rows: Ints, into: "Columns") -> None:
        """Write what is known now to these orders."""
        for table in self.tables:
            shares = table.shares()
            for rung, column, known in zip(self.rungs, self.columns, shares, strict=True):
                for share in SHARES:
                    days = quantiles(known, share)
                    into.put(f"{self.name}{table.half_life:g} {rung} {share}", rows, days[column[rows]])


class Columns:
    """Named columns, filled bit by bit; NaN where nothing was written."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.named: dict[str, Floats] = {}

    def put(self, name: str, rows: Ints, values: Floats | float) -> None:
        """Write the values to these rows of the column."""
        if name not in self.named:
            self.named[name] = np.full(self._size, np.nan)
        self.named[name][rows] = values


def _watch(
    name: str, stage: Stage, columns: Sequence[Ints], wider: Sequence[int], speeds: Sequence[float]
) -> _Watched:
    lanes, rows = lanes_of(columns, wider)
    rungs = RUNGS if len(columns) == len(RUNGS) else ("house", "all")
    return _Watched(name, stage, rows, rungs, [LifeTable(lanes, half_life=speed) for speed in speeds])


class Nights:
    """Walks through a history, telling the orders of each day, and those handed over on it, what is known."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.purchase, self.handover = Columns(replay.size), Columns(replay.size)
        groups = replay.groups
        everyone = np.zeros(replay.size, np.int64)
        places = (groups.near, groups.lane, groups.area, everyone)
        self._bought = _watch("purchase", replay.purchase, places, _WIDER, PURCHASE)
        self._transit = _watch("transit", replay.transit, places, _WIDER, TRANSIT)
        self._handling = _watch("handling", replay.handling, (groups.warehouse, everyone), (1,), HANDLING)
        self._house = FadingMean(groups.warehouse, half_life=60, borrowed=4)
        self._house_now = FadingMean(groups.warehouse, half_life=12, borrowed=4)
        self._everyone = FadingMean(everyone, half_life=10, borrowed=1)
        self._surprise = {
            "house": FadingMean(groups.warehouse, half_life=60, borrowed=8),
            "postcode": FadingMean(groups.postcode, half_life=150, borrowed=5),
            "near": FadingMean(groups.near, half_life=60, borrowed=15),
            "lane": FadingMean(groups.lane, half_life=60, borrowed=15),
            "area": FadingMean(groups.area, half_life=7, borrowed=20),
        }
        self._usual = np.zeros(replay.size)  # log transit days that were usual when it was handed over
        self._waiting = np.zeros(int(groups.warehouse.max()) + 1 if replay.size else 0)

    def walk(self, first: int, last: int) -> None:
        """From day `first` to day `last`, whose orders are the last to be told."""
        replay = self.replay
        bought, handed = _by_day(replay.bought, first, last), _by_day(replay.handed, first, last)
        arrived = _by_day(np.where(replay.handed < replay.arrived + 1, replay.arrived, -1), first, last)
        open_rows = np.zeros(0, np.int64)
        for day in range(first, last + 1):
            self._tell(day, bought[day - first], handed[day - first])
            open_rows = np.concatenate([open_rows, bought[day - first]])
            self._learn(day, bought[day - first], handed[day - first], arrived[day - first], open_rows)
            still = (replay.gone[open_rows] > day) & (replay.bought[open_rows] > day - _KEPT_OPEN)
            open_rows = open_rows[still]

    def _learn(self, day: int, bought: Ints, handed: Ints, arrived: Ints, open_rows: Ints) -> None:
        """The night after `day`."""
        replay = self.replay
        for watched in (self._bought, self._transit, self._handling):
            watched.advance(replay, day, open_rows)
        handled = np.log1p(replay.handling.took[handed].astype(float))
        for mean in (self._house, self._house_now, self._everyone):
            mean.add_day(handed, handled)
        surprise = np.log1p(replay.transit.took[arrived].astype(float)) - self._usual[arrived]
        for mean in self._surprise.values():
            mean.add_day(arrived, surprise)
        size = len(self._waiting)
        self._waiting += np.bincount(replay.groups.warehouse[bought], minlength=size)
        self._waiting -= np.bincount(replay.groups.warehouse[handed], minlength=size)

    def _tell(self, day: int, bought: Ints, handed: Ints) -> None:
        """What is known on the morning of `day`, to its orders."""
        if len(bought):
            self._bought.tell(bought, self.purchase)
            self._handling.tell(bought, self.purchase)
            self._tell_house(bought)
        for rows, into in ((bought, self.purchase), (handed, self.handover)):
            if len(rows):
                self._transit.tell(rows, into)
                for name, mean in self._surprise.items():
                    into.put(f"surprise {name}", rows, mean.of(rows))
        if len(handed):
            usual = self.handover.named[f"transit{TRANSIT[1]:g} lane 0.5"][handed]
            self._usual[handed] = np.log1p(np.maximum(usual, 0.0))
            self.handover.put("house", handed, self._house.of(handed, self._everyone.of(handed)))

    def _tell_house(self, bought: Ints) -> None:
        warehouse = self.replay.groups.warehouse[bought]
        usual = self._house.of(bought, self._everyone.of(bought))
        weight = self._house.weight(bought)
        told = {
            "house": usual,
            "house now": self._house_now.of(bought, usual),
            "house known": weight,
            "waiting": self._waiting[warehouse],
            "waiting more": self._waiting[warehouse] / (weight + 3.0),
        }
        for name, values in told.items():
            self.purchase.put(name, bought, values)


def _by_day(days: Ints, first: int, last: int) -> list[Ints]:
    """The rows of each day from `first` to `last`."""
    order = np.argsort(days, kind="stable")
    bounds = np.searchsorted(days[order], np.arange(first, last + 2))
    return [order[start:end] for start, end in pairwise(bounds)]
