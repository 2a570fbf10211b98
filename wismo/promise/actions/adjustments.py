"""What is different on some days: kept, ended; and the feeds that tell of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from wismo.plumbing import audit
from wismo.promise.models import Adjustment, Feed
from wismo.promise.rules.declared import Declared
from wismo.shops.actions import hold_shop

PERSON = "person"  # the source of what people enter
EVERY = timedelta(hours=1)  # how often a feed is asked
_TOLD = tuple(name for name in Declared.__dataclass_fields__ if name != "reference")


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the rows."""

    new: int = 0
    changed: int = 0
    same: int = 0
    ended: int = 0  # no longer told


@transaction.atomic
def keep_adjustments(
    shop_id: int, rows: Sequence[Declared], *, source: str, who: str, now: datetime, whole: bool = False
) -> Kept:
    """Keep these; safe to repeat for those with a reference, by which a source's rows are known.

    `whole`: they are all there is, so what the source told before and tells no more is over; but past days
    stay as they were.
    """
    hold_shop(shop_id)  # two answers of one feed are taken one after the other
    known = _known(shop_id, source)
    new, changed, same = [], [], 0
    for row in {row.reference or place: row for place, row in enumerate(rows)}.values():
        told, old = _told(row), known.get(row.reference) if row.reference else None
        if old is None:
            new.append(_new(shop_id, row, told, source=source, who=who, now=now))
        elif old.ended_at is not None or any(getattr(old, name) != value for name, value in told.items()):
            changed.append(_changed(old, told, who, now))
        else:
            same += 1
    Adjustment.objects.bulk_create(new, batch_size=500)
    Adjustment.objects.bulk_update(changed, [*_TOLD, "who", "made_at", "ended_at"], batch_size=500)
    ended = _end_others(shop_id, source, {row.reference for row in rows}, now) if whole else 0
    kept = Kept(len(new), len(changed), same, ended)
    if who and (new or changed or ended):
        audit.record(shop_id, who=who, did="told of other days", subject=f"adjustments of {source}", now=now)
    return kept


def _known(shop_id: int, source: str) -> Mapping[str, Adjustment]:
    rows = Adjustment.objects.filter(shop_id=shop_id, source=source).exclude(reference="")
    return {row.reference: row for row in rows}


def _told(row: Declared) -> dict[str, Any]:
    """The row's fields as the table has them."""
    told = asdict(row)
    del told["reference"]
    return {**told, "postcodes": list(row.postcodes)}


def _new(
    shop_id: int, row: Declared, told: dict[str, Any], *, source: str, who: str, now: datetime
) -> Adjustment:
    return Adjustment(shop_id=shop_id, source=source, reference=row.reference, who=who, made_at=now, **told)


def _changed(old: Adjustment, told: dict[str, Any], who: str, now: datetime) -> Adjustment:
    for name, value in told.items():
        setattr(old, name, value)
    old.who, old.made_at, old.ended_at = who, now, None
    return old


def _end_others(shop_id: int, source: str, told: Collection[str], now: datetime) -> int:
    rows = Adjustment.objects.filter(shop_id=shop_id, source=source, ended_at__isnull=True)
    return rows.filter(last_day__gte=now.date()).exclude(reference__in=told).update(ended_at=now)


@transaction.atomic
def end_adjustment(shop_id: int, adjustment_id: int, *, who: str, now: datetime) -> bool:
    """Take one back, as of now; whether it held. A feed that tells it again brings it back."""
    rows = Adjustment.objects.filter(shop_id=shop_id, pk=adjustment_id, ended_at__isnull=True)
    ended = rows.update(ended_at=now) > 0
    if ended:
        audit.record(
            shop_id, who=who, did="took other days back", subject=f"adjustment {adjustment_id}", now=now
        )
    return ended


@transaction.atomic
def keep_feed(shop_id: int, name: str, url: str, *, who: str, now: datetime) -> None:
    """Ask this address from now on, at once; under a name that is known, it takes the other's place."""
    if name == PERSON:
        raise ValueError(f'a feed cannot be called "{PERSON}": that is what people enter')
    fresh = {"url": url, "asked_at": None, "error": ""}
    Feed.objects.update_or_create(shop_id=shop_id, name=name, defaults=fresh)
    audit.record(shop_id, who=who, did="connected a feed", subject=f"feed {name}", now=now)


@transaction.atomic
def drop_feed(shop_id: int, name: str, *, who: str, now: datetime) -> bool:
    """Ask it no longer, and take back what it told of days to come; whether there was one."""
    dropped = Feed.objects.filter(shop_id=shop_id, name=name).delete()[0] > 0
    if dropped:
        _end_others(shop_id, name, (), now)
        audit.record(shop_id, who=who, did="dropped a feed", subject=f"feed {name}", now=now)
    return dropped


@dataclass(frozen=True, slots=True)
class Due:
    """A feed to be asked."""

    feed_id: int
    shop_id: int
    name: str
    url: str


@transaction.atomic
def claim_feeds(now: datetime, limit: int) -> list[Due]:
    """Feeds that were not asked for an hour, the longest waiting first; the caller asks them, nobody else."""
    due = Feed.objects.select_for_update(skip_locked=True).filter(
        Q(asked_at__isnull=True)
        | Q(asked_at__lte=now - EVERY)
        | Q(asked_at__gt=now)  # a clock that was set back
    )
    rows = list(due.order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit])
    Feed.objects.filter(pk__in=[row.pk for row in rows]).update(asked_at=now)
    return [Due(row.pk, row.shop_id, row.name, row.url) for row in rows]


def note_answer(feed_id: int, *, error: str, now: datetime, answered: bool) -> None:
    """Keep how it went, for the team to see."""
    told: dict[str, Any] = {"error": error[:300], **({"answered_at": now} if answered else {})}
    Feed.objects.filter(pk=feed_id).update(**told)
