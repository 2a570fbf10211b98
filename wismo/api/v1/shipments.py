"""Shipments in."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from wismo.api.v1.root import Refused, shop_of
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.rules.shipment import ShipmentSnapshot, problems_of
from wismo.vocabulary.status import Leg

router = Router(tags=["shipments"])


class ItemIn(Schema):
    """Some of an order line."""

    sku: str
    quantity: int = 1


class HandoverIn(Schema):
    """A carrier who takes the parcel over, and the number it gives it."""

    carrier: str
    tracking_number: str


class ShipmentIn(Schema):
    """A parcel as the shop has it now. Without `items` it holds the whole order.

    `pieces` are the numbers of its further boxes, of the same carrier: it is delivered when all of them are.
    """

    reference: str
    order_reference: str
    carrier: str
    tracking_number: str
    leg: Leg = Leg.FORWARD
    service: str = ""
    warehouse: str = ""
    shipped_at: datetime | None = None
    items: list[ItemIn] = []
    handovers: list[HandoverIn] = []
    pieces: list[str] = []


class ShipmentKept(Schema):
    """The shipment as kept."""

    id: int
    reference: str
    created: bool


@router.post("", response={200: ShipmentKept, 201: ShipmentKept})
def post_shipment(request: HttpRequest, shipment: ShipmentIn) -> Status[Any]:
    """Keep a shipment of a known order: 201 for a new one, 200 for one known by its reference."""
    snapshot = ShipmentSnapshot(
        reference=shipment.reference,
        order_reference=shipment.order_reference,
        carrier=shipment.carrier.strip().lower(),
        tracking_number=shipment.tracking_number,
        leg=shipment.leg,
        service=shipment.service,
        warehouse=shipment.warehouse,
        shipped_at=shipment.shipped_at,
        items=tuple((item.sku, item.quantity) for item in shipment.items),
        handovers=tuple(
            (other.carrier.strip().lower(), other.tracking_number) for other in shipment.handovers
        ),
        pieces=tuple(shipment.pieces),
    )
    problems = problems_of(snapshot)
    if problems:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, problems)
    (kept,) = keep_shipments(shop_of(request), [snapshot], timezone.now())
    if kept.shipment_id is None:
        what = f"order_reference: the shop has no order {shipment.order_reference!r}; post the order first"
        raise Refused(HTTPStatus.CONFLICT, [what])
    answer = ShipmentKept(id=kept.shipment_id, reference=shipment.reference, created=kept.created)
    return Status(201 if kept.created else 200, answer)
