"""How fast each provider is spoken to: buckets of tokens, taken under the lock that marks them sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wismo.notify.channels import ProviderFacts, providers
from wismo.notify.models import SendBucket
from wismo.notify.rules.buckets import LATER, Level, Limit, book, drained, slowed, take
from wismo.notify.words import Lane
from wismo.plumbing.bulk import insert_new, update_rows

__all__ = ("LATER", "Purse", "forget_bookings", "forget_full", "keys_of", "pair", "slow_down")
ALL = "all"
MARKETING = "marketing"  # the queue of what is no news
Key = tuple[int, str, str]  # shop, provider, name


def pair(digest: str) -> str:
    """The bucket of one sender and one reader."""
    return f"pair:{digest}"


@dataclass
class _Bucket:
    pk: int
    level: Level
    limit: Limit
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """When to come again: for a token that is kept for the caller, or to ask for one anew."""

    at: datetime
    reserved: bool


class Purse:
    """The buckets of one group of messages, locked until its transaction ends."""

    def __init__(self, keys: Collection[Key], now: datetime) -> None:
        self._now = now
        self._limits = {key: limit for key in keys if (limit := _limit(providers().get(key[1]), key[2]))}
        self._buckets = self._locked()
        if missing := self._limits.keys() - self._buckets.keys():
            names = ("shop", "provider", "name", "tokens", "at")
            full = [(*key, float(self._limits[key].burst), now) for key in sorted(missing)]
            insert_new(SendBucket, names, full)
            self._buckets = self._locked()

    def _locked(self) -> Mapping[Key, _Bucket]:
        if not self._limits:
            return {}
        rows = SendBucket.objects.select_for_update().filter(
            shop_id__in={key[0] for key in self._limits},
            provider__in={key[1] for key in self._limits},
            name__among=sorted({key[2] for key in self._limits}),
        )
        found = {(row.shop_id, row.provider, row.name): row for row in rows.order_by("pk")}
        return {
            key: _Bucket(row.pk, Level(row.tokens, row.at), self._limits[key])
            for key, row in found.items()
            if key in self._limits
        }

    def take(self, keys: Collection[Key], lane: Lane, *, reserved: bool) -> Turn | None:
        """Take a token of each bucket; or when one is to be had, with that one reserved where the lane may.

        `reserved`: the caller has waited for one that was reserved for it, and takes no other.
        """
        found = [bucket for key in keys if (bucket := self._buckets.get(key)) and key[2] != MARKETING]
        if lane is Lane.MARKETING:
            return (None if reserved else self._book(keys)) or self._ask(found, lane, kept=True)
        return None if reserved else self._ask(found, lane, kept=False)

    def _book(self, keys: Collection[Key]) -> Turn | None:
        """Marketing stands in a queue of its own, so that each is judged twice and not all day."""
        for key in keys:
            bucket = self._buckets.get(key)
            if bucket is not None and key[2] == MARKETING:
                booked = book(bucket.level, bucket.limit, self._now)
                bucket.level, bucket.changed = booked.level or bucket.level, True
                return Turn(booked.again_at, reserved=True) if booked.again_at else None
        return None

    def _ask(self, found: Collection[_Bucket], lane: Lane, *, kept: bool) -> Turn | None:
        """A token of each of these; `kept`: the caller keeps what it has waited for already."""
        told = [take(bucket.level, bucket.limit, lane, self._now) for bucket in found]
        waits = [taken.again_at for taken in told if taken.again_at is not None]
        if any(taken.level is None for taken in told):  # one gives none, not even later: nothing is taken
            return Turn(max(waits), reserved=kept)
        for bucket, taken in zip(found, told, strict=True):
            if taken.level is not None and (not waits or taken.again_at is not None):
                bucket.level, bucket.changed = taken.level, True
        return Turn(max(waits), reserved=True) if waits else None

    def close(self) -> None:
        """Keep what is left, in one statement."""
        rows = [(b.pk, b.level.tokens, b.level.at) for b in self._buckets.values() if b.changed]
        update_rows(SendBucket, ("tokens", "at"), rows)


def _limit(facts: ProviderFacts | None, name: str) -> Limit | None:
    """What a bucket refills by; None where the provider has no such limit."""
    if facts is None:
        return None
    if name in {ALL, MARKETING}:
        whole = Limit(facts.per_second, facts.burst) if facts.per_second > 0 else None
        return slowed(whole) if whole and name == MARKETING else whole
    return Limit(1 / facts.pair_seconds, max(1, facts.pair_burst)) if facts.pair_seconds > 0 else None


def keys_of(shop_id: int, provider: str, digest: str, lane: Lane) -> list[Key]:
    """The buckets a message by this provider to this address takes from."""
    facts = providers().get(provider)
    names = [ALL, pair(digest)] if facts and facts.pair_seconds > 0 else [ALL]
    names += [MARKETING] if lane is Lane.MARKETING else []
    return [(shop_id, provider, name) for name in names]


def slow_down(shop_id: int, provider: str, span: timedelta, now: datetime) -> None:
    """A provider asks us to wait, or does not answer: nothing leaves by it for so long."""
    limit = _limit(providers().get(provider), ALL)
    row = SendBucket.objects.select_for_update().filter(shop_id=shop_id, provider=provider, name=ALL).first()
    if limit is None or row is None:
        return
    level = drained(Level(row.tokens, row.at), limit, span, now)
    SendBucket.objects.filter(pk=row.pk).update(tokens=level.tokens, at=level.at)


def forget_bookings(shop_id: int) -> None:
    """Let marketing queue anew: those who had booked are not sent now, and nobody waits for them."""
    SendBucket.objects.filter(shop_id=shop_id, name=MARKETING).delete()


def forget_full(now: datetime, limit: int = 5000) -> int:
    """Drop the buckets of pairs that have long been full again; how many."""
    old = SendBucket.objects.filter(name__startswith="pair:", at__lt=now - timedelta(days=1))
    return SendBucket.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]
