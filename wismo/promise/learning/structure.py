"""What makes one parcel slower than another: a model of the median, in shares of how fast all of them were.

LightGBM's quantile objective on the logarithm of operating days. The target is divided by the level of the
days in which the parcel was under way, so that a crisis in the history does not teach that its lanes are
slow. At the forecast it is multiplied by the level of the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.life import Floats, Ints
from wismo.promise.learning.matrix import Matrix
from wismo.promise.learning.replay import Stage

FEWEST = 1000  # parcels that arrived: with fewer, a model knows nothing that the tables do not
_LONGEST = 450  # calendar days that are learned from: a year, and its season once more
_HALF_LIVES = (400.0, 120.0)  # calendar days: the one keeps a whole year, the other what has changed since
MIDDLE = 8  # calendar days after it began by which half of a parcel's way is gone
_GUESSED = 45  # calendar days: younger parcels under way are taken along, with a guess of when they arrive
_SETTINGS = {
    "objective": "quantile",
    "alpha": 0.5,
    "learning_rate": 0.06,
    "num_leaves": 40,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbose": -1,
    "seed": 1,
    "force_col_wise": True,  # else it tries both ways at every training
}
_TREES = 250
_SMALL = 20_000  # parcels: with fewer, threads wait for each other longer than they work


def is_installed() -> bool:
    """Whether the extra `ml` is there."""
    return find_spec("lightgbm") is not None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a stage on the morning of day `at`."""

    at: int
    rows: Ints  # those that began before, not too long ago
    there: NDArray[np.bool_]  # of these, which have ended
    target: Floats  # of these: log of the share of the level's days that it took, or has been under way
    age: Floats  # of these: calendar days since they began


def known_at(at: int, stage: Stage, numbers_now: Ints, level: Floats, first: int) -> Known:
    """What is known on the morning of day `at`, of the parcels of the last year and a quarter.

    `numbers_now` is yesterday's operating day on each order's calendar; `level[i]` that of day `first + i`.
    """
    rows = np.flatnonzero((stage.began < at) & (stage.began >= at - _LONGEST))
    there = stage.ended[rows] < at
    aged = np.where(there, stage.took[rows] + 0.7, numbers_now[rows] - stage.began_at[rows] + 0.7)
    middle = np.minimum(stage.began[rows] + MIDDLE, at - 1)
    target = np.log(np.maximum(aged, 0.7)) - np.log(level[middle - first])
    return Known(at, rows, there, target, (at - stage.began[rows]).astype(float))


class Structure:
    """Two models of the same: one of parcels that arrived, one that takes those under way along by a guess.

    The first leans to the fast ones of the last weeks, the second to the slow: their mean leans to neither.
    """

    def __init__(self, columns: Matrix, known: Known) -> None:
        """Learn. Takes some seconds per hundred thousand parcels."""
        young = ~known.there & (known.age <= _GUESSED)
        guessed = known.target.copy()
        guessed[young] = _guess(known, young)
        self._models = [
            _train(columns, known.rows[taken], target[taken], 0.5 ** (known.age[taken] / half_life))
            for taken, target, half_life in (
                (known.there, known.target, _HALF_LIVES[0]),
                (known.there | young, guessed, _HALF_LIVES[1]),
            )
        ]

    def relative(self, columns: Matrix, rows: Ints) -> Floats:
        """The median days of these orders, as a share of the level's."""
        told = columns.values[rows]
        return np.asarray(np.exp(np.mean([model.predict(told) for model in self._models], axis=0)))


def _train(columns: Matrix, rows: Ints, target: Floats, weight: Floats) -> Any:
    lightgbm = import_module("lightgbm")
    data = lightgbm.Dataset(
        columns.values[rows],
        target,
        weight=weight,
        categorical_feature=list(columns.words),
        params={"verbose": -1, "min_data_in_leaf": _SETTINGS["min_data_in_leaf"]},
    )
    threads = 1 if len(rows) < _SMALL else 2
    return lightgbm.train({**_SETTINGS, "num_threads": threads}, data, num_boost_round=_TREES)


def _guess(known: Known, young: NDArray[np.bool_]) -> Floats:
    """When those under way will arrive: drawn from how others of their age went on (Kaplan and Meier)."""
    recent = known.age <= 2 * _GUESSED
    order = np.argsort(known.target[recent], kind="stable")
    ages, ended = known.target[recent][order], known.there[recent][order]
    left = np.cumprod(1.0 - ended * 0.999 / np.arange(len(ages), 0, -1))
    now = known.target[young]
    still = np.interp(now, ages, left)
    drawn = left[-1] + np.random.default_rng(1).random(len(now)) * (still - left[-1])
    return np.asarray(np.maximum(np.interp(-drawn, -left, ages), now))


def fortnights(first: int, last: int) -> Iterator[int]:
    """The days on which it is learned anew: that is often enough, as the level moves each day."""
    return iter(range(first, last + 1, 14))
