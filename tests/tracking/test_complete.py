"""All of an order has arrived: said once, when it is true."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import NOW, a_parcel, a_scan, a_shop, an_order
from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot
from wismo.plumbing.models import EventRow
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.models import Shipment
from wismo.tracking.queries.page import tracked_order
from wismo.tracking.rules.complete import Sent, complete_since
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.status import Leg, Scan, Status

HOUR = timedelta(hours=1)
MUGS = {"MUG": 2, "VASE": 1}


def sent(
    status: Status = Status.DELIVERED, hours: float = 1, *items: tuple[str, int], leg: Leg = Leg.FORWARD
) -> Sent:
    at = NOW + hours * HOUR if status is Status.DELIVERED else None
    return Sent(status, leg, at, [{"sku": sku, "quantity": n} for sku, n in items])


@pytest.mark.parametrize(
    ("parcels", "since"),
    [
        ([sent()], NOW + HOUR),
        ([sent(Status.DELIVERED, 1), sent(Status.DELIVERED, 5)], NOW + 5 * HOUR),
        ([sent(Status.DELIVERED, 1, ("MUG", 2)), sent(Status.DELIVERED, 3, ("VASE", 1))], NOW + 3 * HOUR),
        ([sent(Status.DELIVERED, 1, ("MUG", 2))], None),
        (
            [sent(Status.DELIVERED, 1, ("MUG", 1)), sent(Status.DELIVERED, 2, ("MUG", 1), ("VASE", 1))],
            NOW + 2 * HOUR,
        ),
        ([sent(), sent(Status.IN_TRANSIT)], None),
        ([sent(), sent(Status.CANCELLED)], NOW + HOUR),
        ([sent(), sent(Status.LOST)], None),
        ([sent(), sent(Status.RETURNED, leg=Leg.RTO)], None),
        ([sent(Status.CANCELLED)], None),
        ([], None),
    ],
    ids=lambda value: "" if not isinstance(value, list) else "+".join(one.status for one in value) or "none",
)
def test_an_order_is_complete_when_all_that_was_sent_has_arrived(
    parcels: list[Sent], since: datetime | None
) -> None:
    assert complete_since(parcels, MUGS) == since


def tell(shop_id: int, *scans: Scan) -> None:
    record_scans([Received(shop_id, "receipt", NOW, scan) for scan in scans], NOW)


def told(shop_id: int) -> list[tuple[int, datetime]]:
    rows = EventRow.objects.filter(shop_id=shop_id, name="MilestoneReached").order_by("pk")
    return [(row.facts["shipment_id"], row.at) for row in rows if row.facts["milestone"] == "all_delivered"]


def parcels(shop_id: int, *numbers: str, order: str = "o-1", **told_of: Any) -> list[int]:
    keep_orders(shop_id, [an_order(order)], NOW)
    snapshots = [ShipmentSnapshot(f"s-{n}", order, "ups", n, **told_of) for n in numbers]
    return [kept.shipment_id or 0 for kept in keep_shipments(shop_id, snapshots, NOW)]


def arrived(number: str, hours: float) -> Scan:
    return a_scan(Status.DELIVERED, NOW + hours * HOUR, number=number)


@pytest.mark.django_db
def test_the_only_parcel_completes_its_order() -> None:
    parcel = a_parcel(a_shop())
    tell(parcel.shop_id, a_scan(Status.DELIVERED, NOW))
    assert told(parcel.shop_id) == [(parcel.shipment_id, NOW)]


@pytest.mark.django_db
def test_the_last_parcel_completes_its_order_whichever_it_is() -> None:
    shop = a_shop()
    one, two, three = parcels(shop, "1", "2", "3")
    tell(shop, arrived("3", 1))
    tell(shop, arrived("1", 3))
    assert told(shop) == []
    tell(shop, arrived("2", 2))
    # The parcel that came last by the carrier's clock, though it was heard of before.
    assert told(shop) == [(one, NOW + 3 * HOUR)]
    assert {two, three} == set(
        Shipment.objects.exclude(retracted="all_delivered").values_list("pk", flat=True)
    )


@pytest.mark.django_db
def test_parcels_that_arrive_in_one_batch_complete_it_once() -> None:
    shop = a_shop()
    parcels(shop, "1", "2")
    tell(shop, arrived("1", 1), arrived("2", 2))
    assert [at for _, at in told(shop)] == [NOW + 2 * HOUR]


@pytest.mark.django_db
def test_it_is_said_once_whatever_is_heard_afterwards() -> None:
    parcel = a_parcel(a_shop())
    tell(parcel.shop_id, a_scan(Status.DELIVERED, NOW))
    tell(parcel.shop_id, a_scan(Status.IN_TRANSIT, NOW + HOUR, correction=True))
    tell(parcel.shop_id, a_scan(Status.DELIVERED, NOW + 2 * HOUR))
    keep_shipments(parcel.shop_id, [ShipmentSnapshot("s-2", "o-1Z999", "ups", "2")], NOW)
    tell(parcel.shop_id, arrived("2", 3))
    assert len(told(parcel.shop_id)) == 1


@pytest.mark.django_db
def test_what_is_still_to_be_sent_holds_it_up() -> None:
    shop = a_shop()
    keep_orders(shop, [an_order("o-1")], NOW)
    keep_shipments(shop, [ShipmentSnapshot("s-1", "o-1", "ups", "1", items=(("MUG", 1),))], NOW)
    tell(shop, arrived("1", 1))
    assert told(shop) == []
    keep_shipments(shop, [ShipmentSnapshot("s-2", "o-1", "ups", "2", items=(("MUG", 1),))], NOW)
    tell(shop, arrived("2", 2))
    assert [at for _, at in told(shop)] == [NOW + 2 * HOUR]


@pytest.mark.django_db
def test_a_return_neither_holds_it_up_nor_completes_it() -> None:
    shop = a_shop()
    parcels(shop, "back", leg=Leg.RETURN)
    tell(shop, a_scan(Status.DELIVERED, NOW, number="back", leg=Leg.RETURN))
    assert told(shop) == []
    parcels(shop, "1")
    tell(shop, arrived("1", 1))
    assert [at for _, at in told(shop)] == [NOW + HOUR]


@pytest.mark.django_db
def test_another_orders_parcels_are_not_counted() -> None:
    shop = a_shop()
    parcels(shop, "1", order="o-1")
    parcels(shop, "2", order="o-2")
    tell(shop, arrived("1", 1))
    assert [at for _, at in told(shop)] == [NOW + HOUR]


@pytest.mark.django_db
def test_its_page_shows_the_parcels_own_milestones_alone() -> None:
    parcel = a_parcel(a_shop())
    tell(parcel.shop_id, a_scan(Status.DELIVERED, NOW))
    order = tracked_order(parcel.shop_id, parcel.order_id)
    assert order
    assert {one.value for one in order.parcels[0].milestones} == {
        "shipment_created",
        "picked_up",
        "delivered",
    }


@pytest.mark.django_db
def test_many_orders_take_as_many_statements_as_one() -> None:
    shop = a_shop()
    assert statements(shop, [0]) == statements(shop, range(1, 9))


def statements(shop: int, numbers: Sequence[int]) -> int:
    lines = (LineSnapshot("Mug", "MUG", quantity=2),)
    orders = [an_order(f"o-{n}", email=f"b{n}@example.com") for n in numbers]
    assert all(order.lines[0].sku == lines[0].sku for order in orders)
    keep_orders(shop, orders, NOW)
    snapshots = [ShipmentSnapshot(f"s-{n}", f"o-{n}", "ups", f"N{n}", items=(("MUG", 2),)) for n in numbers]
    keep_shipments(shop, snapshots, NOW)
    with CaptureQueriesContext(connection) as seen:
        tell(shop, *(arrived(f"N{n}", 1) for n in numbers))
    return len(seen)
