"""Orders in, and what became of them."""

from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from wismo.api.v1.choices import ChoiceIn, choice_problems, wishes_of
from wismo.api.v1.money import Total, money_of
from wismo.api.v1.root import Refused, shop_of
from wismo.notify.actions.consents import keep_wishes
from wismo.orders.actions import keep_orders
from wismo.orders.queries import buyers_of_orders, order_ids
from wismo.orders.rules import LineSnapshot, OrderSnapshot, problems_of
from wismo.promise.actions.ledger import accept
from wismo.promise.queries.ledger import first_promises
from wismo.promise.queries.outlooks import foreseen_order
from wismo.promise.signing import NotOurs, Shown, read
from wismo.tracking.queries.links import page_url
from wismo.tracking.queries.page import Parcel

router = Router(tags=["orders"])


class LineIn(Schema):
    """One line of the order."""

    title: str
    sku: str = ""
    variant: str = ""
    quantity: int = 1
    image_url: str = ""


class OrderIn(Schema):
    """An order as the shop has it now. The same `reference` is the same order: post it again to change it.

    Where `updated_at` is told, a snapshot older than what is kept changes nothing.
    """

    reference: str
    number: str
    placed_at: datetime
    country: str
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    total: Total | None = None
    postcode: str = ""
    region: str = ""
    city: str = ""
    timezone: str = ""
    promised_on: date | None = None  # None: as `promise` has it, or as it was promised first
    promise: str = ""  # the `id` of the answer the buyer was shown
    cancelled_at: datetime | None = None
    updated_at: datetime | None = None
    packed_at: datetime | None = None
    cash_on_delivery: bool = False
    tags: list[str] = []
    buyer_tags: list[str] | None = None  # None: as they are
    cart: str = ""  # the reference of the cart it was made from
    lines: list[LineIn] = []
    consents: list[ChoiceIn] = []  # what the buyer ticked at checkout


class OrderKept(Schema):
    """The order as kept, with its shopper's page."""

    id: int
    reference: str
    created: bool
    tracking_page: str


class ParcelOut(Schema):
    """Where one parcel is."""

    id: int
    carrier: str
    tracking_number: str
    status: str
    leg: str
    reason: str | None
    status_at: datetime | None
    expected_on: date | None
    late: bool
    silent: str | None  # "stalled"; "not_picked_up": a label was made, and the carrier never had it
    silent_since: datetime | None  # its last scan, or its label
    delivered_at: datetime | None
    milestones: dict[str, datetime]


class OrderOut(Schema):
    """The order and where its parcels are."""

    id: int
    reference: str
    number: str
    promised_on: date | None
    tracking_page: str
    parcels: list[ParcelOut]


@router.post("", response={200: OrderKept, 201: OrderKept})
def post_order(request: HttpRequest, order: OrderIn) -> Status[Any]:
    """Keep an order: 201 for a new one, 200 for one known by its reference (also where it was told late)."""
    shop_id = shop_of(request)
    snapshot = _snapshot(order)
    problems = [*problems_of(snapshot), *choice_problems(order.consents)]
    shown = None if problems or not order.promise else _shown(shop_id, order, problems)
    if problems:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, problems)
    snapshot = replace(snapshot, promised_on=_promised_on(shop_id, order, shown))
    with transaction.atomic():
        (kept,) = keep_orders(shop_id, [snapshot], timezone.now())
        accept(shop_id, [(kept.order_id, shown)] if shown else [])
    if order.consents:
        buyer_id = buyers_of_orders(shop_id, [order.reference])[order.reference]
        wishes = wishes_of(buyer_id, order.consents, "checkout", order.language, order.placed_at)
        keep_wishes(shop_id, wishes)
    answer = OrderKept(
        id=kept.order_id,
        reference=order.reference,
        created=kept.created,
        tracking_page=page_url(shop_id, kept.order_id),
    )
    return Status(201 if kept.created else 200, answer)


@router.get("/{path:reference}", response=OrderOut)  # a reference may hold slashes
def get_order(request: HttpRequest, reference: str) -> OrderOut:
    """The order of this reference, and where its parcels are."""
    shop_id = shop_of(request)
    order_id = order_ids(shop_id, [reference.replace("\x00", "")]).get(reference)
    order = foreseen_order(shop_id, order_id) if order_id else None
    if order is None:
        raise Refused(HTTPStatus.NOT_FOUND, [f"reference: the shop has no order {reference!r}"])
    return OrderOut(
        id=order.id,
        reference=reference,
        number=order.number,
        promised_on=order.promised_on,
        tracking_page=page_url(shop_id, order.id),
        parcels=[_parcel(parcel) for parcel in order.parcels],
    )


def _parcel(parcel: Parcel) -> ParcelOut:
    return ParcelOut(
        id=parcel.id,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        status=parcel.status,
        leg=parcel.leg,
        reason=parcel.reason,
        status_at=parcel.status_at,
        expected_on=parcel.expected_on,
        late=parcel.late,
        silent=parcel.silent,
        silent_since=parcel.silent_since if parcel.silent else None,
        delivered_at=parcel.delivered_at,
        milestones={milestone.value: at for milestone, at in parcel.milestones.items()},
    )


def _shown(shop_id: int, order: OrderIn, problems: list[str]) -> Shown | None:
    """The promise the order brings; None, and one problem more, where it cannot be taken."""
    try:
        shown = read(shop_id, order.promise, order.placed_at)
    except NotOurs as error:
        problems.append(f"promise: {error}")
        return None
    if shown.country != order.country:
        problems.append(f"promise: it is of an order to {shown.country}; ask for one to {order.country}")
    return shown


def _promised_on(shop_id: int, order: OrderIn, shown: Shown | None) -> date | None:
    """The shop's own word; without one, what the buyer was shown. A later telling does not take it back."""
    if order.promised_on or shown:
        return order.promised_on or (shown.latest if shown else None)
    return first_promises(shop_id, [order.reference]).get(order.reference)


def _snapshot(order: OrderIn) -> OrderSnapshot:
    try:
        total = money_of(order.total)
    except ValueError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [str(error)]) from error
    plain = order.dict(exclude={"total", "lines", "consents", "promise", "tags", "buyer_tags"})
    return OrderSnapshot(
        total=total,
        lines=tuple(LineSnapshot(**line.dict()) for line in order.lines),
        tags=tuple(order.tags),
        buyer_tags=None if order.buyer_tags is None else tuple(order.buyer_tags),
        **plain,
    )
