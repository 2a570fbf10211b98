"""Packed, cancelled, a cart left alone: what orders and carts tell starts its journeys."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.makers import NOW, a_parcel, a_scan, a_shop, an_order
from wismo.notify.actions.from_shops import Told, tell
from wismo.notify.models import HappeningRow, Message
from wismo.orders.actions import keep_carts, keep_orders
from wismo.orders.rules import CartSnapshot, OrderSnapshot
from wismo.tracking.actions.scans import Received, record_scans
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.status import Status

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def changed(**changes: Any) -> OrderSnapshot:
    told = an_order()
    return OrderSnapshot(**{**{name: getattr(told, name) for name in told.__dataclass_fields__}, **changes})


def a_cart(minutes: int, **changes: Any) -> CartSnapshot:
    return CartSnapshot(
        reference="c-1",
        email="lena@example.com",
        changed_at=NOW + minutes * MINUTE,
        url="https://halden.example/cart/1",
        **changes,
    )


@time_machine.travel(NOW, tick=False)
def test_an_order_that_is_packed_is_told_once() -> None:
    shop = a_shop()
    for _ in range(2):
        keep_orders(shop, [changed(packed_at=NOW)], NOW)
    (message,) = Message.objects.filter(journey="packed")
    assert (message.trigger, message.happened_at, message.order_id) == ("packed", NOW, message.order_id)


@time_machine.travel(NOW, tick=False)
def test_a_cancelled_order_is_a_happening() -> None:
    shop = a_shop()
    keep_orders(shop, [an_order()], NOW)
    keep_orders(shop, [changed(cancelled_at=NOW)], NOW)
    assert list(HappeningRow.objects.values_list("name", "at")) == [("order_cancelled", NOW)]
    assert Message.objects.filter(journey="order_cancelled").count() == 1


@time_machine.travel(NOW, tick=False)
def test_a_cart_that_changes_is_waited_for_anew() -> None:
    shop = a_shop()
    keep_carts(shop, [a_cart(0)])
    first = Message.objects.get(journey="cart_abandoned")
    assert (first.due_at, first.happened_at) == (NOW + HOUR, NOW)
    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        keep_carts(shop, [a_cart(20)])
    message = Message.objects.get(journey="cart_abandoned")
    assert (message.due_at, message.happened_at) == (NOW + HOUR + 20 * MINUTE, NOW + 20 * MINUTE)
    assert message.expires_at == (first.expires_at or NOW) + 20 * MINUTE


@time_machine.travel(NOW, tick=False)
def test_the_last_parcel_starts_what_follows_the_whole_order() -> None:
    parcel = a_parcel(a_shop())
    record_scans([Received(parcel.shop_id, "r", NOW, a_scan(Status.DELIVERED, NOW))], NOW)
    told = set(Message.objects.filter(trigger="all_delivered").values_list("journey", flat=True))
    assert {"all_delivered", "csat"} <= told


@time_machine.travel(NOW, tick=False)
def test_what_a_shop_tells_twice_happened_once() -> None:
    shop = a_shop()
    (order,) = keep_orders(shop, [an_order()], NOW)
    refund = Told(Happening.REFUNDED, NOW, order.order_id, None, "R-1", {"amount": "12.50"})
    again = Told(Happening.REFUNDED, NOW, order.order_id, None, "R-2")
    assert (tell(shop, [refund, refund]), tell(shop, [refund, again]), tell(shop, [])) == (1, 1, 0)
    assert list(HappeningRow.objects.order_by("pk").values_list("name", "episode")) == [
        ("refunded", "R-1"),
        ("refunded", "R-2"),
    ]
