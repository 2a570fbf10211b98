"""Shipments as a team looks through them: filtered and paged."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from wismo.orders.models import Buyer, Order
from wismo.orders.queries import spellings_of
from wismo.tracking.models import Shipment
from wismo.tracking.queries.expected import expected_on
from wismo.tracking.rules.silence import Silence
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TERMINAL, Leg, Status, normal_number

OPEN = tuple(status.value for status in Status if status not in TERMINAL)
RECENT = 5000  # shipments whose carriers and countries the filters offer


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """One parcel of a list, with its order and buyer."""

    id: int
    order_id: int
    order_number: str
    buyer_name: str
    city: str
    country: str
    carrier: str
    tracking_number: str
    status: Status
    leg: Leg
    reason: Reason | None
    status_at: datetime | None
    eta: date | None
    promised_on: date | None
    expected_on: date | None  # the carrier's day; else the promised one while not late
    late: bool
    ended: bool
    silent: Silence | None
    last_scan_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ShipmentFilter:
    """What to look for; empty values ask for nothing."""

    status: str = ""
    carrier: str = ""
    country: str = ""
    leg: str = ""
    late: bool = False
    silent: str = ""
    search: str = ""  # an order's number or a tracking number
    buyer: int | None = None  # by id
    open: bool = False


def shipments(
    shop_id: int, wanted: ShipmentFilter, *, before: int | None = None, limit: int = 50
) -> list[ShipmentRow]:
    """Shipments that match, newest first, starting below the id `before`."""
    rows = _matching(shop_id, wanted)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _as_rows(rows.order_by("-pk")[:limit])


def waiting_longest(shop_id: int, *, quiet_since: datetime, limit: int) -> list[ShipmentRow]:
    """Open parcels to buyers that are late, or without a scan since then; the longest without one first."""
    rows = (
        Shipment.objects
        .filter(shop_id=shop_id, status__in=OPEN, leg__in=(Leg.FORWARD, Leg.EXCHANGE))
        .annotate(heard_at=Coalesce("last_scan_at", "shipped_at", "created_at"))
        .filter(Q(late=True) | Q(heard_at__lt=quiet_since))
    )
    return _as_rows(rows.order_by("heard_at", "pk")[:limit])


def carriers_and_countries(shop_id: int) -> tuple[list[str], list[str]]:
    """What the filters can offer: carriers and destinations of the most recent shipments."""
    recent = Shipment.objects.filter(shop_id=shop_id).order_by("-pk").values("pk")[:RECENT]
    rows = Shipment.objects.filter(shop_id=shop_id, pk__in=recent)
    found = list(rows.values_list("carrier", "order__country").distinct())
    return sorted({carrier for carrier, _ in found}), sorted({country for _, country in found})


def buyer_of(shop_id: int, email: str) -> int | None:
    """The id of the shop's buyer with this address, if there is one."""
    buyers = Buyer.objects.filter(shop_id=shop_id, email=email.strip().lower()).exclude(email="")
    return buyers.values_list("pk", flat=True).first()


def address_of_buyer(shop_id: int, buyer_id: int) -> str:
    """The address of the shop's buyer with this id; "" where there is none."""
    buyers = Buyer.objects.filter(shop_id=shop_id, pk=buyer_id)
    return buyers.values_list("email", flat=True).first() or ""


def _matching(shop_id: int, wanted: ShipmentFilter) -> QuerySet[Shipment]:
    rows = Shipment.objects.filter(shop_id=shop_id)
    named = {
        "status": wanted.status,
        "carrier": wanted.carrier,
        "leg": wanted.leg,
        "order__country": wanted.country,
    }
    rows = rows.filter(**{field: value for field, value in named.items() if value})
    if wanted.buyer is not None:
        orders = Order.objects.filter(shop_id=shop_id, buyer_id=wanted.buyer)
        rows = rows.filter(order__in=orders)
    if wanted.late:
        rows = rows.filter(late=True, ended=False)
    if wanted.silent:
        # What is excluded is what its index leaves out.
        rows = rows.filter(silent=wanted.silent, ended=False).exclude(silent="")
    if wanted.open:
        rows = rows.filter(status__in=OPEN)
    return rows.filter(pk__in=_found_by(shop_id, wanted.search)) if wanted.search else rows


def _found_by(shop_id: int, search: str) -> QuerySet[Shipment, int]:
    # Each way is an exact look-up in an index of its own: one OR over joined tables would read them whole.
    orders = Order.objects.filter(shop_id=shop_id, number__in=spellings_of(search))
    ids = Shipment.objects.filter(shop_id=shop_id).values_list("pk", flat=True)
    return ids.filter(tracking_number=normal_number(search)).union(ids.filter(order__in=orders))


def _as_rows(rows: QuerySet[Shipment]) -> list[ShipmentRow]:
    rows = rows.select_related("order__buyer").defer("summary", "items", "milestones")
    return [
        ShipmentRow(
            id=s.pk,
            order_id=s.order_id,
            order_number=s.order.number,
            buyer_name=s.order.buyer.name,
            city=s.order.city,
            country=s.order.country,
            carrier=s.carrier,
            tracking_number=s.tracking_number,
            status=Status(s.status),
            leg=Leg(s.leg),
            reason=Reason(s.reason) if s.reason else None,
            status_at=s.status_at,
            eta=s.eta,
            promised_on=s.order.promised_on,
            expected_on=expected_on(s.eta, s.order.promised_on, late=s.late),
            late=s.late,
            ended=s.ended,
            silent=Silence(s.silent) if s.silent else None,
            last_scan_at=s.last_scan_at,
            delivered_at=s.delivered_at,
            created_at=s.created_at,
        )
        for s in rows
    ]
