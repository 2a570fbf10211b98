"""What workers do for tracking: read carriers' payloads, and look after what no payload tells."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from wismo.carriers import registry
from wismo.carriers.engine import PayloadError, read_all
from wismo.plumbing import limits
from wismo.plumbing.inbox import Parsed, Payload, Unreadable
from wismo.tracking.actions.answers import heard
from wismo.tracking.actions.fold import fold, hold
from wismo.tracking.actions.lanes import learn
from wismo.tracking.actions.meanings import record_as_meant, settle
from wismo.tracking.actions.quality import count_days
from wismo.tracking.actions.reread import reread
from wismo.tracking.actions.scans import Received
from wismo.tracking.actions.shipments import join_strays
from wismo.tracking.actions.silence import notice
from wismo.tracking.models import ScanRecord, Shipment, ShipmentNumber
from wismo.tracking.rules.future import believed
from wismo.tracking.rules.state import is_overdue
from wismo.tracking.rules.summary import Summary
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.status import TO_MERCHANT, Leg, Scan

BATCH = 500
SWEPT = timedelta(days=30)  # how far back a promised day is looked for: the sweep may have stood still
RECENT = 100_000  # scans: those that came in while a shipment did are among the last ones
# A shop that brings its history tells parcels some minutes before their scans.
SETTLED = timedelta(minutes=10)


def parse(row: Payload) -> Parsed:
    """The scans of a carrier's payload, by its pack."""
    pack = registry.pack(row.source)
    if pack is None:
        raise Unreadable(f"no carrier pack is called {row.source!r}")
    try:
        reading = read_all(pack, row.body())
    except PayloadError as error:
        raise Unreadable(str(error)) from error
    return Parsed(believed(reading.scans, row.received_at), reading.problems)


def record(batch: Sequence[tuple[Payload, Parsed]], now: datetime) -> None:
    """Keep the scans of these payloads, with all consequences, in the caller's transaction."""
    told = [
        Received(row.shop_id, row.receipt, row.received_at, scan)
        for row, parsed in batch
        for scan in parsed.facts
    ]
    recorded = record_as_meant(told, now)
    heard({row.shop_id for row, _ in batch}, recorded.moved, now)
    # In one order for all: no two wait crosswise.
    for (shop_id, source), count in sorted(recorded.duplicates.items()):
        limits.count(shop_id, "duplicates", source, now=now, by=count)


def mark_overdue(now: datetime) -> int:
    """Parcels whose promised day went by without a word from the carrier: late, and told so; how many."""
    begun = (now + timedelta(hours=14)).date()  # somewhere on earth it is this day already
    due = Shipment.objects.filter(
        late=False,
        ended=False,
        base_leg=Leg.FORWARD,
        order__promised_on__lt=begun,
        order__promised_on__gte=begun - SWEPT,
        created_at__lt=now - SETTLED,
    ).exclude(leg__in=TO_MERCHANT)
    overdue = [
        pk
        for pk, day, zone in due.values_list("pk", "order__promised_on", "order__timezone").iterator()
        if is_overdue(day, zone_of(zone) or UTC, now, ended=False, leg=Leg.FORWARD)
    ]
    with transaction.atomic():
        held = hold(Shipment.objects.filter(pk__in=overdue[:BATCH], late=False))
        fold([(shipment, Summary()) for shipment in held], now, overdue=True)
    return len(held)


def reunite(now: datetime) -> int:
    """Scans and shipments that came in the same moment, each unseen by the other's transaction; how many."""
    same = Shipment.objects.filter(shop_id=OuterRef("shop_id")).filter(
        Q(tracking_number=OuterRef("tracking_number")) | Q(reference=OuterRef("tracking_number"))
    )
    other = ShipmentNumber.objects.filter(
        shop_id=OuterRef("shop_id"), tracking_number=OuterRef("tracking_number")
    )
    newest = ScanRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    strays = ScanRecord.objects.filter(Exists(same) | Exists(other), shipment=None, pk__gt=newest - RECENT)
    numbers: dict[int, set[str]] = defaultdict(set)
    # The newest first: among the older are those that only share their number with a parcel.
    for shop_id, number in strays.order_by("-pk").values_list("shop_id", "tracking_number")[:BATCH]:
        numbers[shop_id].add(number)
    return sum(join_strays(shop_id, told, now) for shop_id, told in numbers.items())


def read_unmapped(shop_id: int, now: datetime) -> int:
    """Read the shop's unmapped scans again by today's packs; how many have a status now."""
    return reread(shop_id, now, _scans)


def settle_meanings(now: datetime, shop_id: int | None = None) -> int:
    """Bring earlier scans up to the meanings shops gave and withdrew, in some batches; how many scans."""
    return settle(now, _scans, shop_id=shop_id)


def count_quality(now: datetime) -> int:
    """Count how well carriers told of their parcels; always 0, as it is never a reason not to rest."""
    count_days(now)
    return 0


def learn_lanes(now: datetime) -> int:
    """Learn what is normal on each lane; always 0, as it is never a reason not to rest."""
    learn(now)
    return 0


def notice_silence(now: datetime) -> int:
    """Note which parcels have been quiet for too long; how many have fallen silent."""
    return notice(now)


def _scans(source: str, body: bytes) -> Sequence[Scan]:
    pack = registry.pack(source)
    try:
        return read_all(pack, body).scans if pack else ()
    except PayloadError:
        return ()  # it was readable when its scans were kept; they stay as they are
