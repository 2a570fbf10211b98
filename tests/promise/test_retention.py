"""The ledger forgets what was shown and nobody ordered under; what an order stands on stays."""

from datetime import timedelta

import pytest

from tests.makers import NOW, a_shop, an_order
from wismo.orders.actions import keep_orders
from wismo.promise.models import Promise
from wismo.promise.retention import KEPT, drop_unordered

pytestmark = pytest.mark.django_db


def shown(shop: int, key: str, *, days_ago: int, order: int | None = None) -> None:
    at = NOW - timedelta(days=days_ago)
    Promise.objects.create(
        shop_id=shop, key=key, place="product", shown_at=at, asked_at=at, earliest=at.date(),
        latest=at.date(), level=0.95, rung="typed", country="DE", order_id=order,
    )  # fmt: skip


def test_a_date_nobody_ordered_under_is_forgotten_when_its_id_is_no_longer_taken() -> None:
    shop = a_shop()
    (kept,) = keep_orders(shop, [an_order("o-1")], NOW)
    shown(shop, "old", days_ago=KEPT.days + 1)
    shown(shop, "ordered", days_ago=KEPT.days + 1, order=kept.order_id)
    shown(shop, "young", days_ago=KEPT.days - 1)
    assert drop_unordered(NOW) == 1
    assert set(Promise.objects.values_list("key", flat=True)) == {"ordered", "young"}
    assert drop_unordered(NOW + timedelta(days=2)) == 1
    assert set(Promise.objects.values_list("key", flat=True)) == {"ordered"}
