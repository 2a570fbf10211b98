"""The forecasts of a stage, day by day, as a shop would have had them: of the model, or of the tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.life import Floats, Ints
from wismo.promise.learning.matrix import Matrix
from wismo.promise.learning.pace import Pace, Seen
from wismo.promise.learning.replay import Replay, Stage
from wismo.promise.learning.scores import gain_interval
from wismo.promise.learning.structure import FEWEST, MIDDLE, Structure, fortnights, is_installed, known_at

_LOOKED = 118  # calendar days that the pace is counted of: one and a half of its half-lives
_RESOLVED = (56, 14)  # the weeks before a day on which champion and challenger are judged: most have arrived


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the model was let through, on the last weeks whose parcels have arrived."""

    at: int  # the day, as an ordinal
    serves: bool
    orders: int
    gain: float  # days of mean error less than the tables'
    low: float  # the ends of its 90 % interval
    high: float


@dataclass(slots=True)
class Forecasts:
    """What was forecast of each order, in operating days since the stage began; NaN where nothing was."""

    days: dict[float, Floats]  # by the share that shall have arrived
    late: Floats  # the risk of missing the day the shop itself quoted
    by_model: NDArray[np.bool_]
    gates: list[Gate] = field(default_factory=list)

    @classmethod
    def nothing(cls, orders: int, shares: Sequence[float]) -> Self:
        """Before anything was forecast."""
        days = {share: np.full(orders, np.nan) for share in shares}
        return cls(days, np.full(orders, np.nan), np.zeros(orders, np.bool_))


class Forecaster:
    """Forecasts one stage of a replay, every day from what was known that morning."""

    def __init__(
        self, stage: Stage, columns: Matrix, *, level: Floats, table: Floats, replay: Replay
    ) -> None:
        """`level` by day from `replay.days.first`; `table` the days the tables alone say of each order."""
        self._replay, self._stage, self._columns = replay, stage, columns
        self._level = level + 0.2
        self._table = np.maximum(table, 0.3)
        self._areas = int(replay.groups.area.max(initial=-1)) + 1
        self._relative = np.full(replay.size, np.nan)
        self._medians = {name: np.full(replay.size, np.nan) for name in ("tables", "model")}

    def run(self, first: int, last: int, shares: Sequence[float]) -> Forecasts:
        """Forecast the parcels whose stage begins on the days from `first` to `last`."""
        made = Forecasts.nothing(self._replay.size, shares)
        served = False
        for at in fortnights(first, last):
            learned = self._learn(at, min(at + 13, last))
            gate = self._gate(at, served=served) if learned else None
            served = gate is not None and gate.serves
            if gate:
                made.gates.append(gate)
            for day in range(at, min(at + 14, last + 1)):
                self._forecast(day, made, learned=learned, by_model=served)
        return made

    def _learn(self, at: int, last: int) -> bool:
        """Learn anew on the morning of day `at`, for the days up to `last`; False where not worth it."""
        if not is_installed():
            return False
        replay, stage = self._replay, self._stage
        yesterday = replay.days.number(replay.calendar, np.full(replay.size, at - 1))
        known = known_at(at, stage, yesterday, self._level, replay.days.first)
        if known.there.sum() < FEWEST:
            return False
        rows = np.flatnonzero((stage.began >= at - _LOOKED) & (stage.began <= last))
        self._relative[rows] = Structure(self._columns, known).relative(self._columns, rows)
        return True

    def _forecast(self, day: int, made: Forecasts, *, learned: bool, by_model: bool) -> None:
        stage = self._stage
        rows = np.flatnonzero(stage.began == day)
        seen = np.flatnonzero((stage.began < day) & (stage.began >= day - _LOOKED))
        if not len(rows) or not len(seen):
            return
        for name in ("tables", "model") if learned else ("tables",):
            pace = self._pace(name, seen, day)
            forecast = self._days(name, rows, day)
            area = self._replay.groups.area[rows]
            self._medians[name][rows] = pace.days(forecast, area, 0.5)
            if (name == "model") == by_model:
                for share, days in made.days.items():
                    days[rows] = pace.days(forecast, area, share)
                promised = self._replay.promised_at[rows] - stage.began_at[rows]
                made.late[rows] = pace.late(forecast, area, promised.astype(float))
                made.by_model[rows] = by_model

    def _pace(self, name: str, rows: Ints, day: int) -> Pace:
        stage, replay = self._stage, self._replay
        there = stage.ended[rows] < day
        gone = replay.days.number(replay.calendar[rows], np.full(len(rows), day - 1)) - stage.began_at[rows]
        seen = Seen(
            forecast=self._days(name, rows, day),
            age=np.where(there, stage.took[rows], gone).astype(float),
            there=there,
            gone=gone.astype(float),
            area=replay.groups.area[rows],
        )
        return Pace(seen, self._areas)

    def _days(self, name: str, rows: Ints, day: int) -> Floats:
        """The forecast of these orders on the morning of `day`, before the pace corrects it."""
        if name == "tables":
            return self._table[rows]
        began = self._stage.began[rows]
        # Of those that began before, the level of the days they were under way in is known by now.
        known = np.where(began < day, np.minimum(began + MIDDLE, day - 1), began)
        return np.asarray(self._relative[rows] * self._level[known - self._replay.days.first])

    def _gate(self, at: int, *, served: bool) -> Gate | None:
        """Champion against challenger on the last resolved weeks. Without any, the tables serve.

        Whoever serves goes on until the other was surely better: a strike makes weeks differ.
        """
        stage = self._stage
        begun = (stage.began >= at - _RESOLVED[0]) & (stage.began < at - _RESOLVED[1]) & (stage.ended < at)
        rows = np.flatnonzero(
            begun & np.isfinite(self._medians["model"]) & np.isfinite(self._medians["tables"])
        )
        if not len(rows):
            return None
        missed = {name: np.abs(stage.took[rows] - median[rows]) for name, median in self._medians.items()}
        gain, low, high = gain_interval(missed["tables"], missed["model"], stage.began[rows] // 7)
        return Gate(at, high > 0.0 if served else low > 0.0, len(rows), gain, low, high)
