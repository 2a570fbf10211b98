"""What is kept for how long: payloads are packed once they are read, and dropped after a set time.

Scans, shipments and messages stay. Every batch is a short transaction of its own, so that on SQLite the door
waits for none of them longer than for one of the pipeline's. (docs/adr/0011-retention.md)
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet

from wismo.plumbing import bookmarks, bulk
from wismo.plumbing.models import EventRow, InboxRow, InboxTask
from wismo.plumbing.packing import AS_IT_CAME, pack

PACKED_AFTER = timedelta(days=1)  # while it is fresh it may be read again
BATCH = 500  # rows a transaction
AT_ONCE = 100  # bodies in memory, each of which may be a megabyte
LOOK = 20_000  # of the oldest rows are looked through for some to drop
SECONDS = 5.0  # of one run
_PACKED = "packed payloads"


def pack_read(now: datetime) -> int:
    """Compress the payloads that were read whole and are a day old; how many were looked at."""
    return _repeat(lambda: _pack_batch(now))


def drop_old(now: datetime) -> int:
    """Drop payloads, events and log-ins whose time is over; how many. What is due or parked stays."""
    dropped = 0
    if settings.KEEP_RAW_DAYS:
        before = now - timedelta(days=settings.KEEP_RAW_DAYS)
        dropped += _drop(InboxRow.objects.filter(task=None), Q(received_at__lt=before))
    if settings.KEEP_EVENTS_DAYS:
        before = now - timedelta(days=settings.KEEP_EVENTS_DAYS)
        dropped += _drop(EventRow.objects.all(), Q(at__lt=before))
    return dropped + _repeat(lambda: _end_sessions(now))


def _pack_batch(now: datetime) -> int:
    place = bookmarks.place(_PACKED)
    # Not past what is still to be read: the bookmark never comes back to it.
    due = InboxTask.objects.filter(parked=False).aggregate(first=Min("payload"))["first"]
    rows = InboxRow.objects.filter(pk__gt=place).order_by("pk")
    found = rows.filter(pk__lt=due) if due else rows
    seen = list(found.values_list("pk", "received_at", "body", "packing", "task")[:AT_ONCE])
    # Not so old, and yet not new: a clock that went ahead wrote it, and must not hold up all that follow.
    fresh = now - PACKED_AFTER, now + PACKED_AFTER
    old = [row for row in seen if not fresh[0] <= row[1] <= fresh[1]]
    if not old:
        return 0
    packed = [
        (pk, *pack(bytes(body)))
        for pk, _, body, packing, task in old
        if task is None and packing == AS_IT_CAME
    ]
    with transaction.atomic():
        bulk.update_rows(InboxRow, ("body", "packing"), packed)
        bookmarks.move(_PACKED, before=place, to=old[-1][0])
    return len(old)


def _drop(rows: "QuerySet[InboxRow] | QuerySet[EventRow]", old: Q) -> int:
    """Delete those of these rows that are old, in batches; how many.

    Only the first rows by id are looked through: no index by time is kept, and the table may be long.
    """
    ids = rows.order_by("pk").values_list("pk", flat=True)

    def batch() -> int:
        end = ids[LOOK : LOOK + 1].first()
        found = list(ids.filter(old, pk__lt=end)[:BATCH] if end else ids.filter(old)[:BATCH])
        return rows.filter(pk__in=found)._raw_delete(connection.alias) if found else 0

    return _repeat(batch)


def _end_sessions(now: datetime) -> int:
    ended = Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)[:BATCH]
    return Session.objects.filter(pk__in=list(ended)).delete()[0] if ended else 0


def _repeat(batch: Callable[[], int]) -> int:
    """Batches until one finds nothing to do, or time is up; how much all of them did."""
    began, total = time.monotonic(), 0
    while (done := batch()) and time.monotonic() - began < SECONDS:
        total += done
    return total + done
