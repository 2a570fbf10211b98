"""What others may read of orders."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wismo.orders.models import Buyer, Cart, Order


def order_ids(shop_id: int, references: list[str]) -> dict[str, int]:
    """The shop's orders by their reference."""
    return dict(
        Order.objects.filter(shop_id=shop_id, reference__in=references).values_list("reference", "pk")
    )


def cart_ids(shop_id: int, references: Sequence[str]) -> dict[str, int]:
    """The shop's carts by their reference."""
    rows = Cart.objects.filter(shop_id=shop_id, reference__in=references)
    return dict(rows.values_list("reference", "pk"))


def buyer_ids(shop_id: int, emails: Sequence[str]) -> dict[str, int]:
    """The shop's buyers by their e-mail address, in lower case."""
    rows = Buyer.objects.filter(shop_id=shop_id, email__in=[email.lower() for email in emails if email])
    return dict(rows.values_list("email", "pk"))


def buyers_of_orders(shop_id: int, references: Sequence[str]) -> dict[str, int]:
    """The buyer of each of these orders, by the order's reference."""
    rows = Order.objects.filter(shop_id=shop_id, reference__in=references)
    return dict(rows.values_list("reference", "buyer_id"))


@dataclass(frozen=True, slots=True)
class Placed:
    """An order's id, and when it was placed."""

    id: int
    placed_at: datetime


def placed_orders(shop_id: int, references: Sequence[str]) -> dict[str, Placed]:
    """The shop's orders by their reference."""
    rows = Order.objects.filter(shop_id=shop_id, reference__in=references)
    return {ref: Placed(pk, at) for ref, pk, at in rows.values_list("reference", "pk", "placed_at")}


def plain_number(number: str) -> str:
    """An order number as it is compared: in capitals, without a leading #."""
    return number.strip().lstrip("#").upper()


def spellings_of(number: str) -> set[str]:
    """How an order number that was typed may stand in the table."""
    typed = number.strip().lstrip("#")
    return {form for text in (typed, plain_number(number)) for form in (text, f"#{text}")}


def orders_numbered(shop_id: int, number: str) -> list[int]:
    """The orders of this number, however it is spelt, the newest first."""
    rows = Order.objects.filter(shop_id=shop_id, number__in=spellings_of(number))
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:20])


def find_order(shop_id: int, number: str, proof: str) -> int | None:
    """The newest order of this number whose e-mail or postcode is `proof`, else None."""
    wanted = _plain(proof)
    rows = Order.objects.filter(shop_id=shop_id, number__in=spellings_of(number)).order_by("-pk")
    for pk, *told in rows.values_list("pk", "buyer__email", "postcode")[:20]:
        if any(text and hmac.compare_digest(_plain(text), wanted) for text in told):
            return int(pk)
    return None


def _plain(text: str) -> bytes:
    return "".join(text.split()).replace("-", "").casefold().encode(errors="replace")
