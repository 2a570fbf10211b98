"""One shipment as a team looks into it: its facts, and every scan as the carrier gave it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import starmap
from typing import Any

from django.utils.timezone import now

from wismo.orders.models import Order
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.contents import contents
from wismo.tracking.queries.milestones import reached
from wismo.tracking.queries.numbers import OtherNumber, other_numbers
from wismo.tracking.queries.silence import Silent, silent_of
from wismo.vocabulary.money import Money
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status, TzSource


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel of the same order."""

    id: int
    carrier: str
    tracking_number: str
    status: Status
    leg: Leg
    late: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone and when it was reached."""

    name: str  # a Milestone
    episode: str  # the day of what may happen again; the kind of an exception; else ""
    at: datetime


@dataclass(frozen=True, slots=True)
class ShipmentDetail:
    """All a team knows of one parcel."""

    id: int
    order_id: int
    order_number: str
    placed_at: datetime
    cancelled_at: datetime | None
    total: Money | None
    promised_on: date | None
    buyer_name: str
    buyer_email: str
    buyer_phone: str
    buyer_language: str
    city: str
    postcode: str
    country: str
    carrier: str
    tracking_number: str
    reference: str
    contents: tuple[str, ...]
    shipped_at: datetime | None
    created_at: datetime
    status: Status
    leg: Leg
    reason: Reason | None
    status_at: datetime | None
    eta: date | None
    late: bool
    silent: Silent | None
    ended: bool
    attempts: int
    last_scan_at: datetime | None
    delivered_at: datetime | None
    milestones: tuple[Reached, ...]  # newest first
    others: tuple[OtherNumber, ...]
    parcels: tuple[Parcel, ...]  # of the order, this one among them, in the order they were created


@dataclass(frozen=True, slots=True)
class ScanShown:
    """A scan with all the carrier said. `at` is in the carrier's own offset where `zone_known`."""

    id: int
    at: datetime
    zone_known: bool
    tz_source: TzSource
    occurred_raw: str
    source: str
    carrier: str
    code: str
    text: str
    status: Status | None  # None: the code is not mapped
    leg: Leg
    reason: Reason | None
    place: str
    eta: date | None
    correction: bool
    received_at: datetime
    receipt: str


def shipment(shop_id: int, shipment_id: int) -> ShipmentDetail | None:
    """The shipment with its order, buyer and sister parcels; None where the shop has none of this id."""
    row = (
        Shipment.objects
        .filter(shop_id=shop_id, pk=shipment_id)
        .select_related("order__buyer")
        .prefetch_related("order__lines")
        .first()
    )
    return _detail(row) if row else None


def scans(shop_id: int, shipment_id: int, limit: int = 500) -> list[ScanShown]:
    """What the carrier said, newest first; a scan told again by another source or payload is shown once."""
    rows = ScanRecord.objects.filter(shop_id=shop_id, shipment_id=shipment_id).order_by("-at", "-pk")[:limit]
    shown: dict[tuple[Any, ...], ScanShown] = {}
    for row in rows:
        shown.setdefault((row.at, row.code, row.text, row.place), _scan(row))
    return list(shown.values())


def _detail(row: Shipment) -> ShipmentDetail:
    order, buyer = row.order, row.order.buyer
    return ShipmentDetail(
        id=row.pk,
        order_id=order.pk,
        order_number=order.number,
        placed_at=order.placed_at,
        cancelled_at=order.cancelled_at,
        total=_total(order),
        promised_on=order.promised_on,
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        buyer_phone=buyer.phone,
        buyer_language=buyer.language,
        city=order.city,
        postcode=order.postcode,
        country=order.country,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        reference=row.reference,
        contents=_contents(row),
        shipped_at=row.shipped_at,
        created_at=row.created_at,
        status=Status(row.status),
        leg=Leg(row.leg),
        reason=Reason(row.reason) if row.reason else None,
        status_at=row.status_at,
        eta=row.eta,
        late=row.late,
        silent=silent_of(row, now()),
        ended=row.ended,
        attempts=row.attempts,
        last_scan_at=row.last_scan_at,
        delivered_at=row.delivered_at,
        milestones=tuple(starmap(Reached, reversed(reached(row.milestones)))),
        others=other_numbers(row.shop_id, [row]).get(row.pk, ()),
        parcels=_parcels(row),
    )


def _total(order: Order) -> Money | None:
    if order.total_minor is None or not order.currency:
        return None
    return Money(order.total_minor, order.currency)


def _parcels(row: Shipment) -> tuple[Parcel, ...]:
    rows = Shipment.objects.filter(shop_id=row.shop_id, order_id=row.order_id).order_by("pk")
    fields = ("pk", "carrier", "tracking_number", "status", "leg", "late")
    return tuple(
        Parcel(pk, carrier, number, Status(status), Leg(leg), late)
        for pk, carrier, number, status, leg, late in rows.values_list(*fields)
    )


def _contents(row: Shipment) -> tuple[str, ...]:
    return tuple(
        f"{item.quantity} × {item.title}{f', {item.variant}' if item.variant else ''}"
        for item in contents(row.items, list(row.order.lines.all()))
    )


def _scan(row: ScanRecord) -> ScanShown:
    zone_known = row.offset is not None
    own = timezone(timedelta(minutes=row.offset or 0))
    return ScanShown(
        id=row.pk,
        at=row.at.astimezone(own),
        zone_known=zone_known,
        tz_source=TzSource(row.tz_source),
        occurred_raw=row.occurred_raw,
        source=row.source,
        carrier=row.carrier,
        code=row.code,
        text=row.text,
        status=Status(row.status) if row.status else None,
        leg=Leg(row.leg),
        reason=Reason(row.reason) if row.reason else None,
        place=row.place,
        eta=row.eta,
        correction=row.correction,
        received_at=row.received_at,
        receipt=row.receipt,
    )
