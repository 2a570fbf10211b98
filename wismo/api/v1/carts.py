"""Carts in."""

from datetime import datetime
from functools import partial
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Router, Schema

from wismo.api.v1.batches import EACH, Answered, Batch
from wismo.api.v1.money import Total, money_of
from wismo.api.v1.root import shop_of
from wismo.notify.queries.feedback import link_hosts
from wismo.notify.rules.clicks import leads_to
from wismo.orders.actions import keep_carts
from wismo.orders.rules import CartSnapshot, LineSnapshot, cart_problems_of

router = Router(tags=["carts"])


class CartLineIn(Schema):
    """One kind of thing in the cart."""

    title: str
    sku: str = ""
    variant: str = ""
    quantity: int = 1


class CartIn(Schema):
    """A cart as the shop has it now. The same `reference` is the same cart: tell it with every change.

    `ended_at` says that it was bought or emptied; an order that names it as its `cart` ends it as well.
    """

    reference: str
    email: str
    changed_at: datetime
    url: str
    phone: str = ""
    name: str = ""
    language: str = ""
    total: Total | None = None
    ended_at: datetime | None = None
    lines: list[CartLineIn] = []


@router.put("", response=Answered)
def put_carts(request: HttpRequest, carts: Body[list[Annotated[CartIn, EACH]]]) -> Answered:
    """Keep 1 to 500 carts. One told out of order changes nothing; a cart that ended stays so."""
    shop_id = shop_of(request)
    batch = Batch(carts)
    sound = batch.sound(carts, _snapshot, partial(_problems, link_hosts(shop_id)))
    keep_carts(shop_id, list(sound.values()))
    return batch.answer()


def _problems(hosts: list[str], cart: CartSnapshot) -> list[str]:
    wrong = cart_problems_of(cart)
    if not wrong and not leads_to(cart.url, hosts):
        wrong.append(f"url: its host is none of the shop's ({', '.join(hosts)}); list it in the settings")
    return wrong


def _snapshot(cart: CartIn) -> CartSnapshot:
    plain = cart.dict(exclude={"total", "lines"})
    return CartSnapshot(
        total=money_of(cart.total), lines=tuple(LineSnapshot(**line.dict()) for line in cart.lines), **plain
    )
