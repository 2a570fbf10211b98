"""Carts as their shop tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from wismo.orders.actions.buyers import Contact, keep_contacts
from wismo.orders.events import CartChanged
from wismo.orders.models import Cart, Order
from wismo.orders.rules import CartSnapshot
from wismo.plumbing import bulk
from wismo.plumbing.events import announce
from wismo.shops.actions import hold_shop


@dataclass(frozen=True, slots=True)
class KeptCart:
    """What became of one snapshot."""

    cart_id: int
    created: bool


_TOLD = ("buyer", "lines", "currency", "total_minor", "url", "changed_at", "ended_at")


@transaction.atomic
def keep_carts(shop_id: int, snapshots: Sequence[CartSnapshot]) -> list[KeptCart]:
    """Create or update the shop's carts by their reference, and announce those that changed. Safe to repeat.

    The snapshots are sound. One older than what is kept changes nothing, and a cart that ended stays so.
    """
    hold_shop(shop_id)
    latest: dict[str, CartSnapshot] = {}
    for snapshot in sorted(snapshots, key=lambda s: s.changed_at):
        latest[snapshot.reference] = snapshot
    before = {cart.reference: cart for cart in Cart.objects.filter(shop_id=shop_id, reference__in=latest)}
    news = {
        reference: snapshot
        for reference, snapshot in latest.items()
        if reference not in before or _is_news(snapshot, before[reference])
    }
    buyers = keep_contacts(shop_id, [_contact(snapshot) for snapshot in news.values()])
    Cart.objects.bulk_create(
        [_cart(shop_id, buyers[snapshot.email.lower()], snapshot) for snapshot in news.values()],
        update_conflicts=True,
        unique_fields=["shop", "reference"],
        update_fields=_TOLD,
        batch_size=500,
    )
    kept = dict(Cart.objects.filter(shop_id=shop_id, reference__in=latest).values_list("reference", "pk"))
    announce(
        CartChanged(shop_id=shop_id, at=snapshot.changed_at, cart_id=kept[reference])
        for reference, snapshot in news.items()
        if snapshot.ended_at is None
    )
    return [KeptCart(kept[s.reference], s.reference not in before) for s in snapshots]


def end_carts(shop_id: int, orders: Sequence[Order], told: Mapping[str, Order]) -> None:
    """What was ordered waits in no cart: those `told` with an order, and older ones of the same buyers."""
    if not orders:
        return
    newest: dict[int, datetime] = {}
    for order in orders:
        newest[order.buyer_id] = max(order.placed_at, newest.get(order.buyer_id, order.placed_at))
    rows = Cart.objects.filter(Q(reference__in=told) | Q(buyer_id__in=newest), shop_id=shop_id, ended_at=None)
    ended = []
    for pk, reference, buyer_id, changed_at in rows.values_list("pk", "reference", "buyer_id", "changed_at"):
        if reference in told:
            ended.append((pk, told[reference].placed_at))
        elif changed_at <= newest[buyer_id]:
            ended.append((pk, newest[buyer_id]))
    bulk.update_rows(Cart, ("ended_at",), ended)


def _is_news(snapshot: CartSnapshot, kept: Cart) -> bool:
    if kept.ended_at is not None or snapshot.changed_at < kept.changed_at:
        return False
    return snapshot.changed_at > kept.changed_at or snapshot.ended_at is not None


def _contact(snapshot: CartSnapshot) -> Contact:
    return Contact(snapshot.email, snapshot.phone, snapshot.name, snapshot.language)


def _cart(shop_id: int, buyer_id: int, snapshot: CartSnapshot) -> Cart:
    return Cart(
        shop_id=shop_id,
        buyer_id=buyer_id,
        reference=snapshot.reference,
        lines=[
            {"title": line.title, "variant": line.variant, "sku": line.sku, "quantity": line.quantity}
            for line in snapshot.lines
        ],
        currency=snapshot.total.currency if snapshot.total else "",
        total_minor=snapshot.total.minor if snapshot.total else None,
        url=snapshot.url,
        changed_at=snapshot.changed_at,
        ended_at=snapshot.ended_at,
    )
