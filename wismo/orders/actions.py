"""Every write to orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wismo.orders.events import OrderPlaced, OrderRevised
from wismo.orders.models import Buyer, Order, OrderLine
from wismo.orders.rules import OrderSnapshot
from wismo.plumbing.events import Event, announce


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one snapshot."""

    order_id: int
    created: bool


@transaction.atomic
def keep_orders(shop_id: int, snapshots: Sequence[OrderSnapshot], now: datetime) -> list[Kept]:
    """Create or update the shop's orders by their reference, and announce what is new. Safe to repeat.

    The snapshots are sound (`rules.problems_of` found nothing); of two with one reference the last counts.
    """
    latest = {snapshot.reference: snapshot for snapshot in snapshots}
    before = {
        order.reference: order
        for order in Order.objects
        .select_for_update()
        .select_related("buyer")
        .filter(shop_id=shop_id, reference__in=latest)
    }
    buyers = _keep_buyers(shop_id, list(latest.values()), before)
    rows = [_order(shop_id, snapshot, buyers[snapshot.reference]) for snapshot in latest.values()]
    Order.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shop", "reference"],
        update_fields=_UPDATED,
        batch_size=500,
    )
    ids = dict(Order.objects.filter(shop_id=shop_id, reference__in=latest).values_list("reference", "pk"))
    _replace_lines(shop_id, latest, ids)
    announce(_events(shop_id, latest, before, ids, now))
    return [Kept(ids[snapshot.reference], snapshot.reference not in before) for snapshot in snapshots]


_UPDATED = [
    "buyer",
    "number",
    "placed_at",
    "currency",
    "total_minor",
    "country",
    "postcode",
    "city",
    "timezone",
    "promised_on",
    "cancelled_at",
]


def _order(shop_id: int, snapshot: OrderSnapshot, buyer: Buyer) -> Order:
    return Order(
        shop_id=shop_id,
        buyer=buyer,
        reference=snapshot.reference,
        number=snapshot.number,
        placed_at=snapshot.placed_at,
        currency=snapshot.total.currency if snapshot.total else "",
        total_minor=snapshot.total.minor if snapshot.total else None,
        country=snapshot.country,
        postcode=snapshot.postcode,
        city=snapshot.city,
        timezone=snapshot.zone(),
        promised_on=snapshot.promised_on,
        cancelled_at=snapshot.cancelled_at,
    )


def _keep_buyers(shop_id: int, orders: Sequence[OrderSnapshot], before: dict[str, Order]) -> dict[str, Buyer]:
    """The buyer of each order by its reference: one an address, and one an order where none is told."""
    told = {order.email.lower(): order for order in orders if order.email}
    known = {b.email: b for b in Buyer.objects.select_for_update().filter(shop_id=shop_id, email__in=told)}
    _save([(known.get(email) or Buyer(shop_id=shop_id, email=email), order) for email, order in told.items()])
    known = {b.email: b for b in Buyer.objects.filter(shop_id=shop_id, email__in=told)}
    nameless = {
        order.reference: _nameless(shop_id, before.get(order.reference))
        for order in orders
        if not order.email
    }
    _save([(nameless[order.reference], order) for order in orders if not order.email])
    return {order.reference: nameless.get(order.reference) or known[order.email.lower()] for order in orders}


def _nameless(shop_id: int, earlier: Order | None) -> Buyer:
    return earlier.buyer if earlier and not earlier.buyer.email else Buyer(shop_id=shop_id)


def _save(told: Sequence[tuple[Buyer, OrderSnapshot]]) -> None:
    new = [_fill(buyer, order) for buyer, order in told if buyer.pk is None]
    changed = [
        _fill(buyer, order) for buyer, order in told if buyer.pk is not None and _differs(buyer, order)
    ]
    # Two posts of one new buyer at once: the second finds the first's row when it reads them back.
    Buyer.objects.bulk_create([b for b in new if b.email], ignore_conflicts=True, batch_size=500)
    Buyer.objects.bulk_create([b for b in new if not b.email], batch_size=500)
    Buyer.objects.bulk_update(changed, ["phone", "name", "language"], batch_size=200)


def _differs(buyer: Buyer, order: OrderSnapshot) -> bool:
    told = (order.phone or buyer.phone, order.name or buyer.name, order.language or buyer.language)
    return told != (buyer.phone, buyer.name, buyer.language)


def _fill(buyer: Buyer, order: OrderSnapshot) -> Buyer:
    buyer.phone = order.phone or buyer.phone
    buyer.name = order.name or buyer.name
    buyer.language = order.language or buyer.language
    return buyer


def _replace_lines(shop_id: int, orders: dict[str, OrderSnapshot], ids: dict[str, int]) -> None:
    OrderLine.objects.filter(shop_id=shop_id, order_id__in=ids.values()).delete()
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                shop_id=shop_id,
                order_id=ids[reference],
                position=position,
                sku=line.sku,
                title=line.title,
                variant=line.variant,
                quantity=line.quantity,
                image_url=line.image_url,
            )
            for reference, order in orders.items()
            for position, line in enumerate(order.lines)
        ],
        batch_size=500,
    )


def _events(
    shop_id: int,
    orders: dict[str, OrderSnapshot],
    before: dict[str, Order],
    ids: dict[str, int],
    now: datetime,
) -> list[Event]:
    events: list[Event] = []
    for reference, order in orders.items():
        earlier = before.get(reference)
        if earlier is None:
            events.append(OrderPlaced(shop_id=shop_id, at=order.placed_at, order_id=ids[reference]))
        elif (earlier.promised_on, earlier.cancelled_at) != (order.promised_on, order.cancelled_at):
            events.append(OrderRevised(shop_id=shop_id, at=now, order_id=ids[reference]))
    return events
