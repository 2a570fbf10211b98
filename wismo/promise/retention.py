"""How long dates that nobody ordered under are kept in the ledger."""

import time
from datetime import datetime, timedelta

from wismo.plumbing import bookmarks
from wismo.promise import signing
from wismo.promise.models import Promise

KEPT = signing.KEPT + timedelta(
    days=5
)  # the id an answer carries restores its row for as long as it is accepted
_WINDOW = 2000  # rows looked at in one statement
_SECONDS = 5.0  # of one run
_NAME = "dates nobody ordered under"


def drop_unordered(now: datetime) -> int:
    """Forget dates that were shown long ago and no order was placed under; how many.

    The table is walked by id with a bookmark, up to the first row that is still young.
    """
    began, dropped = time.monotonic(), 0
    while time.monotonic() - began < _SECONDS:
        place = bookmarks.place(_NAME)
        rows = Promise.objects.filter(pk__gt=place).order_by("pk").values_list("pk", "order_id", "shown_at")
        window = list(rows[:_WINDOW])
        old = [row for row in window if row[2] <= now - KEPT]
        if not old:
            break
        unordered = [pk for pk, order_id, _ in old if order_id is None]
        dropped += Promise.objects.filter(pk__in=unordered, order=None, shipment=None).delete()[0]
        if not bookmarks.move(_NAME, before=place, to=old[-1][0]) or len(old) < _WINDOW:
            break
    return dropped
