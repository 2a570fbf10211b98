"""Shipments as their shop tells them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from wismo.orders.queries import Placed, placed_orders
from wismo.shops.actions import hold_shop
from wismo.tracking.actions.enrol import look_again
from wismo.tracking.actions.fold import Held, by_name, fold, forget, hold
from wismo.tracking.models import ScanRecord, Shipment, ShipmentNumber
from wismo.tracking.queries.scans import scan_of
from wismo.tracking.rules.matching import parcel_of
from wismo.tracking.rules.shipment import ShipmentSnapshot, other_numbers
from wismo.tracking.rules.summary import Summary, micros, summary_of
from wismo.vocabulary.status import normal_number

_TOLD = (
    *("order", "opened", "carrier", "tracking_number", "pieces", "handovers", "base_leg", "items"),
    *("shipped_at", "service", "warehouse"),
)


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
    orders = placed_orders(shop_id, [snapshot.order_reference for snapshot in snapshots])
    latest = {s.reference: s for s in snapshots if s.order_reference in orders}
    before = {
        held.reference: held for held in hold(Shipment.objects.filter(shop_id=shop_id, reference__in=latest))
    }
    Shipment.objects.bulk_create(
        [_row(shop_id, orders[snapshot.order_reference], snapshot, now) for snapshot in latest.values()],
        update_conflicts=True,
        unique_fields=["shop", "reference"],
        update_fields=_TOLD,
        batch_size=500,
    )
    held = hold(Shipment.objects.filter(shop_id=shop_id, reference__in=latest))
    renamed = _keep_numbers(shop_id, {parcel.id: latest[parcel.reference] for parcel in held})
    corrected = [p for p in held if p.id in renamed or _corrected(before.get(p.reference), p)]
    _give_back(shop_id, corrected)
    waiting = _join_waiting(shop_id, held)
    fold([(shipment, waiting.get(shipment.id, Summary())) for shipment in held], now)
    look_again([(shop_id, parcel.id) for parcel in corrected])
    ids = {shipment.reference: shipment.id for shipment in held}
    return [Kept(ids.get(s.reference), s.reference in ids and s.reference not in before) for s in snapshots]


def _corrected(before: Held | None, now: Held) -> bool:
    told = (now.carrier, now.tracking_number)
    return before is not None and (before.carrier, before.tracking_number) != told


def _give_back(shop_id: int, parcels: Sequence[Held]) -> None:
    """Let go of scans that no longer speak of these parcels, and forget what was folded from them."""
    if not parcels:
        return
    rows = ScanRecord.objects.filter(shop_id=shop_id, shipment_id__in=[parcel.id for parcel in parcels])
    called = by_name(parcels)
    strangers = [
        scan.pk
        for scan in rows
        if parcel_of(scan, scan.at, called.get((shop_id, scan.tracking_number), ())) != scan.shipment_id
    ]
    ScanRecord.objects.filter(shop_id=shop_id, pk__in=strangers).update(shipment=None)
    forget([shop_id], parcels)


def _keep_numbers(shop_id: int, told: Mapping[int, ShipmentSnapshot]) -> set[int]:
    """Keep the other numbers of these shipments as they are told; those whose numbers have changed."""
    wanted = {(pk, *other) for pk, snapshot in told.items() for other in other_numbers(snapshot)}
    rows = ShipmentNumber.objects.filter(shop_id=shop_id, shipment_id__in=told)
    kept = {(row.shipment_id, row.role, row.carrier, row.tracking_number): row.pk for row in rows}
    gone = kept.keys() - wanted
    if gone:
        ShipmentNumber.objects.filter(shop_id=shop_id, pk__in=[kept[number] for number in gone]).delete()
    ShipmentNumber.objects.bulk_create(
        ShipmentNumber(shop_id=shop_id, shipment_id=pk, role=role, carrier=carrier, tracking_number=number)
        for pk, role, carrier, number in sorted(wanted - kept.keys())
    )
    return {pk for pk, *_ in gone}


def _row(shop_id: int, order: Placed, snapshot: ShipmentSnapshot, now: datetime) -> Shipment:
    roles = [role for role, _, _ in other_numbers(snapshot)]
    return Shipment(
        shop_id=shop_id,
        order_id=order.id,
        opened=micros(order.placed_at),
        pieces=1 + roles.count("piece"),
        handovers=roles.count("handover"),
        reference=snapshot.reference,
        carrier=snapshot.carrier,
        tracking_number=normal_number(snapshot.tracking_number),
        service=snapshot.service,
        warehouse=snapshot.warehouse,
        base_leg=snapshot.leg,
        leg=snapshot.leg,
        items=[{"sku": sku, "quantity": quantity} for sku, quantity in snapshot.items],
        shipped_at=snapshot.shipped_at,
        created_at=now,
    )


def _join_waiting(shop_id: int, held: Sequence[Held]) -> dict[int, Summary]:
    """Give scans that came before their shipment to it; the summary of each shipment's newcomers."""
    called = by_name(held)
    by_shipment: dict[int, list[ScanRecord]] = defaultdict(list)
    rows = ScanRecord.objects.select_for_update(no_key=True).filter(
        shop_id=shop_id, shipment=None, tracking_number__in=[name for _, name in called]
    )
    for scan in rows:
        found = parcel_of(scan, scan.at, called[shop_id, scan.tracking_number])
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
    others = ShipmentNumber.objects.filter(shop_id=shop_id, tracking_number__in=numbers)
    named = Q(tracking_number__in=numbers) | Q(reference__in=numbers) | Q(pk__in=others.values("shipment_id"))
    held = hold(Shipment.objects.filter(named, shop_id=shop_id))
    waiting = _join_waiting(shop_id, held)
    fold([(shipment, waiting[shipment.id]) for shipment in held if shipment.id in waiting], now)
    return len(waiting)


@transaction.atomic
def refold(shop_id: int, order_ids: Sequence[int], now: datetime) -> None:
    """Bring the shipments of these orders up to a changed promise."""
    held = hold(Shipment.objects.filter(shop_id=shop_id, order_id__in=order_ids))
    fold([(shipment, Summary()) for shipment in held], now)
