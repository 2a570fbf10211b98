"""Shipments as their shop tells them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from wismo.orders.queries import order_ids
from wismo.shops.actions import hold_shop
from wismo.tracking.actions.fold import Held, fold, hold
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.scans import scan_of
from wismo.tracking.rules.matching import parcel_of
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.tracking.rules.summary import Summary, pack_summary, summary_of
from wismo.vocabulary.status import Scan, normal_number


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one snapshot; `shipment_id` None where its order is not known."""

    shipment_id: int | None
    created: bool


@transaction.atomic
def keep_shipments(shop_id: int, snapshots: Sequence[ShipmentSnapshot], now: datetime) -> list[Kept]:
    """Create or update shipments by the shop's reference; scans that waited for them join. Safe to repeat.

    Where a number or carrier was corrected, the scans of the wrong parcel are given back.
    """
    hold_shop(shop_id)
    orders = order_ids(shop_id, [snapshot.order_reference for snapshot in snapshots])
    latest = {s.reference: s for s in snapshots if s.order_reference in orders}
    before = {
        held.reference: held for held in hold(Shipment.objects.filter(shop_id=shop_id, reference__in=latest))
    }
    Shipment.objects.bulk_create(
        [_row(shop_id, orders[snapshot.order_reference], snapshot, now) for snapshot in latest.values()],
        update_conflicts=True,
        unique_fields=["shop", "reference"],
        update_fields=["order", "carrier", "tracking_number", "base_leg", "items", "shipped_at"],
        batch_size=500,
    )
    held = hold(Shipment.objects.filter(shop_id=shop_id, reference__in=latest))
    _give_back(shop_id, [parcel for parcel in held if _corrected(before.get(parcel.reference), parcel)])
    waiting = _join_waiting(shop_id, held)
    fold([(shipment, waiting.get(shipment.id, Summary())) for shipment in held], now)
    ids = {shipment.reference: shipment.id for shipment in held}
    return [Kept(ids.get(s.reference), s.reference in ids and s.reference not in before) for s in snapshots]


def _corrected(before: Held | None, now: Held) -> bool:
    told = (now.carrier, now.tracking_number)
    return before is not None and (before.carrier, before.tracking_number) != told


def _give_back(shop_id: int, parcels: Sequence[Held]) -> None:
    """Let go of scans that no longer speak of these parcels, and forget what was folded from them."""
    if not parcels:
        return
    by_id = {parcel.id: parcel for parcel in parcels}
    rows = ScanRecord.objects.filter(shop_id=shop_id, shipment_id__in=by_id)
    strangers = [scan.pk for scan in rows if parcel_of(scan, [by_id[scan.shipment_id or 0]]) is None]
    ScanRecord.objects.filter(shop_id=shop_id, pk__in=strangers).update(shipment=None)
    forget(shop_id, parcels)


def forget(shop_id: int, parcels: Sequence[Held]) -> None:
    """Fold these parcels from nothing but the scans they have now, in place. What was announced stays so."""
    scans: dict[int | None, list[Scan]] = defaultdict(list)
    for row in ScanRecord.objects.filter(shop_id=shop_id, shipment_id__in=[parcel.id for parcel in parcels]):
        scans[row.shipment_id].append(scan_of(row))
    for parcel in parcels:
        parcel.summary = pack_summary(summary_of(scans[parcel.id], parcel.zone))


def _row(shop_id: int, order_id: int, snapshot: ShipmentSnapshot, now: datetime) -> Shipment:
    return Shipment(
        shop_id=shop_id,
        order_id=order_id,
        reference=snapshot.reference,
        carrier=snapshot.carrier,
        tracking_number=normal_number(snapshot.tracking_number),
        base_leg=snapshot.leg,
        leg=snapshot.leg,
        items=[{"sku": sku, "quantity": quantity} for sku, quantity in snapshot.items],
        shipped_at=snapshot.shipped_at,
        created_at=now,
    )


def _join_waiting(shop_id: int, held: Sequence[Held]) -> dict[int, Summary]:
    """Give scans that came before their shipment to it; the summary of each shipment's newcomers."""
    told_as = [name for shipment in held for name in (shipment.tracking_number, shipment.reference)]
    by_shipment: dict[int, list[ScanRecord]] = defaultdict(list)
    rows = ScanRecord.objects.select_for_update(no_key=True).filter(
        shop_id=shop_id, shipment=None, tracking_number__in=told_as
    )
    for scan in rows:
        found = parcel_of(scan, held)
        if found is not None:
            by_shipment[found].append(scan)
    for shipment_id, scans in by_shipment.items():
        ScanRecord.objects.filter(shop_id=shop_id, pk__in=[s.pk for s in scans]).update(
            shipment_id=shipment_id
        )
    zones = {shipment.id: shipment.zone for shipment in held}
    return {pk: summary_of(map(scan_of, scans), zones[pk]) for pk, scans in by_shipment.items()}


@transaction.atomic
def join_strays(shop_id: int, numbers: Collection[str], now: datetime) -> int:
    """Give waiting scans of these numbers to shipments that are there by now; how many shipments gained."""
    held = hold(
        Shipment.objects.filter(Q(tracking_number__in=numbers) | Q(reference__in=numbers), shop_id=shop_id)
    )
    waiting = _join_waiting(shop_id, held)
    fold([(shipment, waiting[shipment.id]) for shipment in held if shipment.id in waiting], now)
    return len(waiting)


@transaction.atomic
def refold(shop_id: int, order_ids: Sequence[int], now: datetime) -> None:
    """Bring the shipments of these orders up to a changed promise."""
    held = hold(Shipment.objects.filter(shop_id=shop_id, order_id__in=order_ids))
    fold([(shipment, Summary()) for shipment in held], now)
