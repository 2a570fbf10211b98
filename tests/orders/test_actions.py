"""Orders are kept by their shop's reference, once, with their buyer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import NOW, a_parcel, a_scan, a_shop, an_order
from wismo.orders.actions import keep_orders
from wismo.orders.models import Buyer, Order, OrderLine
from wismo.orders.queries import find_order
from wismo.orders.rules import LineSnapshot
from wismo.plumbing.models import EventRow
from wismo.shops.actions import open_shop
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Status

pytestmark = pytest.mark.django_db


def test_the_same_reference_is_the_same_order_and_is_announced_once() -> None:
    shop = a_shop()
    (first,) = keep_orders(shop, [an_order("o-1")], NOW)
    changed = replace(an_order("o-1"), city="Berlin", lines=(LineSnapshot("Vase", "VASE"),))
    (second,) = keep_orders(shop, [changed], NOW)
    assert (first.created, second.created, second.order_id) == (True, False, first.order_id)
    assert Order.objects.get().city == "Berlin"
    assert [line.title for line in OrderLine.objects.all()] == ["Vase"]
    assert EventRow.objects.filter(name="OrderPlaced").count() == 1


def test_a_buyer_is_one_row_an_address_and_learns() -> None:
    shop = a_shop()
    keep_orders(
        shop, [an_order("o-1", email="Lena@Example.com"), an_order("o-2", email="lena@example.com")], NOW
    )
    keep_orders(shop, [replace(an_order("o-3"), name="Lena Maria Braun", language="")], NOW)
    buyer = Buyer.objects.get()
    assert (buyer.email, buyer.name, buyer.language) == ("lena@example.com", "Lena Maria Braun", "en")


def test_orders_without_an_address_keep_a_buyer_each() -> None:
    shop = a_shop()
    nameless = [replace(an_order(f"o-{n}", email=""), name=f"Guest {n}") for n in range(2)]
    keep_orders(shop, nameless, NOW)
    keep_orders(shop, nameless, NOW)
    assert sorted(Buyer.objects.values_list("name", flat=True)) == ["Guest 0", "Guest 1"]


def test_two_shops_may_use_the_same_reference() -> None:
    keep_orders(a_shop("one"), [an_order("o-1")], NOW)
    keep_orders(a_shop("two"), [an_order("o-1")], NOW)
    assert Order.objects.count() == 2


def _statements(count: int) -> int:
    shop = a_shop(f"shop{count}")
    orders = [an_order(f"o-{n}", email=f"b{n}@example.com" if n % 2 else "") for n in range(count)]
    with CaptureQueriesContext(connection) as seen:
        keep_orders(shop, orders, NOW)
    return len(seen)


def test_many_orders_take_as_many_statements_as_two() -> None:
    assert _statements(50) == _statements(2)


def test_a_promise_put_off_by_the_shop_makes_a_late_parcel_timely_again() -> None:
    told = a_parcel(a_shop(), promised_on=date(2026, 11, 25))
    scan = a_scan(Status.IN_TRANSIT, NOW, eta=date(2026, 11, 27))
    record_scans([Received(told.shop_id, "r", NOW, scan)], NOW)
    assert Shipment.objects.get().late is True
    keep_orders(told.shop_id, [an_order("o-1Z999", promised_on=date(2026, 11, 28))], NOW)
    assert Shipment.objects.get().late is False


def test_a_destination_put_right_makes_a_parcel_late_by_its_own_clock() -> None:
    shop = a_shop()
    told = a_parcel(shop, promised_on=date(2026, 11, 24))
    scan = a_scan(Status.DELIVERED, datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    record_scans([Received(shop, "r", NOW, scan)], NOW)
    assert Shipment.objects.get().late is False
    tokyo = replace(an_order("o-1Z999", promised_on=date(2026, 11, 24)), country="JP")
    keep_orders(shop, [tokyo], NOW)
    assert Order.objects.get(pk=told.order_id).timezone == "Asia/Tokyo"
    assert Shipment.objects.get().late is True


def test_an_order_without_a_zone_takes_the_shops_in_its_own_country_alone() -> None:
    shop = open_shop(slug="dock", name="Dock", country="US", timezone="America/Chicago")
    keep_orders(shop, [replace(an_order(f"o-{code}"), country=code) for code in ("US", "CA", "FR")], NOW)
    assert dict(Order.objects.values_list("reference", "timezone")) == {
        "o-US": "America/Chicago",
        "o-CA": "",
        "o-FR": "Europe/Paris",
    }


def test_an_order_told_late_changes_nothing() -> None:
    shop = a_shop()
    told = replace(an_order("o-1"), city="Berlin", updated_at=NOW)
    (first,) = keep_orders(shop, [told], NOW)
    late = replace(
        an_order("o-1"), city="Munich", name="Old", lines=(), updated_at=NOW - timedelta(seconds=1)
    )
    events = EventRow.objects.count()
    (second,) = keep_orders(shop, [late], NOW)
    assert (second.order_id, second.created) == (first.order_id, False)
    order = Order.objects.get()
    assert (order.city, order.buyer.name, order.lines.count(), order.updated_at) == (
        "Berlin",
        "Lena Braun",
        1,
        NOW,
    )
    assert EventRow.objects.count() == events


def test_an_order_told_without_its_time_counts_and_leaves_the_time_known() -> None:
    shop = a_shop()
    keep_orders(shop, [replace(an_order("o-1"), updated_at=NOW)], NOW)
    keep_orders(shop, [replace(an_order("o-1"), city="Berlin")], NOW)
    keep_orders(shop, [replace(an_order("o-1"), city="Rome", updated_at=NOW - timedelta(days=1))], NOW)
    assert Order.objects.values_list("city", "updated_at").get() == ("Berlin", NOW)


def test_of_two_tellings_in_one_batch_the_newer_counts_in_either_order() -> None:
    old = replace(an_order("o-1"), city="Old", updated_at=NOW - timedelta(hours=1))
    new = replace(an_order("o-1"), city="New", updated_at=NOW)
    for slug, batch in (("one", [old, new]), ("two", [new, old])):
        keep_orders(a_shop(slug), batch, NOW)
    assert list(Order.objects.values_list("city", flat=True)) == ["New", "New"]


def test_an_order_is_found_by_number_and_email_or_postcode_of_its_own_shop_alone() -> None:
    mine, other = a_shop("mine"), a_shop("other")
    (kept,) = keep_orders(mine, [an_order("o-1")], NOW)
    assert find_order(mine, "o-1", " LENA@example.com ") == kept.order_id
    assert find_order(mine, "#O-1", "80 331") == kept.order_id
    assert find_order(mine, "O-1", "80332") is None
    assert find_order(mine, "O-2", "80331") is None
    assert find_order(mine, "O-1", "") is None
    assert find_order(other, "O-1", "80331") is None
