"""One shipment under several numbers, and one number of several shipments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, Told, a_parcel, a_scan, a_shop, an_order
from wismo.orders.actions import keep_orders
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.jobs import reunite
from wismo.tracking.models import ScanRecord, Shipment, ShipmentNumber
from wismo.tracking.rules.shipment import ShipmentSnapshot, problems_of
from wismo.tracking.rules.state import state_of
from wismo.tracking.rules.summary import of_pieces, summary_of
from wismo.vocabulary.status import Leg, Scan, Status

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell(shop_id: int, *scans: Scan) -> None:
    record_scans([Received(shop_id, "r", NOW, scan) for scan in scans], NOW)


def ship(shop_id: int, reference: str, number: str, *, placed: datetime = NOW - 3 * DAY, **more: Any) -> None:
    """A UPS shipment of an order of its own."""
    keep_orders(shop_id, [replace(an_order(f"o-{reference}"), placed_at=placed)], NOW)
    keep_shipments(shop_id, [ShipmentSnapshot(reference, f"o-{reference}", "ups", number, **more)], NOW)


def statuses() -> dict[str, str]:
    return dict(Shipment.objects.order_by("reference").values_list("reference", "status"))


@pytest.mark.django_db
def test_the_carrier_who_takes_over_tells_of_the_same_shipment() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", handovers=(("usps", "9400"),))
    tell(shop, a_scan(Status.IN_TRANSIT, NOW - DAY, number="1Z1"))
    tell(shop, a_scan(Status.DELIVERED, NOW, number="9400", carrier="usps"))
    assert statuses() == {"s": "delivered"}
    assert ScanRecord.objects.filter(shipment__reference="s").count() == 2


@pytest.mark.django_db
def test_what_the_second_carrier_told_before_its_number_was_registered_joins() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1")
    tell(shop, a_scan(Status.OUT_FOR_DELIVERY, NOW, number="9400", carrier="usps"))
    assert statuses() == {"s": "unknown"}
    ship(shop, "s", "1Z1", handovers=(("usps", "9400"),))
    assert statuses() == {"s": "out_for_delivery"}


@pytest.mark.django_db
def test_a_second_number_that_was_wrong_gives_its_scans_back() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", handovers=(("usps", "WRONG"),))
    tell(shop, a_scan(Status.DELIVERED, NOW, number="WRONG", carrier="usps"))
    ship(shop, "s", "1Z1", handovers=(("usps", "RIGHT"),))
    assert statuses() == {"s": "unknown"}
    assert ScanRecord.objects.get().shipment is None
    assert [n.tracking_number for n in ShipmentNumber.objects.all()] == ["RIGHT"]


@pytest.mark.django_db
def test_a_stray_scan_of_another_number_finds_its_shipment_later() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", pieces=("1Z2",))
    tell(shop, a_scan(Status.IN_TRANSIT, NOW, number="1Z2"))
    ScanRecord.objects.update(shipment=None)  # as if both had come in the same moment
    assert reunite(NOW) == 1
    assert ScanRecord.objects.get().shipment is not None


@pytest.mark.django_db
def test_a_shipment_in_pieces_is_delivered_when_its_last_piece_is() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", pieces=("1Z2", "1Z3"))
    tell(shop, *(a_scan(Status.OUT_FOR_DELIVERY, NOW - 2 * HOUR, number=n) for n in ("1Z1", "1Z2", "1Z3")))
    tell(shop, a_scan(Status.DELIVERED, NOW - HOUR, number="1Z1"))
    tell(shop, a_scan(Status.DELIVERED, NOW, number="1Z3"))
    assert statuses() == {"s": "out_for_delivery"}
    tell(shop, a_scan(Status.DELIVERED, NOW - HOUR, number="1Z2"))
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.delivered_at, parcel.ended) == ("delivered", NOW, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "again",
    [
        a_scan(Status.DELIVERED, NOW, number="9400", carrier="usps"),  # the carrier who took the box over
        a_scan(Status.DELIVERED, NOW, number="s", source="shopify"),  # the shop system, by its reference
    ],
)
def test_a_box_two_tell_of_is_one_box(again: Scan) -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", pieces=("1Z2",), handovers=(("usps", "9400"),))
    tell(shop, a_scan(Status.DELIVERED, NOW - HOUR, number="1Z1"), again)
    assert ScanRecord.objects.filter(shipment__reference="s").count() == 2
    assert (statuses(), "delivered" in Shipment.objects.get().milestones) == ({"s": "unknown"}, False)
    tell(shop, a_scan(Status.DELIVERED, NOW, number="1Z2"))
    assert statuses() == {"s": "delivered"}


@pytest.mark.django_db
def test_boxes_that_were_all_taken_over_are_delivered_by_those_who_took_them() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", pieces=("1Z2",), handovers=(("usps", "9401"), ("usps", "9402")))
    tell(shop, a_scan(Status.DELIVERED, NOW - HOUR, number="9401", carrier="usps"))
    assert statuses() == {"s": "unknown"}
    tell(shop, a_scan(Status.DELIVERED, NOW, number="9402", carrier="usps"))
    assert statuses() == {"s": "delivered"}


@pytest.mark.django_db
def test_a_shipment_of_which_a_piece_went_back_was_not_delivered() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", pieces=("1Z2",))
    tell(shop, a_scan(Status.DELIVERED, NOW - HOUR, number="1Z1"))
    tell(shop, a_scan(Status.RETURNED, NOW, number="1Z2", leg=Leg.RTO))
    assert (statuses(), "delivered" in Shipment.objects.get().milestones) == ({"s": "returned"}, False)


@pytest.mark.django_db
def test_a_shipment_that_arrived_whole_stays_delivered_when_a_piece_is_sent_back() -> None:
    shop = a_shop()
    ship(shop, "s", "1Z1", pieces=("1Z2",))
    tell(shop, *(a_scan(Status.DELIVERED, NOW - DAY, number=number) for number in ("1Z1", "1Z2")))
    tell(shop, a_scan(Status.RETURNED, NOW, number="1Z2", leg=Leg.RETURN))
    assert (statuses(), "delivered" in Shipment.objects.get().milestones) == ({"s": "returned"}, True)


KINDS = [Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.DELIVERED, Status.LOST]
scans = st.lists(
    st.builds(
        lambda status, hours, number: a_scan(status, NOW + hours * HOUR, number=number),
        st.sampled_from(KINDS), st.integers(0, 40), st.sampled_from(["1Z1", "1Z2"]),
    ),
    max_size=8,
)  # fmt: skip


@given(scans)
def test_two_pieces_are_delivered_exactly_when_both_are_however_they_are_told(told: list[Scan]) -> None:
    numbers = ("1Z1", "1Z2")
    each = [summary_of(scan for scan in told if scan.tracking_number == number) for number in numbers]
    arrived = [any(s.status is Status.DELIVERED for s in told if s.tracking_number == n) for n in numbers]
    state = state_of(of_pieces(each, 2))
    assert (state.status is Status.DELIVERED) is all(arrived)
    assert state == state_of(of_pieces(each[::-1], 2))


@pytest.mark.django_db
def test_a_number_used_again_is_the_parcels_whose_turn_it_is() -> None:
    shop = a_shop()
    last_year = datetime(2025, 11, 20, tzinfo=UTC)
    ship(shop, "old", "1Z1", placed=last_year)
    ship(shop, "new", "1Z1", placed=NOW - DAY)
    tell(shop, a_scan(Status.DELIVERED, last_year + 3 * DAY, number="1Z1"))
    assert statuses() == {"new": "unknown", "old": "delivered"}
    tell(shop, a_scan(Status.IN_TRANSIT, NOW, number="1Z1"))
    assert statuses() == {"new": "in_transit", "old": "delivered"}


@pytest.mark.django_db
def test_the_history_of_a_number_before_the_order_is_not_the_parcels() -> None:
    told = a_parcel(a_shop())
    tell(told.shop_id, a_scan(Status.DELIVERED, NOW - 300 * DAY), a_scan(Status.PICKED_UP, NOW))
    assert Shipment.objects.get().status == "picked_up"
    assert ScanRecord.objects.get(shipment=None).status == "delivered"
    assert reunite(NOW) == 0


@pytest.mark.django_db
def test_a_label_somewhat_older_than_its_order_is_its_own() -> None:
    told: Told = a_parcel(a_shop())  # ordered three days ago
    tell(told.shop_id, a_scan(Status.INFO_RECEIVED, NOW - 5 * DAY))
    assert Shipment.objects.get().status == "info_received"


def test_numbers_that_are_none_are_refused_by_name() -> None:
    snapshot = ShipmentSnapshot(
        "s", "o", "ups", "1Z1", Leg.FORWARD, handovers=(("US PS", "1"),), pieces=("", "x" * 81)
    )
    assert problems_of(snapshot) == [
        "handovers: an id such as usps and a number of 1 to 80 characters each, 5 at most",
        "pieces: numbers of 1 to 80 characters, 200 at most",
    ]
