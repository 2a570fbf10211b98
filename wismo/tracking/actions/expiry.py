"""Parcels nobody heard of for too long: they are not asked about any more, and say so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from wismo.tracking.actions.fold import hold
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.models import Poll, Shipment
from wismo.tracking.rules.polling import EXPIRED, OWN, PATIENCE, has_expired
from wismo.vocabulary.status import Leg, Scan, Status, TzSource

BATCH = 500
READING = timedelta(minutes=10)  # what the last answer needs to be read: it may hold news


def expire(now: datetime) -> int:
    """Let parcels expire whose carrier had nothing to say after all patience; how many.

    Each gets a scan of our own, and so the status "expired", until any scan of its carrier revives it.
    """
    silent = Poll.objects.filter(due_at__isnull=False, last_news_at__lt=now - PATIENCE)
    heard_out = silent.filter(answered_at__lt=now - READING, answered_at__gte=F("last_news_at") + PATIENCE)
    found = list(heard_out.order_by("last_news_at").values_list("shop_id", "shipment_id")[:BATCH])
    return _expire(found, now) if found else 0


@transaction.atomic
def _expire(found: Sequence[tuple[int, int]], now: datetime) -> int:
    shops, shipments = {shop for shop, _ in found}, [pk for _, pk in found]
    hold(Shipment.objects.filter(shop_id__in=shops, pk__in=shipments))  # before their polls, as all others do
    polls = [
        poll
        for poll in Poll.objects
        .filter(shop_id__in=shops, shipment_id__in=shipments, due_at__isnull=False)
        .select_for_update(of=("self",), no_key=True)
        .select_related("shipment__order")
        .order_by("pk")
        if has_expired(poll.last_news_at, poll.answered_at)
    ]
    lasting = [poll for poll in polls if not poll.shipment.ended]
    record_scans([Received(poll.shop_id, "", now, _scan(poll, now)) for poll in lasting], now)
    rest = Poll.objects.filter(shop_id__in=shops, pk__in=[poll.pk for poll in polls])
    rest.update(due_at=None, lease_until=None)
    rest.filter(pk__in=[poll.pk for poll in lasting]).update(expired_at=now)
    return len(lasting)


def _scan(poll: Poll, now: datetime) -> Scan:
    """Our own word on it, dated when the parcel was last heard of: what its carrier tells of later counts.

    A parcel that was never heard of cannot have moved before it was ordered.
    """
    shipment = poll.shipment
    at = shipment.last_scan_at or shipment.order.placed_at
    told = f"{OWN}|{shipment.pk}|{EXPIRED}|{at.isoformat()}"
    return Scan(
        source=OWN,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        key=sha256(told.encode()).hexdigest()[:32],
        code=EXPIRED,
        text="",
        status=Status.EXPIRED,
        leg=Leg(shipment.leg),
        reason=None,
        occurred_at=at,
        occurred_raw=f"asked until {now:%Y-%m-%d %H:%M} UTC, without news",
        tz_source=TzSource.OFFSET,
    )
