"""How a shop's sources are connected, in the words of those who look after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wismo.carriers import registry
from wismo.carriers.askable import Askable, askable
from wismo.carriers.karrio.adapter import NotInstalled, require
from wismo.carriers.karrio.connectors import connectors
from wismo.console import words
from wismo.plumbing import inbox_queries, limits
from wismo.shops import queries as shops
from wismo.tracking.queries.polling import SourcePolling, polling_of
from wismo.tracking.rules.gate import Circuit

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
REJECTED = "rejected"  # how the door counts payloads with a wrong signature or token


@dataclass(frozen=True, slots=True)
class Heard:
    """What a source posted."""

    last_at: datetime | None
    count: int  # payloads since yesterday
    rejected: int


@dataclass(frozen=True, slots=True)
class Asked:
    """An account, and how it stands in a word."""

    account: SourcePolling
    word: str
    tone: str
    why: str  # "" where it needs no explanation


@dataclass(frozen=True, slots=True)
class Connectable:
    """A source that can be connected, and by which of the two ways it is."""

    source: str
    proof: str  # how its webhooks prove themselves; "" where it posts none
    may_post: bool
    way: Askable | None  # how it is asked; None where it cannot be
    account: bool

    @property
    def used(self) -> bool:
        """Whether the shop has connected it, in whichever way."""
        return self.may_post or self.account


def heard(shop_id: int, source: str, now: datetime) -> Heard:
    """What the source posted of late."""
    feeds = {feed.source: feed for feed in inbox_queries.feeds(shop_id, since=now - DAY, oldest=now - WEEK)}
    feed = feeds.get(source)
    since = limits.window_of(now - DAY, limits.DAY)
    rejected = limits.total(shop_id, REJECTED, since, source)
    return Heard(feed.last_at if feed else None, feed.count if feed else 0, rejected)


def asked(shop_id: int, source: str, now: datetime) -> Asked | None:
    """How asking the source goes; None where the shop has no account."""
    found = next((one for one in polling_of(shop_id, now) if one.source == source), None)
    return Asked(found, *_state(found)) if found else None


def _state(account: SourcePolling) -> tuple[str, str, str]:
    """The word for how an account stands, its tone, and why."""
    if not account.enabled:
        return "Paused by your team", "", "Nothing is asked until somebody resumes it."
    if account.lacking:
        names = ", ".join(words.value_name(name) for name in account.lacking)
        return "Incomplete", "bad", f"Still to be entered: {names}."
    if account.per_day is not None and account.used >= account.per_day:
        return "Waiting", "warn", "Today’s requests are used up; it goes on with the next day, UTC."
    return (
        words.CIRCUIT[account.circuit] if account.circuit is not Circuit.CLOSED else ("Going on", "good", "")
    )


def karrio_missing(source: str) -> str:
    """Why nothing can be asked through a connector of Karrio; "" where it can, or where it is none."""
    if source not in connectors():
        return ""
    try:
        require(source)
    except NotInstalled as error:
        return str(error)
    return ""


def through_karrio(carrier_id: str) -> tuple[str, ...]:
    """The connectors that ask about parcels of the carrier."""
    return tuple(source for source, one in connectors().items() if one.carrier == carrier_id)


def connectable(shop_id: int) -> list[Connectable]:
    """Every source there is, by name."""
    open_doors = set(shops.sources_of(shop_id))
    accounts = {account.source for account in shops.carrier_accounts([shop_id])}
    ways = askable()
    found = [
        Connectable(source, proof, source in open_doors, ways.get(source), source in accounts)
        for source, proof in _proofs(ways).items()
    ]
    return sorted(found, key=lambda one: words.source_words(one.source).casefold())


def _proofs(ways: Mapping[str, Askable]) -> dict[str, str]:
    """How each source proves itself that posts or can be asked."""
    posting = {pack.id: words.PROOF[pack.auth.kind] for pack in registry.packs().values() if pack.auth}
    return dict.fromkeys(ways, "") | posting
