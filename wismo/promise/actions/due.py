"""Which parcels are to be looked at: first those there is news of, then those not looked at for a day."""

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from wismo.plumbing.trouble import in_trouble
from wismo.promise.actions.outlooks import look
from wismo.promise.models import Outlook
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Leg

log = logging.getLogger(__name__)
NEWS = datetime(1970, 1, 1, tzinfo=UTC)  # looked at so long ago, a parcel with news goes before all others
DAILY = timedelta(hours=24)
PUT_OFF = timedelta(hours=1)  # what fails to be looked at


def mark(shipment_ids: Collection[int]) -> None:
    """There is news of these parcels, told in this transaction: one statement, whatever their number.

    Whoever tells news holds the parcel's row, as whoever looks does: no look falls between news and mark.
    What had arrived is open again until then.
    """
    if shipment_ids:
        rows = Outlook.objects.filter(shipment__id__among=sorted(shipment_ids), looked_at__gt=NEWS)
        rows.update(looked_at=NEWS, open=True)


@transaction.atomic
def look_at_due(now: datetime, limit: int) -> int:
    """Look at those that are due and that nobody else holds at the moment; how many."""
    due = Shipment.objects.filter(
        base_leg=Leg.FORWARD, outlook__open=True, outlook__looked_at__lte=now - DAILY
    ).order_by("outlook__looked_at")
    # Claimed by the lock that a look takes in any case; what the pipeline holds has yet to tell its news.
    free = due.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return look_apart(list(free.values_list("pk", flat=True)[:limit]), now)


def look_apart(shipment_ids: Sequence[int], now: datetime) -> int:
    """As `look`; one that fails does not hold up the others: found by halving, it is put off. How many."""
    try:
        return look(shipment_ids, now)
    except Exception as error:  # whatever a look breaks on
        if in_trouble(error):
            raise
        if len(shipment_ids) > 1:
            half = len(shipment_ids) // 2
            return look_apart(shipment_ids[:half], now) + look_apart(shipment_ids[half:], now)
        log.exception("parcel %d cannot be looked at, put off", *shipment_ids)
        Outlook.objects.filter(shipment_id__in=shipment_ids).update(looked_at=now - DAILY + PUT_OFF)
        return 0
