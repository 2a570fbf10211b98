"""Carts: kept, changed, ended by an order; and the further facts of orders."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.makers import NOW, a_shop, an_order
from wismo.orders.actions import Contact, keep_carts, keep_contacts, keep_orders
from wismo.orders.models import Buyer, Cart, Order
from wismo.orders.rules import CartSnapshot, LineSnapshot, OrderSnapshot, cart_problems_of, problems_of
from wismo.plumbing.models import EventRow
from wismo.vocabulary.money import Money

HOUR = timedelta(hours=1)


def a_cart(reference: str = "c-1", hours: float = 0, **changes: Any) -> CartSnapshot:
    facts: dict[str, Any] = {
        "email": "Lena@Example.com",
        "url": "https://halden.example/cart/1",
        "total": Money(3600, "EUR"),
        "lines": (LineSnapshot("Ridge mug", "MUG", "Fern green", 2),),
    }
    return CartSnapshot(reference=reference, changed_at=NOW + hours * HOUR, **{**facts, **changes})


def announced(name: str) -> list[datetime]:
    return list(EventRow.objects.filter(name=name).order_by("pk").values_list("at", flat=True))


@pytest.mark.django_db
def test_a_cart_is_kept_by_its_reference_and_each_change_is_announced() -> None:
    shop = a_shop()
    (kept,) = keep_carts(shop, [a_cart(language="ja")])
    (again,) = keep_carts(shop, [a_cart(hours=1, total=None)])
    cart = Cart.objects.get()
    assert (kept.created, again.created, again.cart_id) == (True, False, cart.pk)
    assert (cart.buyer.email, cart.buyer.language) == ("lena@example.com", "ja")
    assert cart.lines == [{"title": "Ridge mug", "variant": "Fern green", "sku": "MUG", "quantity": 2}]
    assert (cart.currency, cart.total_minor, cart.changed_at) == ("", None, NOW + HOUR)
    assert announced("CartChanged") == [NOW, NOW + HOUR]


@pytest.mark.django_db
def test_a_cart_told_again_or_out_of_order_changes_nothing() -> None:
    shop = a_shop()
    keep_carts(shop, [a_cart(hours=1), a_cart(hours=0, lines=())])
    keep_carts(shop, [a_cart(hours=1)])
    keep_carts(shop, [a_cart(hours=0.5, lines=())])
    assert Cart.objects.get().changed_at == NOW + HOUR
    assert announced("CartChanged") == [NOW + HOUR]


@pytest.mark.django_db
def test_an_emptied_cart_is_over_and_stays_so() -> None:
    shop = a_shop()
    keep_carts(shop, [a_cart()])
    keep_carts(shop, [a_cart(ended_at=NOW + HOUR)])
    keep_carts(shop, [a_cart(hours=2)])
    cart = Cart.objects.get()
    assert (cart.ended_at, cart.changed_at) == (NOW + HOUR, NOW)
    assert announced("CartChanged") == [NOW]


@pytest.mark.django_db
def test_an_order_ends_the_cart_it_names_and_its_buyers_older_ones() -> None:
    shop = a_shop()
    carts = [
        a_cart("named", email="max@example.com"),
        a_cart("older", -96),
        a_cart("newer"),
        a_cart("others", -96, email="mia@example.com"),
    ]
    keep_carts(shop, carts)
    keep_orders(shop, [order(cart="named")], NOW)
    placed = NOW - timedelta(days=3)
    ended = dict(Cart.objects.values_list("reference", "ended_at"))
    assert ended == {"named": placed, "older": placed, "newer": None, "others": None}


@pytest.mark.django_db
def test_an_order_told_again_ends_no_cart() -> None:
    shop = a_shop()
    keep_orders(shop, [order()], NOW)
    keep_carts(shop, [a_cart(hours=-96)])
    keep_orders(shop, [order(city="Rome")], NOW)
    assert Cart.objects.get().ended_at is None


@pytest.mark.django_db
def test_two_shops_may_use_the_same_reference() -> None:
    one, two = a_shop("one"), a_shop("two")
    keep_carts(one, [a_cart()])
    keep_carts(two, [a_cart()])
    assert Cart.objects.count() == Buyer.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 81}, "reference"),
        ({"email": ""}, "email"),
        ({"email": "lena"}, "email"),
        ({"url": "http://halden.example/cart"}, "url"),
        ({"url": "https://halden.example/" + "x" * 500}, "url"),
        ({"language": "english!"}, "language"),
        ({"total": Money(-1, "EUR")}, "total"),
        ({"lines": (LineSnapshot(""),)}, "lines"),
        ({"name": "L\x00"}, "name"),
        ({"ended_at": datetime(1990, 1, 1, tzinfo=NOW.tzinfo)}, "ended_at"),
    ],
)
def test_what_is_wrong_with_a_cart_is_named(changes: dict[str, Any], where: str) -> None:
    assert cart_problems_of(a_cart()) == []
    reference = changes.pop("reference", "c-1")
    assert [text.partition(":")[0] for text in cart_problems_of(a_cart(reference, **changes))] == [where]


@pytest.mark.django_db
def test_an_order_keeps_its_tags_and_how_it_is_paid() -> None:
    shop = a_shop()
    keep_orders(shop, [order(tags=("gift",), buyer_tags=("vip",), cash_on_delivery=True)], NOW)
    kept = Order.objects.get()
    assert (kept.tags, kept.buyer.tags, kept.cash_on_delivery) == (["gift"], ["vip"], True)
    keep_orders(shop, [order()], NOW)
    kept = Order.objects.get()
    assert (kept.tags, kept.buyer.tags, kept.cash_on_delivery) == ([], ["vip"], False)
    keep_orders(shop, [order(buyer_tags=())], NOW)
    assert Buyer.objects.get().tags == []


@pytest.mark.django_db
def test_packed_is_announced_once_and_stays_so() -> None:
    shop = a_shop()
    keep_orders(shop, [order()], NOW)
    assert announced("OrderPacked") == []
    keep_orders(shop, [order(packed_at=NOW)], NOW)
    keep_orders(shop, [order(packed_at=NOW + HOUR)], NOW)
    keep_orders(shop, [order()], NOW)
    assert announced("OrderPacked") == [NOW]
    assert Order.objects.get().packed_at == NOW + HOUR


@pytest.mark.django_db
def test_cancelled_is_announced_once() -> None:
    shop = a_shop()
    keep_orders(shop, [order(cancelled_at=NOW)], NOW)
    keep_orders(shop, [order(cancelled_at=NOW)], NOW)
    assert announced("OrderCancelled") == [NOW]


def test_tags_are_few_and_short() -> None:
    assert problems_of(order(tags=("gift",) * 50)) == []
    for tags in (("gift",) * 51, ("",), (" ",), ("x" * 61,), ("a\nb",)):
        assert [text.partition(":")[0] for text in problems_of(order(tags=tags))] == ["tags"]


@pytest.mark.django_db
def test_a_contact_is_taken_up_or_known_again_and_learnt_of() -> None:
    shop = a_shop()
    first = keep_contacts(shop, [Contact("Lena@example.com", language="ja"), Contact("max@example.com")])
    again = keep_contacts(shop, [Contact("lena@example.com", phone="+491701234567")])
    assert first["lena@example.com"] == again["lena@example.com"]
    lena = Buyer.objects.get(email="lena@example.com")
    assert (lena.language, lena.phone, Buyer.objects.count()) == ("ja", "+491701234567", 2)


def order(**changes: Any) -> OrderSnapshot:
    told = an_order()
    plain = {name: getattr(told, name) for name in told.__dataclass_fields__}
    return OrderSnapshot(**{**plain, **changes})
