"""One order as its shopper may see it: plain frozen values, all joins done."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from django.utils import timezone

from wismo.carriers import registry
from wismo.orders.models import Order, OrderLine
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.contents import Item, contents
from wismo.tracking.queries.expected import expected_on
from wismo.tracking.queries.milestones import reached
from wismo.tracking.queries.numbers import OtherNumber, other_numbers
from wismo.tracking.queries.scans import moment_of
from wismo.tracking.rules.polling import OWN
from wismo.tracking.rules.silence import Silence
from wismo.tracking.rules.state import is_overdue
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status

SCANS = 200  # of one order; a carrier that repeats itself without end must not slow its page down


@dataclass(frozen=True, slots=True)
class Update:
    """A scan with a mapped status. `at` is aware, in the carrier's own offset where `zone_known`."""

    at: datetime
    zone_known: bool
    status: Status
    leg: Leg
    reason: Reason | None
    place: str
    text: str  # the carrier's own words


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment of the order."""

    id: int
    carrier: str  # id, e.g. "ups"
    carrier_name: str
    tracking_number: str
    tracking_url: str  # of the carrier's own page; "" where we know none
    status: Status
    leg: Leg
    reason: Reason | None
    status_at: datetime | None
    expected_on: date | None  # the carrier's day; else the promised one while not late
    late: bool
    delivered_at: datetime | None
    last_scan_at: datetime | None
    ended: bool
    attempts: int
    milestones: dict[Milestone, datetime]  # first time of each
    items: tuple[Item, ...]
    others: tuple[OtherNumber, ...] = field(default=(), kw_only=True)
    silent: Silence | None = field(default=None, kw_only=True)
    silent_since: datetime | None = field(default=None, kw_only=True)  # its last scan, or its label
    updates: tuple[Update, ...]  # newest first


@dataclass(frozen=True, slots=True)
class TrackedOrder:
    """The order with its parcels."""

    id: int
    shop_id: int
    number: str
    placed_at: datetime
    promised_on: date | None
    cancelled: bool
    buyer_name: str
    buyer_language: str
    city: str
    country: str
    postcode: str
    timezone: str  # of the destination; "" where unknown
    items: tuple[Item, ...]  # all lines
    parcels: tuple[Parcel, ...]  # outbound ones (forward, rto, exchange), in the order they were created


def tracked_order(shop_id: int, order_id: int) -> TrackedOrder | None:
    """The shop's order with its parcels as of now, in four queries; None where the shop has no such order.

    Of its scans the newest SCANS are read, whichever parcel they are of: more than any page shows.
    """
    now = timezone.now()
    order = Order.objects.select_related("buyer").filter(shop_id=shop_id, pk=order_id).first()
    if order is None:
        return None
    lines = list(OrderLine.objects.filter(shop_id=shop_id, order_id=order_id))
    shipments = Shipment.objects.filter(shop_id=shop_id, order_id=order_id).exclude(base_leg=Leg.RETURN)
    rows = list(shipments.order_by("pk"))
    others = other_numbers(shop_id, rows)
    updates: dict[int | None, list[Update]] = defaultdict(list)
    scans = ScanRecord.objects.filter(shop_id=shop_id, shipment_id__in=[row.pk for row in rows])
    for scan in scans.exclude(status="").exclude(source=OWN).order_by("-at", "-pk")[:SCANS]:
        updates[scan.shipment_id].append(_update(scan))
    return TrackedOrder(
        id=order.pk,
        shop_id=shop_id,
        number=order.number,
        placed_at=order.placed_at,
        promised_on=order.promised_on,
        cancelled=order.cancelled_at is not None,
        buyer_name=order.buyer.name,
        buyer_language=order.buyer.language,
        city=order.city,
        country=order.country,
        postcode=order.postcode,
        timezone=order.timezone,
        items=contents((), lines),
        parcels=tuple(
            replace(_parcel(row, order, lines, updates[row.pk], now), others=others.get(row.pk, ()))
            for row in rows
        ),
    )


def _update(scan: ScanRecord) -> Update:
    return Update(
        at=moment_of(scan.at, scan.offset),
        zone_known=scan.offset is not None,
        status=Status(scan.status),
        leg=Leg(scan.leg),
        reason=Reason(scan.reason) if scan.reason else None,
        place=scan.place,
        text=scan.text,
    )


def _parcel(
    row: Shipment, order: Order, lines: list[OrderLine], updates: list[Update], now: datetime
) -> Parcel:
    milestones: dict[Milestone, datetime] = {}
    for name, _, at in reached(row.milestones):
        milestones.setdefault(Milestone(name), at)
    zone = zone_of(order.timezone) or UTC
    late = row.late or is_overdue(order.promised_on, zone, now, ended=row.ended, leg=Leg(row.leg))
    return Parcel(
        id=row.pk,
        carrier=row.carrier,
        carrier_name=registry.carrier_name(row.carrier),
        tracking_number=row.tracking_number,
        tracking_url=registry.tracking_url(row.carrier, row.tracking_number),
        status=Status(row.status),
        leg=Leg(row.leg),
        reason=Reason(row.reason) if row.reason else None,
        status_at=row.status_at,
        expected_on=expected_on(row.eta, order.promised_on, late=late),
        late=late,
        delivered_at=row.delivered_at,
        last_scan_at=row.last_scan_at,
        ended=row.ended,
        silent=Silence(row.silent) if row.silent else None,
        silent_since=row.silent_since,
        attempts=row.attempts,
        milestones=milestones,
        items=contents(row.items, lines),
        updates=tuple(updates),
    )
