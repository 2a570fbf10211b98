"""What came of the promises of a backtest: the figures it prints."""

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.forecasting import Forecasts
from wismo.promise.learning.life import UNDER_WAY, Floats, Ints
from wismo.promise.learning.replay import Replay, Stage
from wismo.promise.learning.scores import auc, average_precision, kept, pinball

LEVELS = (0.90, 0.95, 0.98)  # fixed before the run: none of them is fitted to what it is measured on
MIDDLE = 0.5


def date_in(replay: Replay, stage: Stage, days: Floats, rows: Ints, share: float) -> Ints:
    """The day shown for a forecast of so many operating days: always one on which parcels are brought.

    A promise is the first day by whose end the share has arrived; the middle is the nearest day.
    """
    whole = np.round(days) if share == MIDDLE else np.ceil(days - 0.5)
    return replay.date_of(rows, stage.began_at[rows] + whole.astype(np.int64))


class Measured:
    """The orders that are measured, and what came of them."""

    def __init__(self, replay: Replay, first: date, last: date) -> None:
        """Those bought from `first` to `last`, both included."""
        self._replay = replay
        self._first = first.toordinal()
        inside = (replay.bought >= self._first) & (replay.bought <= last.toordinal())
        self._orders = int(inside.sum())
        self._rows = np.flatnonzero(inside & (replay.arrived < UNDER_WAY))

    def report(self, bought: Forecasts, handed: Forecasts) -> dict[str, Any]:
        """All figures, as the command prints them."""
        rows = self._rows[np.isfinite(bought.days[MIDDLE][self._rows])]
        promised = {level: self._dates(bought, level, rows) for level in LEVELS}
        likely = self._dates(bought, MIDDLE, rows)
        took = self._took(rows)
        return {
            "orders": self._orders,
            "delivered": len(self._rows),
            "answered": len(rows),
            "mae_days": _mean(np.abs(likely - self._replay.arrived[rows])),
            "pinball": {
                f"{level:.2f}": _rounded(pinball(took, self._promised(rows, dates), level))
                for level, dates in {MIDDLE: likely, **promised}.items()
            },
            "levels": {f"{level:.2f}": self._level(rows, dates) for level, dates in promised.items()},
            "baseline": self._baseline(rows),
            "handover": self._handover(handed),
            "late": {"purchase": self._late(bought, rows), "handover": self._late(handed, self._rows)},
            "cold_start": self._cold_start(rows, promised[0.95], likely),
            "model": {
                "purchase": _mean(bought.by_model[rows]),
                "handover": _mean(handed.by_model[self._rows]),
                "gates": [
                    {**asdict(gate), "at": date.fromordinal(gate.at).isoformat()} for gate in bought.gates
                ],
            },
        }

    def _dates(self, made: Forecasts, share: float, rows: Ints) -> Ints:
        return date_in(self._replay, self._replay.purchase, made.days[share][rows], rows, share)

    def _took(self, rows: Ints) -> Floats:
        """Calendar days from purchase to door."""
        return (self._replay.arrived - self._replay.bought)[rows].astype(np.float64)

    def _promised(self, rows: Ints, dates: Ints) -> Floats:
        """Calendar days from purchase to the day shown."""
        return (dates - self._replay.bought[rows]).astype(np.float64)

    def _level(self, rows: Ints, dates: Ints) -> dict[str, Any]:
        replay = self._replay
        week = (replay.bought[rows] - self._first) // 7
        told = kept(self._took(rows), self._promised(rows, dates), week, replay.groups.area[rows])
        return {name: _rounded(value) for name, value in asdict(told).items()}

    def _baseline(self, rows: Ints) -> dict[str, Any]:
        """The history's own promise, where it made one."""
        quoted = rows[self._replay.quoted[rows]]
        dates = self._replay.promised[quoted]
        missed = np.abs(dates - self._replay.arrived[quoted])
        return {"orders": len(quoted), "mae_days": _mean(missed), **self._level(quoted, dates)}

    def _handover(self, made: Forecasts) -> dict[str, Any]:
        rows = self._rows[np.isfinite(made.days[MIDDLE][self._rows])]
        likely = date_in(self._replay, self._replay.transit, made.days[MIDDLE][rows], rows, MIDDLE)
        return {"orders": len(rows), "mae_days": _mean(np.abs(likely - self._replay.arrived[rows]))}

    def _late(self, made: Forecasts, rows: Ints) -> dict[str, Any]:
        """Whether the risk found the orders that missed the history's own promise, by the day."""
        known = rows[self._replay.quoted[rows] & np.isfinite(made.late[rows])]
        late = self._replay.arrived[known] > self._replay.promised[known]
        risk = made.late[known]
        return {
            "auc": _rounded(auc(late, risk)),
            "pr_auc": _rounded(average_precision(late, risk)),
            "base": _mean(late),
        }

    def _cold_start(self, rows: Ints, dates: Ints, likely: Ints) -> dict[str, Any]:
        """Orders of warehouses, or sellers, that had handed nothing over before: at level 0.95."""
        replay = self._replay
        first = np.full(int(replay.groups.warehouse.max(initial=-1)) + 1, UNDER_WAY)
        np.minimum.at(first, replay.groups.warehouse, replay.handed)
        new = first[replay.groups.warehouse[rows]] >= replay.bought[rows]
        missed = np.abs(likely - replay.arrived[rows])[new]
        return {"orders": int(new.sum()), "mae_days": _mean(missed), **self._level(rows[new], dates[new])}


def _mean(values: NDArray[Any]) -> float | None:
    return _rounded(float(values.mean())) if len(values) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
