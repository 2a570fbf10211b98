"""Promised days that went by where parcels go, with nobody at the door: seen within minutes."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from wismo.promise.actions.due import look_apart
from wismo.promise.models import Outlook
from wismo.promise.rules.risk import CERTAIN
from wismo.tracking.rules.state import day_over
from wismo.vocabulary.calendar import zone_of

BATCH = 500
_EASTMOST = timedelta(hours=14)  # somewhere on earth it is this day already


def look_at_overdue(now: datetime) -> int:
    """Look at the open parcels whose promised day is over where they go; how many."""
    due = Outlook.objects.filter(open=True, promised_on__lt=(now + _EASTMOST).date()).exclude(risk=CERTAIN)
    rows = due.order_by("promised_on", "pk").values_list(
        "shipment_id", "promised_on", "shipment__order__timezone"
    )
    over = (pk for pk, day, zone in rows.iterator() if day and day_over(day, zone_of(zone) or UTC) <= now)
    return look_apart(list(islice(over, BATCH)), now)
