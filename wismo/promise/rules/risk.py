"""How sure a parcel's promise is, by how far it has come and how long that took. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from wismo.promise.rules.clock import Clock


class Stage(StrEnum):
    """How far a parcel has come."""

    READY = "ready"  # the shop has it
    MOVING = "moving"  # handed over
    NEAR = "near"  # at the depot of its area
    OUT = "out"  # with the driver


# No public history of scans tells what is left from the depot on: these shares are typed, wide on purpose,
# and nothing is claimed of them. Operating days after the scan; the first is the day of the scan itself.
FROM_DEPOT = Clock((0.20, 0.75, 0.88, 0.94, 0.97, 0.985, 0.995, 1.0))
WITH_DRIVER = Clock((0.95, 0.985, 0.995, 1.0))
CERTAIN = 1.0  # only a day that is over is missed for certain
_MOST = 0.99


class Days(Protocol):
    """The days on which parcels are brought to a place."""

    def add(self, day: date, n: int) -> date:
        """The n-th such day after `day`; for n = 0 the day itself, or the next one."""
        ...

    def between(self, after: date, until: date) -> int:
        """How many there are after the first day, up to and with the second."""
        ...


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a parcel's way: a clock that began on a day, and how much of it has run down."""

    clock: Clock
    since: date
    gone: int  # operating days that are over; -1 while the first day is not
    days: Days

    def by(self, day: date) -> float:
        """The share of such parcels that have arrived by the end of that day."""
        start = self.clock.by(self.gone)
        if day < self.since:
            return 0.0
        if start >= 1.0:
            return 0.0  # all others have arrived: nothing is known of one that has not
        return max(0.0, self.clock.by(self.days.between(self.since, day)) - start) / (1.0 - start)

    def day(self, share: float) -> date | None:
        """The first day by which that share has arrived; None where it never comes to that."""
        start = self.clock.by(self.gone)
        if start >= 1.0:
            return None
        found = self.clock.quantile(start + share * (1.0 - start))
        return self.days.add(self.since, max(found, self.gone + 1)) if found is not None else None


def rest_of(clock: Clock, since: date, today: date, days: Days) -> Rest:
    """What is left this morning of a way that began on `since`."""
    over = today - timedelta(days=1)
    return Rest(clock, since, days.between(since, over) if over >= since else -1, days)


def risk_of(
    rest: Rest | None, promised_on: date, today: date, carrier: tuple[date, float] | None
) -> float | None:
    """The probability that it arrives after the promised day, 0 to 1; None where nothing speaks of it.

    `carrier` is the carrier's own day and our trust in it, the share of its days that held: its word and the
    clock are pooled by that. Where there is no clock, the carrier's word is taken for what it is worth.
    """
    if today > promised_on:
        return CERTAIN
    told = 1.0 - rest.by(promised_on) if rest else None
    if carrier is not None:
        day, trust = carrier
        late = float(day > promised_on)
        told = trust * late + (1.0 - trust) * (told if told is not None else 1.0 - late)
    return None if told is None else min(told, _MOST)


@lru_cache(maxsize=4096)
def then(first: Clock, second: Clock) -> Clock:
    """The clock of one way after the other, the days of both counted alike."""
    if not first.shares or not second.shares:
        return Clock(())
    steps = [share - before for before, share in zip((0.0, *first.shares), first.shares, strict=False)]
    length = len(first.shares) + len(second.shares) - 1
    return Clock(
        tuple(min(1.0, sum(p * second.by(k - n) for n, p in enumerate(steps))) for k in range(length)),
        min(first.sample, second.sample),
    )
