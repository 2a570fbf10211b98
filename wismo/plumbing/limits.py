"""Counts in windows of time, shared by all processes: what was refused, and who asks too often."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum

from wismo.plumbing.models import Tally

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT = timedelta(days=35)

# One statement, so that two processes never lose a count to each other.
_ADD = """
INSERT INTO plumbing_tally (shop_id, name, subject, "window", count) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (shop_id, name, subject, "window") DO UPDATE SET count = plumbing_tally.count + excluded.count
RETURNING count
"""


def window_of(now: datetime, length: timedelta) -> datetime:
    """The start of the window `now` lies in."""
    seconds = int(length.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def _digest(subject: str) -> str:
    # It may be somebody's address.
    return hashlib.sha256(subject.encode(errors="replace")).hexdigest()


def count(
    shop_id: int, name: str, subject: str, *, now: datetime, length: timedelta = DAY, by: int = 1
) -> int:
    """Add to the count of this window, or take back, and return it. Shop 0 is the house itself (log-ins)."""
    window = connection.ops.adapt_datetimefield_value(window_of(now, length))
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [shop_id, name, _digest(subject), window, by])
        return int(cursor.fetchone()[0])


def total(shop_id: int, name: str, since: datetime, subject: str | None = None) -> int:
    """How often it was counted since then, for one subject or all."""
    rows = Tally.objects.filter(shop_id=shop_id, name=name, window__gte=since)
    if subject is not None:
        rows = rows.filter(subject=_digest(subject))
    return rows.aggregate(n=Sum("count"))["n"] or 0


def by_subject(name: str, subjects: Collection[str], since: datetime) -> dict[tuple[int, str, datetime], int]:
    """By (shop, subject, window) how often it was counted for these subjects since then, in all shops."""
    digests = {_digest(subject): subject for subject in subjects}
    rows = Tally.objects.filter(name=name, subject__among=list(digests), window__gte=since)
    told = rows.values_list("shop_id", "subject", "window", "count")
    return {(shop, digests[digest], window): n for shop, digest, window, n in told}


def forget_old(now: datetime) -> int:
    """Drop counts nobody asks for any more; how many."""
    return Tally.objects.filter(window__lt=now - KEPT).delete()[0]
