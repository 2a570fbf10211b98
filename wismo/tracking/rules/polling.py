"""When a carrier is asked about a parcel, and by which account. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SOON = timedelta(hours=3)  # after news
LONGEST = timedelta(hours=24)  # the wait doubles up to this while nothing is heard
DAILY = timedelta(days=1)  # once delivered, for what comes after: a proof of delivery, a correction
FOLLOWED = timedelta(days=7)  # after delivery
PATIENCE = timedelta(days=30)  # without news; then the parcel has expired
_DOUBLINGS = 3  # from SOON to LONGEST

OWN = "wismo"  # the source of scans that we make ourselves
EXPIRED = "expired"  # the code of the one that says that we stopped asking


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a parcel, as far as asking goes."""

    last_news_at: datetime
    silent: int  # answers in a row without news
    delivered_at: datetime | None
    ended: bool


def is_over(heard: Heard, now: datetime) -> bool:
    """Whether nothing more can come of asking: it ended, and was not delivered a short while ago."""
    return heard.ended and (heard.delivered_at is None or now > heard.delivered_at + FOLLOWED)


def next_ask(heard: Heard, now: datetime) -> datetime | None:
    """When to ask again after an answer at `now`; None where there is nothing more to ask for.

    The last time is the very end of PATIENCE: a parcel expires on an answer, never on our own sleep.
    """
    if heard.ended:
        return None if is_over(heard, now + DAILY) else now + DAILY
    wait = min(SOON * (1 << min(heard.silent, _DOUBLINGS)), LONGEST)
    over = heard.last_news_at + PATIENCE
    return now + wait if now >= over else min(now + wait, over)


def has_expired(last_news_at: datetime, answered_at: datetime | None) -> bool:
    """Whether a carrier had nothing new to say when it was asked after all patience."""
    return answered_at is not None and answered_at >= last_news_at + PATIENCE


def backoff(failures: int, chance: float, *, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failures in a row (1 or more): doubling, and at random a half less.

    `chance` is from 0 to 1. Without it all who failed together would come back together.
    """
    doubled = first * (1 << min(failures - 1, 20))
    return min(doubled, longest) * (1 - chance / 2)


def source_for(carrier: str, sources: Iterable[str], serves: Callable[[str, str], bool]) -> str | None:
    """The account to ask by, of those a shop has: the carrier's own, an aggregator's, a connector's; or None.

    Of several aggregators the first. `serves(source, carrier)` says whether a source knows the carrier.
    """
    able = [source for source in sources if serves(source, carrier)]
    return min(able, key=lambda source: (source != carrier, ":" in source), default=None)
