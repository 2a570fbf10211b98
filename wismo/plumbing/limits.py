"""Counts in windows of time, shared by all processes: what was refused, and who asks too often."""

import hashlib
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Sum

from wismo.plumbing.models import Tally

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def window_of(now: datetime, length: timedelta) -> datetime:
    """The start of the window `now` lies in."""
    seconds = int(length.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def count(shop_id: int, name: str, subject: str, *, now: datetime, length: timedelta = DAY) -> int:
    """Add one, and return the count of this window. The subject is kept as a hash: it may be an address."""
    digest = hashlib.sha256(subject.encode()).hexdigest()
    window = window_of(now, length)
    with transaction.atomic():
        Tally.objects.bulk_create(
            [Tally(shop_id=shop_id, name=name, subject=digest, window=window, count=1)],
            update_conflicts=False,
            ignore_conflicts=True,
        )
        rows = Tally.objects.filter(shop_id=shop_id, name=name, subject=digest, window=window)
        if connection.features.has_select_for_update:
            rows = rows.select_for_update()
        row = rows.get()
        row.count = F("count") + 1
        row.save(update_fields=["count"])
        row.refresh_from_db(fields=["count"])
    return row.count - 1


def total(shop_id: int, name: str, since: datetime) -> int:
    """How often it was counted since then."""
    found = Tally.objects.filter(shop_id=shop_id, name=name, window__gte=since).aggregate(n=Sum("count"))["n"]
    return found or 0
