"""Order by then, and it is there for the feast: the promise turned round. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from wismo.promise.rules.question import Because


@dataclass(frozen=True, slots=True)
class Standing:
    """What an order at some moment would be told."""

    latest: date | None  # the promised day; None: none
    share: float  # of such parcels that have arrived by the feast
    until: datetime | None  # the moment up to which an order is told the same
    reasons: tuple[Because, ...] = ()
    again: datetime | None = None  # until when nothing is promised, where an embargo is why


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBy:
    """Until when to order for a day, by one service to one place."""

    event: str
    day: date
    service: str
    until: datetime | None  # at the warehouse's clock; an order before it is in time; None: too late
    share: float  # of the parcels ordered in the last hours before it that arrive by the day; 0 to 1
    level: float
    reasons: tuple[Because, ...] = ()


def last_moment(now: datetime, day: date, standing: Callable[[datetime], Standing]) -> Standing:
    """What holds at the last moment from `now` on at which an order is still promised by `day`.

    Its `until` is the cut-off that ends it, None where even now is too late. A later order is never promised
    an earlier day, so the first cut-off after which the promise fails is the last of all.
    """
    held = Standing(None, 0.0, None)
    moment = now
    while True:
        here = standing(moment)
        if here.again is not None and moment < here.again and here.again.date() <= day:
            moment = here.again
            continue
        if here.latest is None or here.latest > day or here.until is None or here.until <= moment:
            return held if held.until else Standing(here.latest, here.share, None, here.reasons)
        held, moment = here, here.until
