"""Scans in, shipments moved, milestones announced: in batches, in one transaction."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.makers import NOW, Told, a_parcel, a_scan, a_shop
from wismo.plumbing.models import EventRow
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.jobs import mark_overdue, reunite
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.milestones import reached
from wismo.tracking.rules.summary import unpack_reached
from wismo.vocabulary.status import Leg, Scan, Status

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def tell(shop_id: int, *scans: Scan) -> tuple[int, int]:
    """Record scans; how many were new and how many were known."""
    done = record_scans([Received(shop_id, "receipt", NOW, scan) for scan in scans], NOW)
    return done.new, done.duplicates.total()


def announced(shop_id: int) -> list[str]:
    """The milestones announced for a shop, in order."""
    rows = EventRow.objects.filter(shop_id=shop_id, name="MilestoneReached").order_by("pk")
    return ["@".join(filter(None, (row.facts["milestone"], row.facts["episode"]))) for row in rows]


def test_a_scan_moves_its_shipment_and_announces_the_milestone() -> None:
    told = a_parcel(a_shop())
    assert tell(told.shop_id, a_scan(Status.OUT_FOR_DELIVERY, NOW, eta=date(2026, 11, 24))) == (1, 0)
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.status_at, parcel.eta) == ("out_for_delivery", NOW, date(2026, 11, 24))
    assert announced(told.shop_id) == ["shipment_created", "picked_up", "out_for_delivery@2026-11-24"]


def test_the_same_scan_told_again_changes_nothing_and_is_counted() -> None:
    told = a_parcel(a_shop())
    scan = a_scan(Status.PICKED_UP, NOW)
    assert tell(told.shop_id, scan, scan) == (1, 1)
    assert tell(told.shop_id, scan) == (0, 1)
    assert ScanRecord.objects.count() == 1
    assert announced(told.shop_id) == ["shipment_created", "picked_up"]


def test_scans_of_a_parcel_not_yet_known_wait_and_join_it() -> None:
    shop = a_shop()
    tell(shop, a_scan(Status.PICKED_UP, NOW), a_scan(Status.DELIVERED, NOW + HOUR))
    assert ScanRecord.objects.filter(shipment=None).count() == 2
    told = a_parcel(shop)
    parcel = Shipment.objects.get(pk=told.shipment_id)
    assert (parcel.status, parcel.delivered_at) == ("delivered", NOW + HOUR)
    assert announced(shop) == ["shipment_created", "picked_up", "delivered", "all_delivered"]
    assert not ScanRecord.objects.filter(shipment=None).exists()


def test_a_scan_that_missed_its_shipment_in_the_same_moment_is_reunited() -> None:
    told = a_parcel(a_shop())
    tell(told.shop_id, a_scan(Status.PICKED_UP, NOW))
    ScanRecord.objects.update(shipment=None)
    Shipment.objects.update(summary="", status="unknown")
    assert reunite(NOW) == 1
    assert Shipment.objects.get().status == "picked_up"
    assert reunite(NOW) == 0


def test_one_shops_scans_never_move_another_shops_parcel() -> None:
    mine, other = a_parcel(a_shop("mine")), a_parcel(a_shop("other"))
    tell(mine.shop_id, a_scan(Status.DELIVERED, NOW))
    assert Shipment.objects.get(pk=mine.shipment_id).status == "delivered"
    assert Shipment.objects.get(pk=other.shipment_id).status == "unknown"


def test_a_number_used_again_by_its_carrier_speaks_of_the_newest_parcel() -> None:
    shop = a_shop()
    old = a_parcel(shop)
    Shipment.objects.filter(pk=old.shipment_id).update(reference="s-old")
    new = a_parcel(shop)
    tell(shop, a_scan(Status.PICKED_UP, NOW))
    assert Shipment.objects.get(pk=new.shipment_id).status == "picked_up"
    assert Shipment.objects.get(pk=old.shipment_id).status == "unknown"


def test_a_direct_carriers_scan_does_not_move_another_carriers_parcel_of_that_number() -> None:
    told = a_parcel(a_shop(), "123456789012", carrier="fedex")
    tell(told.shop_id, a_scan(Status.DELIVERED, NOW, number="123456789012", carrier="yamato"))
    assert Shipment.objects.get().status == "unknown"


def test_an_aggregator_that_names_the_carrier_its_own_way_finds_the_only_parcel() -> None:
    told = a_parcel(a_shop(), "55123", carrier="blue_dart")
    relayed = a_scan(Status.PICKED_UP, NOW, number="55123", carrier="bluedart-surface", source="clickpost")
    tell(told.shop_id, relayed)
    assert Shipment.objects.get().status == "picked_up"


def test_a_shop_system_that_tells_no_number_finds_the_parcel_by_its_reference() -> None:
    told = a_parcel(a_shop(), "1Z1", carrier="ups")
    Shipment.objects.update(reference="255858046")
    tell(told.shop_id, a_scan(Status.IN_TRANSIT, NOW, number="255858046", carrier="", source="shopify"))
    assert Shipment.objects.get().status == "in_transit"


def test_the_buyer_of_a_returned_parcel_has_no_delivered_milestone() -> None:
    told = a_parcel(a_shop())
    tell(told.shop_id, a_scan(Status.IN_TRANSIT, NOW, leg=Leg.RTO), a_scan(Status.DELIVERED, NOW + HOUR))
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.leg, parcel.delivered_at) == ("returned", "rto", None)
    assert announced(told.shop_id) == ["shipment_created", "return_started", "returned"]


def test_a_day_gone_by_without_a_word_makes_the_parcel_late_and_is_told_once() -> None:
    told = a_parcel(a_shop(), promised_on=date(2026, 11, 23))
    assert Shipment.objects.get().late is False
    later = NOW + HOUR
    assert mark_overdue(NOW) == 0, (
        "a parcel registered this minute may have a history that is still coming in"
    )
    assert mark_overdue(later) == 1
    assert mark_overdue(later) == 0
    parcel = Shipment.objects.get()
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)  # at the destination
    assert parcel.late is True
    assert ("delayed", "", midnight) in reached(parcel.milestones)
    tell(told.shop_id, a_scan(Status.IN_TRANSIT, NOW))
    assert Shipment.objects.get().late is True
    tell(told.shop_id, a_scan(Status.DELIVERED, datetime(2026, 11, 23, 10, tzinfo=UTC)))
    assert Shipment.objects.get().late is False, "it had come in time; the carrier said so late"
    assert announced(told.shop_id).count("delayed") == 1


def _statements(count: int, shop_id: int) -> int:
    scans = []
    for n in range(count):
        told = a_parcel(shop_id, f"N{count}X{n}")
        scans += [a_scan(Status.OUT_FOR_DELIVERY, NOW, number=f"N{count}X{n}")] if told else []
    with CaptureQueriesContext(connection) as seen:
        tell(shop_id, *scans)
    return len(seen)


def test_a_batch_takes_the_same_number_of_statements_however_long_it_is() -> None:
    shop = a_shop()
    assert _statements(40, shop) == _statements(1, shop)


days = st.lists(
    st.builds(
        a_scan,
        st.sampled_from([None, *Status]),
        st.integers(0, 60).map(lambda hours: NOW + HOUR * hours),
        leg=st.sampled_from([Leg.FORWARD, Leg.FORWARD, Leg.FORWARD, Leg.RTO]),
        eta=st.sampled_from([None, date(2026, 11, 24), date(2026, 11, 29)]),
    ),
    min_size=1,
    max_size=8,
)


class ArrivalTest(TestCase):
    """What arrives in whatever order, repeated and in whatever batches is the same shipment."""

    @settings(max_examples=40, deadline=None)
    @given(days, st.randoms(use_true_random=False), st.integers(1, 4))
    def test_any_order_and_batching_gives_the_same_shipment_and_each_milestone_once(
        self, scans: list[Scan], chance: Random, batches: int
    ) -> None:
        one, two = a_parcel(a_shop("one")), a_parcel(a_shop("two"))
        for scan in sorted(scans, key=lambda s: (s.occurred_at, s.key)):
            tell(one.shop_id, scan)
        told = [*scans, *scans]
        chance.shuffle(told)
        for start in range(batches):
            tell(two.shop_id, *told[start::batches])
        assert _facts(one) == _facts(two)
        for parcel in (one, two):
            heard = announced(parcel.shop_id)
            assert len(heard) == len(set(heard))
            assert set(unpack_reached(Shipment.objects.get(pk=parcel.shipment_id).milestones)) <= set(heard)


def _facts(told: Told) -> tuple[object, ...]:
    row = Shipment.objects.get(pk=told.shipment_id)
    milestones = [told for told in reached(row.milestones) if told[0] != "shipment_created"]
    return row.status, row.leg, row.reason, row.status_at, row.eta, row.delivered_at, row.ended, milestones
