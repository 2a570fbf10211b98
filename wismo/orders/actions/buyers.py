"""Buyers as orders, carts and forms tell of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from wismo.orders.models import Buyer, Order
from wismo.orders.rules import OrderSnapshot
from wismo.shops.actions import hold_shop


@dataclass(frozen=True, slots=True)
class Contact:
    """Who somebody is and how to reach them, as far as told."""

    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""


def keep_buyers(
    shop_id: int, orders: Sequence[OrderSnapshot], before: Mapping[str, Order]
) -> dict[str, Buyer]:
    """The buyer of each order by its reference: one an address, and one an order where none is told."""
    told = {order.email.lower(): order for order in orders if order.email}
    known = {b.email: b for b in Buyer.objects.filter(shop_id=shop_id, email__in=told)}
    named = {email: known.get(email) or Buyer(shop_id=shop_id, email=email) for email in told}
    nameless = {
        order.reference: _nameless(shop_id, before.get(order.reference))
        for order in orders
        if not order.email
    }
    _save([(named[email], order) for email, order in told.items()])
    _save([(nameless[order.reference], order) for order in orders if not order.email])
    return {order.reference: nameless.get(order.reference) or named[order.email.lower()] for order in orders}


@transaction.atomic
def keep_contacts(shop_id: int, contacts: Sequence[Contact]) -> dict[str, int]:
    """The buyer's id of each e-mail address, known or new. Every contact has one."""
    hold_shop(shop_id)
    told = {contact.email.lower(): contact for contact in contacts}
    known = {b.email: b for b in Buyer.objects.filter(shop_id=shop_id, email__in=told)}
    named = {email: known.get(email) or Buyer(shop_id=shop_id, email=email) for email in told}
    _save([(named[email], contact) for email, contact in told.items()])
    return {email: buyer.pk for email, buyer in named.items()}


def _nameless(shop_id: int, earlier: Order | None) -> Buyer:
    return earlier.buyer if earlier and not earlier.buyer.email else Buyer(shop_id=shop_id)


_FILLED = ("phone", "name", "language", "tags")


def _save(told: Sequence[tuple[Buyer, OrderSnapshot | Contact]]) -> None:
    new: list[Buyer] = []
    changed: list[Buyer] = []
    for buyer, source in told:
        before = [getattr(buyer, name) for name in _FILLED]
        _fill(buyer, source)
        if buyer.pk is None:
            new.append(buyer)
        elif before != [getattr(buyer, name) for name in _FILLED]:
            changed.append(buyer)
    Buyer.objects.bulk_create(new, batch_size=500)
    Buyer.objects.bulk_update(changed, _FILLED, batch_size=200)


def _fill(buyer: Buyer, told: OrderSnapshot | Contact) -> None:
    buyer.phone = told.phone or buyer.phone
    buyer.name = told.name or buyer.name
    buyer.language = told.language or buyer.language
    if isinstance(told, OrderSnapshot) and told.buyer_tags is not None:
        buyer.tags = list(told.buyer_tags)
