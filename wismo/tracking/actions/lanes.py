"""Learn what is normal: how long the parcels of each lane were quiet before they arrived.

Scans are read by id, each once: a delivery that came in makes its parcel's scans be looked through.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from django.db import transaction

from wismo.plumbing import bookmarks
from wismo.tracking.models import LaneQuiet, ScanRecord, Shipment
from wismo.tracking.queries.silence import learned
from wismo.tracking.rules.silence import SLOTS, Heard, Lane, faded, longest_quiet, slot_of, together
from wismo.vocabulary.calendar import WorkingTime, zone_of
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status, TzSource

WINDOW = 20_000  # scans that are looked through at once
SECONDS = 2.0  # of one run
_NAME = "lanes"
_TO_BUYER = [leg.value for leg in Leg if leg not in TO_MERCHANT]

Counted = dict[tuple[int, Lane], list[int]]  # by shop and lane


def learn(now: datetime) -> int:
    """Learn from the deliveries that came in since the last run, as far as time allows; how many parcels.

    A scan that was still being written when its neighbours were read is left out: there are enough others.
    """
    began, parcels = time.monotonic(), 0
    newest = ScanRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    place = bookmarks.place(_NAME)
    while place < newest and time.monotonic() - began < SECONDS:
        end = min(place + WINDOW, newest)
        counted = _count(place, end)
        if not _keep(counted, now, before=place, to=end):
            break  # another worker has read these
        parcels += sum(map(sum, counted.values()))
        place = end
    return parcels


def _count(place: int, end: int) -> Counted:
    """The longest quiet of each parcel that was delivered by a scan of this window, and not before."""
    arrived = ScanRecord.objects.filter(
        pk__gt=place, pk__lte=end, status=Status.DELIVERED, leg__in=_TO_BUYER, shipment__isnull=False
    )
    lanes = _lanes({pk for pk in arrived.values_list("shipment_id", flat=True) if pk})
    counted: Counted = defaultdict(lambda: [0] * SLOTS)
    for shipment, scans in _stories(lanes, place):
        shop, lane, clock = lanes[shipment]
        quiet = longest_quiet(scans, clock)
        if quiet is not None:
            counted[shop, lane][slot_of(quiet)] += 1
    return counted


def _lanes(shipments: Collection[int]) -> dict[int, tuple[int, Lane, WorkingTime]]:
    """Shop, lane and clock of those of the shipments that reached their buyer."""
    rows = Shipment.objects.filter(pk__among=shipments, status=Status.DELIVERED).values_list(*(
        "pk",
        "shop_id",
        "carrier",
        "shop__country",
        "order__country",
        "order__timezone",
    ))
    return {
        pk: (shop, Lane(carrier, origin, to), WorkingTime(zone_of(zone) or UTC, to))
        for pk, shop, carrier, origin, to, zone in rows
    }


def _stories(shipments: Collection[int], place: int) -> Iterator[tuple[int, list[Heard]]]:
    """Each shipment's scans by time, but for those whose delivery was read up to `place`."""
    # One without a time of its own stands at when we received it, which says nothing of the way.
    scans = ScanRecord.objects.filter(shipment__id__among=list(shipments)).exclude(tz_source=TzSource.NONE)
    rows = scans.order_by("shipment_id", "at", "pk").values_list("shipment_id", "pk", "at", "status", "leg")
    for shipment, told in groupby(rows.iterator(chunk_size=2000), key=itemgetter(0)):
        story = list(told)
        if all(pk > place for _, pk, _, status, _ in story if status == Status.DELIVERED):
            yield shipment, [Heard(at, status, leg) for _, _, at, status, leg in story]


@transaction.atomic
def _keep(counted: Mapping[tuple[int, Lane], list[int]], now: datetime, *, before: int, to: int) -> bool:
    """Add these counts to what was learned; False where another worker has read on meanwhile."""
    if not bookmarks.move(_NAME, before=before, to=to):
        return False
    known = learned({shop for shop, _ in counted}, {lane.carrier for _, lane in counted})
    rows = [
        LaneQuiet(
            shop_id=shop,
            carrier=lane.carrier,
            origin=lane.origin,
            destination=lane.destination,
            counts=faded(together(counts, known.get(shop, {}).get(lane, [0] * SLOTS))),
            learned_at=now,
        )
        for (shop, lane), counts in sorted(counted.items())
    ]
    LaneQuiet.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shop", "carrier", "origin", "destination"],
        update_fields=["counts", "learned_at"],
        batch_size=500,
    )
    return True
