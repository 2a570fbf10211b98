"""Token buckets with reservations: who finds none is told when its own will be there. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wismo.notify.words import Lane

KEPT_BACK = 0.2  # of a full bucket, which marketing never takes
# How much of the future may be reserved, in seconds. A campaign reserves nothing: nobody waits behind it.
_AHEAD = {Lane.ACTION: 60.0, Lane.DELIVERY: 60.0, Lane.INFO: 10.0, Lane.FEEDBACK: 10.0, Lane.MARKETING: 0.0}
LATER = timedelta(seconds=5)  # for those who may not reserve: at least


@dataclass(frozen=True, slots=True)
class Limit:
    """How a bucket fills: so many tokens a second, so many at most."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Level:
    """What a bucket held, and when. Below nothing: what is reserved already."""

    tokens: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking for a token: the level after it, None where nothing was taken or reserved."""

    level: Level | None
    again_at: datetime | None = None  # None: it was there


def filled(level: Level, limit: Limit, now: datetime) -> float:
    """What the bucket holds by now."""
    gone = max(0.0, (now - level.at).total_seconds())
    return min(float(limit.burst), level.tokens + gone * limit.per_second)


def take(level: Level, limit: Limit, lane: Lane, now: datetime) -> Taken:
    """A token now, or the moment at which the one reserved for us will be there."""
    tokens = filled(level, limit, now)
    floor = limit.burst * KEPT_BACK if lane is Lane.MARKETING else 0.0
    if tokens >= floor + 1:
        return Taken(Level(tokens - 1, now))
    wait = (floor + 1 - tokens) / limit.per_second
    if wait > _AHEAD[lane] or lane is Lane.MARKETING:
        return Taken(None, now + max(LATER, timedelta(seconds=wait)))
    return Taken(Level(tokens - 1, now), now + timedelta(seconds=wait))


def slowed(limit: Limit) -> Limit:
    """What marketing gets of it: the rest stays for what is news."""
    return Limit(limit.per_second * (1 - KEPT_BACK), max(1, int(limit.burst * (1 - KEPT_BACK))))


def book(level: Level, limit: Limit, now: datetime) -> Taken:
    """A token now, or the one that comes after all those booked before, however far away."""
    tokens = filled(level, limit, now)
    wait = timedelta(seconds=max(0.0, (1 - tokens) / limit.per_second))
    return Taken(Level(tokens - 1, now), now + wait if wait else None)


def drained(level: Level, limit: Limit, span: timedelta, now: datetime) -> Level:
    """The bucket with nothing to give for so long."""
    debt = 1 - span.total_seconds() * limit.per_second
    return Level(min(filled(level, limit, now), debt), now)
