"""Life tables: for each lane, how many of those under way after so many operating days end on that day.

A *period* life table, as demographers call it (Preston, Heuveline, Guillot, "Demography", 2001, chapter 3):
made of what happened in the last days to parcels of every age, not of the fate of parcels bought long ago.
So it knows today's speed today, and those still under way count for what they are; a table of finished
parcels alone would hold only the fast ones of the newest weeks.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.days import OperatingDays

AGES = 60  # operating days: twelve weeks; what is under way for longer tells no more
HALF_LIFE = 60.0  # calendar days after which a day counts half: a season shows, a week's noise does not
BORROWED = 30.0  # parcels of the wider lane that every lane starts with
UNDER_WAY = 4_000_000  # the day a stage ends that has not ended: after any calendar's

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stays:
    """Parcels in one stage, as columns of equal length. Days are ordinals (`date.toordinal`)."""

    lanes: Sequence[Ints]  # a column a rung: each parcel's lane there, as `Lanes` numbers them
    calendar: Ints  # which of the operating days are the parcel's
    began: Ints
    left: Ints  # UNDER_WAY where it has not been
    done: NDArray[np.bool_]  # left by reaching its end, not by being lost sight of: returned, cancelled


@dataclass(frozen=True, slots=True)
class LaneLife:
    """What one lane's table says."""

    key: str
    rung: int
    sample: int
    shares: Floats  # have ended after 0, 1, 2, … operating days


class Lanes:
    """The lanes of each rung by number, and from which lane of a wider rung each borrows."""

    def __init__(self, wider: Sequence[int]) -> None:
        """`wider` says of every rung but the last from which rung its lanes borrow."""
        self.wider = tuple(wider)
        self.numbers: list[dict[str, int]] = [{} for _ in range(len(wider) + 1)]
        self.parents: list[list[int]] = [[] for _ in wider]

    def number(self, keys: Sequence[tuple[str, ...]]) -> list[Ints]:
        """The columns of `Stays.lanes`, given each parcel's keys from the narrowest rung to the widest."""
        columns = zip(*keys, strict=True) if keys else ((),) * len(self.numbers)
        found = [
            np.fromiter((known.setdefault(key, len(known)) for key in column), np.int64, len(keys))
            for known, column in zip(self.numbers, columns, strict=True)
        ]
        for rung, wider in enumerate(self.wider):
            parents = self.parents[rung]
            row, first = np.unique(found[rung], return_index=True)
            parents.extend(found[wider][first[row >= len(parents)]].tolist())
        return found


@dataclass(slots=True)
class _Rung:
    """The lanes of one rung, by number."""

    ended: Floats = field(default_factory=lambda: np.zeros((0, AGES)))  # by age, fading
    under_way: Floats = field(default_factory=lambda: np.zeros((0, AGES)))  # by age, fading
    sample: Ints = field(default_factory=lambda: np.zeros(0, np.int64))  # ended, not fading

    def grow(self, lanes: int) -> None:
        more = lanes - len(self.sample)
        if more > 0:
            self.ended = np.concatenate([self.ended, np.zeros((more, AGES))])
            self.under_way = np.concatenate([self.under_way, np.zeros((more, AGES))])
            self.sample = np.concatenate([self.sample, np.zeros(more, np.int64)])


class LifeTable:
    """The life tables of all lanes of a shop, for one stage, up to the end of day `until`."""

    def __init__(self, lanes: Lanes, *, half_life: float = HALF_LIFE) -> None:
        self.until = 0
        self.half_life = half_life
        self.known = lanes
        self._rungs = [_Rung() for _ in lanes.numbers]

    @property
    def sample(self) -> int:
        """How many parcels have ended, in all lanes."""
        return int(self._rungs[-1].sample.sum())

    def open(self, until: int) -> None:
        """Go on to the end of day `until`: what is known fades, and `read` adds the days since."""
        kept = 0.5 ** ((until - self.until) / self.half_life)
        self.until = until
        for rung in self._rungs:
            rung.ended *= kept
            rung.under_way *= kept

    def read(self, stays: Stays, since: int, days: OperatingDays) -> None:
        """Add what became of these parcels after day `since`. Once each, all under way since then."""
        self._grow()
        began_at = days.number(stays.calendar, stays.began)
        whose, ages, counts = self._exposed(stays, began_at, since, days)
        over = np.flatnonzero(stays.done & (stays.left > since) & (stays.left <= self.until))
        left_at = days.number(stays.calendar[over], stays.left[over])
        aged = np.clip(left_at - began_at[over], 0, AGES - 1)
        weight = self._faded(stays.left[over])
        for rung, row in zip(self._rungs, stays.lanes, strict=True):
            size = len(rung.sample)
            rung.under_way += _table(size, row[whose], ages, counts)
            rung.ended += _table(size, row[over], aged, weight)
            rung.sample += np.bincount(row[over], minlength=size)

    def _exposed(
        self, stays: Stays, began_at: Ints, since: int, days: OperatingDays
    ) -> tuple[Ints, Ints, Floats]:
        """Who was under way after `since`, at which ages, and how much each still counts."""
        first = np.maximum(days.number(stays.calendar, np.full_like(began_at, since)) + 1, began_at)
        first = np.where(stays.began > since, began_at, first)
        last = days.number(stays.calendar, np.minimum(stays.left, self.until))
        last = np.minimum(last, began_at + AGES - 1)
        there = (stays.began <= self.until) & (stays.left > since)
        length = np.where(there, np.maximum(last - first + 1, 0), 0)
        whose = np.repeat(np.arange(len(length)), length)
        step = np.arange(len(whose)) - np.repeat(np.cumsum(length) - length, length)
        number = first[whose] + step
        weight = self._faded(days.day(stays.calendar[whose], number))
        return whose, number - began_at[whose], weight

    def _faded(self, day: Ints) -> Floats:
        return 0.5 ** (np.maximum(self.until - day, 0) / self.half_life)

    def shares(self) -> list[Floats]:
        """Of each rung, by lane: the shares that have ended after 0, 1, 2, … operating days.

        Each lane has mixed in what it borrows from its wider one.
        """
        self._grow()
        hazards: dict[int, Floats] = {}
        last = len(self._rungs) - 1
        for place in reversed(range(len(self._rungs))):
            rung = self._rungs[place]
            if place == last:
                hazard = rung.ended / np.maximum(rung.under_way, 1.0)
            else:
                parents = np.array(self.known.parents[place][: len(rung.sample)], np.int64)
                prior = hazards[self.known.wider[place]][parents]
                hazard = (rung.ended + BORROWED * prior) / (rung.under_way + BORROWED)
            hazards[place] = np.minimum(hazard, 1.0)
        return [np.asarray(1.0 - np.cumprod(1.0 - hazards[place], axis=1)) for place in range(last + 1)]

    def _grow(self) -> None:
        for rung, known in zip(self._rungs, self.known.numbers, strict=True):
            rung.grow(len(known))

    def lanes(self, *, least: int) -> Iterator[LaneLife]:
        """The lanes with at least so many parcels."""
        for place, shares in enumerate(self.shares()):
            sample = self._rungs[place].sample
            for key, row in self.known.numbers[place].items():
                if row < len(sample) and sample[row] >= least:
                    yield LaneLife(key, place, int(sample[row]), shares[row])

    def pack(self) -> bytes:
        """All of it as bytes, for `unpack` on another night."""
        packed = io.BytesIO()
        arrays: dict[str, NDArray[Any]] = {
            "until": np.array(self.until),
            "half_life": np.array(self.half_life),
        }
        for place, (rung, known) in enumerate(zip(self._rungs, self.known.numbers, strict=True)):
            arrays[f"keys{place}"] = np.frombuffer("\n".join(known).encode(), np.uint8)
            arrays[f"sample{place}"] = rung.sample
            arrays[f"ended{place}"] = rung.ended.astype(
                np.float32
            )  # seven digits of a fading count are enough
            arrays[f"under_way{place}"] = rung.under_way.astype(np.float32)
        for place, parents in enumerate(self.known.parents):
            arrays[f"parents{place}"] = np.array(parents, np.int64)
        np.savez_compressed(packed, allow_pickle=False, **arrays)
        return packed.getvalue()

    @classmethod
    def unpack(cls, packed: bytes, wider: Sequence[int]) -> Self:
        """What `pack` made. ValueError where these are not such bytes: all facts have to be read anew."""
        try:
            with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
                table = cls(Lanes(wider), half_life=float(arrays["half_life"]))
                table.until = int(arrays["until"])
                table._take(arrays)
        except (zipfile.BadZipFile, ValueError, KeyError, OSError, EOFError) as error:
            raise ValueError("these are not life tables of this version") from error
        return table

    def _take(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        for place, rung in enumerate(self._rungs):
            rung.sample = arrays[f"sample{place}"]
            keys = arrays[f"keys{place}"].tobytes().decode()
            if len(rung.sample):
                self.known.numbers[place] = {key: row for row, key in enumerate(keys.split("\n"))}
            rung.ended = arrays[f"ended{place}"].astype(np.float64)
            rung.under_way = arrays[f"under_way{place}"].astype(np.float64)
        for place in range(len(self.known.wider)):
            self.known.parents[place] = arrays[f"parents{place}"].tolist()


def quantiles(shares: Floats, share: float) -> Floats:
    """The operating days after which `share` of each row has ended; between two days where it lies there."""
    reached = (shares < share).sum(axis=1)
    place = np.minimum(reached, shares.shape[1] - 1)
    rows = np.arange(len(shares))
    upper = shares[rows, place]
    lower = np.where(place > 0, shares[rows, np.maximum(place - 1, 0)], 0.0)
    part = np.clip((share - lower) / np.maximum(upper - lower, 1e-9), 0.0, 1.0)
    return np.asarray(place - 1 + part + 0.5)


def _table(size: int, row: Ints, age: Ints, weight: Floats) -> Floats:
    flat = np.bincount(row * AGES + age, weight, minlength=size * AGES)
    return np.asarray(flat, np.float64).reshape(size, AGES)
