"""What is kept of messages for how long. Messages stay: they are what makes a thing told once.

Of a message's decisions the last stays with it, and says why it was, or was not, sent; those before it go.
Tables are walked by id with a bookmark: no index by time is kept, and what stays is not looked at twice.
(docs/adr/0011-retention.md)
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from wismo.notify.actions.limits import forget_full
from wismo.notify.models import Attempt, Decision, FeedItem, Inbound, Receipt, TeamAlert
from wismo.plumbing import bookmarks

BATCH = 2000  # rows a transaction
SECONDS = 5.0  # of one run
BREATH = 0.01  # seconds between two: who waits for SQLite's one lock looks for it only now and then
AHEAD = timedelta(days=1)  # what is dated later, a clock that went ahead wrote: it holds nothing up
Span = tuple[datetime, datetime]
Change = Callable[["QuerySet[Any]"], int]


@dataclass(frozen=True, slots=True)
class Walk:
    """One table: which of its rows have had their time, and what becomes of them."""

    name: str  # of its bookmark
    rows: Callable[[], "QuerySet[Any]"]
    time: str  # the column that says how old a row is
    change: Change
    in_order: bool = True  # ids grow with that time: the walk waits before what is young


def _gone(rows: "QuerySet[Any]") -> int:
    """Deleted, at once: nothing hangs on these rows."""
    deleted: int = rows._raw_delete(connection.alias)
    return deleted


def _all_but_the_last(rows: "QuerySet[Any]") -> int:
    later = Decision.objects.filter(message_id=OuterRef("message_id"), pk__gt=OuterRef("pk"))
    return _gone(rows.filter(Exists(later)))


def _nameless(rows: "QuerySet[Any]") -> int:
    return rows.exclude(provider_id="").update(provider_id="")


WALKS = (
    Walk("old decisions", Decision.objects.all, "at", _all_but_the_last),
    Walk("old attempts", Attempt.objects.all, "started_at", _nameless),
    Walk("old receipts", Receipt.objects.all, "received_at", _gone),
    Walk("old replies", Inbound.objects.all, "at", _gone),
)
# A newer item takes an older one's place and keeps its id, so this walk goes round and round.
FEEDS = Walk("old news of feeds", FeedItem.objects.all, "at", _gone, in_order=False)


def drop_old(now: datetime) -> int:
    """Drop what is older than the set days, in short batches; how many rows were looked through."""
    until = time.monotonic() + SECONDS
    return sum(_walk(walk, now, until) for walk in WALKS)


def drop_scattered(now: datetime) -> int:
    """The same of what is in no order: feeds, closed alerts, and the pace of those long let be."""
    done = _walk(FEEDS, now, time.monotonic() + SECONDS) + forget_full(now)
    return done + (_alerts(_before(now)) if settings.KEEP_EVENTS_DAYS else 0)


def _before(now: datetime) -> datetime:
    return now - timedelta(days=settings.KEEP_EVENTS_DAYS)


def _walk(walk: Walk, now: datetime, until: float) -> int:
    looked = 0
    while settings.KEEP_EVENTS_DAYS and time.monotonic() < until and (step := _step(walk, now)):
        looked += step
        time.sleep(BREATH)
    return looked


def _step(walk: Walk, now: datetime) -> int:
    """The next rows by id, as far as they are old; how many were looked through, 0 at the end."""
    before = _before(now)
    place = bookmarks.place(walk.name)
    ahead = walk.rows().filter(pk__gt=place).order_by("pk")
    ids = list(ahead.values_list("pk", flat=True)[:BATCH])
    found = ahead.filter(pk__lte=ids[-1]) if ids else ahead.none()
    end = _end(walk, found, ids, (before, now + AHEAD))
    if end is None:
        if place and not walk.in_order:
            bookmarks.move(walk.name, before=place, to=0)  # around again, in the next run
        return 0
    with transaction.atomic():
        if not bookmarks.move(walk.name, before=place, to=end):
            return 0  # another worker has
        walk.change(found.filter(Q(pk__lte=end) & Q(**{f"{walk.time}__lt": before})).order_by())
    return len(ids)


def _end(walk: Walk, found: "QuerySet[Any]", ids: list[int], young: Span) -> int | None:
    """How far this step goes: to the first row that is not old where ids follow time; None for nowhere."""
    if not ids:
        return None
    if not walk.in_order:
        return ids[-1]
    first = found.filter(**{f"{walk.time}__range": young}).aggregate(first=Min("pk"))["first"]
    if first is None:
        return ids[-1]
    end: int | None = found.filter(pk__lt=first).aggregate(last=Max("pk"))["last"]
    return end


def _alerts(before: datetime) -> int:
    """Matters that were closed long ago; there are few."""
    old = TeamAlert.objects.filter(closed_at__lt=before).values_list("pk", flat=True)[:BATCH]
    return TeamAlert.objects.filter(pk__in=list(old)).delete()[0]
