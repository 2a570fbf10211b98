"""Orders as their shop tells them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wismo.orders.actions.buyers import keep_buyers
from wismo.orders.actions.carts import end_carts
from wismo.orders.events import OrderCancelled, OrderPacked, OrderPlaced, OrderRevised
from wismo.orders.models import Buyer, Order, OrderLine
from wismo.orders.rules import OrderSnapshot, is_older
from wismo.plumbing.events import Event, announce
from wismo.shops.actions import hold_shop
from wismo.shops.rules import Home


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one snapshot."""

    order_id: int
    created: bool


@transaction.atomic
def keep_orders(shop_id: int, snapshots: Sequence[OrderSnapshot], now: datetime) -> list[Kept]:
    """Create or update the shop's orders by their reference, and announce what is new. Safe to repeat.

    The snapshots are sound (`rules.problems_of` found nothing). Of two with one reference the last counts,
    unless it is the older one; one older than what is kept changes nothing.
    """
    home = hold_shop(shop_id)  # before anything is read: two batches never wait for each other crosswise
    latest = _latest(snapshots)
    rows = Order.objects.select_related("buyer").filter(shop_id=shop_id, reference__in=latest)
    before = {order.reference: order for order in rows}
    news = {
        reference: snapshot
        for reference, snapshot in latest.items()
        if reference not in before or not is_older(snapshot.updated_at, before[reference].updated_at)
    }
    buyers = keep_buyers(shop_id, list(news.values()), before)
    Order.objects.bulk_create(
        [
            _order(snapshot, buyers[reference], home, before.get(reference))
            for reference, snapshot in news.items()
        ],
        update_conflicts=True,
        unique_fields=["shop", "reference"],
        update_fields=_UPDATED,
        batch_size=500,
    )
    kept = {order.reference: order for order in Order.objects.filter(shop_id=shop_id, reference__in=latest)}
    _replace_lines(shop_id, news, {reference: kept[reference].pk for reference in news})
    placed = [kept[reference] for reference in news if reference not in before]
    end_carts(shop_id, placed, {news[o.reference].cart: o for o in placed if news[o.reference].cart})
    announce(_events([kept[reference] for reference in news], before, now))
    return [Kept(kept[s.reference].pk, s.reference not in before) for s in snapshots]


_UPDATED = [
    "buyer",
    "number",
    "placed_at",
    "currency",
    "total_minor",
    "country",
    "postcode",
    "region",
    "city",
    "timezone",
    "tags",
    "cash_on_delivery",
    "packed_at",
    "promised_on",
    "cancelled_at",
    "updated_at",
]


def _latest(snapshots: Sequence[OrderSnapshot]) -> dict[str, OrderSnapshot]:
    latest: dict[str, OrderSnapshot] = {}
    for snapshot in snapshots:
        earlier = latest.get(snapshot.reference)
        if earlier is None or not is_older(snapshot.updated_at, earlier.updated_at):
            latest[snapshot.reference] = snapshot
    return latest


def _order(snapshot: OrderSnapshot, buyer: Buyer, home: Home, earlier: Order | None) -> Order:
    return Order(
        shop_id=buyer.shop_id,
        buyer=buyer,
        reference=snapshot.reference,
        number=snapshot.number,
        placed_at=snapshot.placed_at,
        currency=snapshot.total.currency if snapshot.total else "",
        total_minor=snapshot.total.minor if snapshot.total else None,
        country=snapshot.country,
        postcode=snapshot.postcode,
        region=snapshot.region,
        city=snapshot.city,
        timezone=snapshot.zone(home),
        tags=list(snapshot.tags),
        cash_on_delivery=snapshot.cash_on_delivery,
        # That it is packed stays so when the shop's next telling leaves it out.
        packed_at=snapshot.packed_at or (earlier.packed_at if earlier else None),
        promised_on=snapshot.promised_on,
        cancelled_at=snapshot.cancelled_at,
        updated_at=snapshot.updated_at or (earlier.updated_at if earlier else None),
    )


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


_FOLLOWED = ("country", "timezone", "promised_on", "cancelled_at")  # what parcels and messages hang on


def _events(orders: Sequence[Order], before: dict[str, Order], now: datetime) -> list[Event]:
    events: list[Event] = []
    for order in orders:
        earlier = before.get(order.reference)
        if earlier is None:
            events.append(OrderPlaced(shop_id=order.shop_id, at=order.placed_at, order_id=order.pk))
        elif any(getattr(earlier, name) != getattr(order, name) for name in _FOLLOWED):
            events.append(OrderRevised(shop_id=order.shop_id, at=now, order_id=order.pk))
        if order.packed_at and not (earlier and earlier.packed_at):
            events.append(OrderPacked(shop_id=order.shop_id, at=order.packed_at, order_id=order.pk))
        if order.cancelled_at and not (earlier and earlier.cancelled_at):
            events.append(OrderCancelled(shop_id=order.shop_id, at=order.cancelled_at, order_id=order.pk))
    return events


def hold_orders(shop_ids: Collection[int], order_ids: Collection[int]) -> None:
    """Lock these orders until the transaction ends, by id, so that two never judge one order at once.

    Without the key: whoever adds a row that points to one of them need not wait.
    """
    rows = Order.objects.filter(shop_id__in=shop_ids, pk__among=list(order_ids))
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
