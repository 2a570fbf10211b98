"""Silence, learned and noticed: what is normal on a lane, and which parcels have been quiet for longer."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.makers import NOW, Told, a_parcel, a_scan, a_shop, an_order
from wismo.orders.actions import keep_orders
from wismo.plumbing import bookmarks
from wismo.plumbing.models import EventRow
from wismo.tracking.actions import lanes
from wismo.tracking.actions.lanes import learn
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.actions.shipments import keep_shipments, refold
from wismo.tracking.actions.silence import notice
from wismo.tracking.models import CarrierDay, LaneQuiet, Poll, ScanRecord, Shipment
from wismo.tracking.queries.lists import ShipmentFilter, shipments
from wismo.tracking.queries.page import tracked_order
from wismo.tracking.queries.timeline import shipment
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.tracking.rules.silence import DAY, SLOTS, Silence, slot_of
from wismo.vocabulary.status import Leg, Scan, Status

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
D, H = timedelta(days=1), timedelta(hours=1)
# NOW is a Tuesday, noon in London. Working days: Tuesday, Monday; Friday, Thursday, Wednesday before them.
WEDNESDAY, THURSDAY, FRIDAY = NOW - 6 * D, NOW - 5 * D, NOW - 4 * D


def hear(shop_id: int, *scans: Scan, at: datetime = NOW) -> None:
    record_scans([Received(shop_id, "r", at, scan) for scan in scans], at)


def moving(last: datetime, number: str = "1", status: Status = Status.IN_TRANSIT) -> Told:
    """A parcel of a German shop, to Germany, last heard of then."""
    shop = Shipment.objects.values_list("shop_id", flat=True).first() or a_shop()
    told = a_parcel(shop, number)
    hear(shop, a_scan(status, last, number=number))
    return told


def silent(told: Told) -> str:
    return Shipment.objects.get(pk=told.shipment_id).silent


def stalls(told: Told) -> list[tuple[str, datetime]]:
    """The stalls announced of the parcel: the day each is named after, and when it was one."""
    facts = EventRow.objects.filter(name="MilestoneReached", facts__milestone="stalled").order_by("pk")
    rows = facts.filter(facts__shipment_id=told.shipment_id).values_list("facts__episode", "at")
    return list(rows)


def feed(shop_id: int, *, scans: int = 5, day: date = TODAY) -> None:
    CarrierDay.objects.create(shop_id=shop_id, carrier="ups", day=day, first_scan=1, scans=scans)


def test_a_parcel_is_stalled_once_it_has_been_quiet_for_longer_than_normal() -> None:
    quiet, heard = moving(WEDNESDAY), moving(FRIDAY, "2")
    assert notice(NOW) == 1
    assert (silent(quiet), silent(heard)) == ("stalled", "")
    assert stalls(quiet) == [("2026-11-18", NOW - D)], "named after its day, at the end of the third since"


def test_a_stall_is_told_once_however_often_it_is_looked_at() -> None:
    told = moving(WEDNESDAY)
    assert [notice(NOW + n * D) for n in range(4)] == [1, 0, 0, 0]
    refold(told.shop_id, [told.order_id], NOW)
    Shipment.objects.update(silent="", silence_due=NOW)
    assert notice(NOW + 5 * D) == 1
    assert len(stalls(told)) == 1


def test_the_next_scan_ends_a_silence_and_the_next_silence_is_another() -> None:
    told = moving(WEDNESDAY)
    notice(NOW)
    hear(told.shop_id, a_scan(Status.ARRIVED_LOCAL, NOW, number="1"))
    assert silent(told) == ""
    for n in range(1, 8):
        notice(NOW + n * D)
    assert silent(told) == "stalled"
    assert [day for day, _ in stalls(told)] == ["2026-11-18", "2026-11-24"]


def test_a_scan_that_comes_late_and_is_older_does_not_end_a_silence() -> None:
    told = moving(WEDNESDAY)
    notice(NOW)
    hear(told.shop_id, a_scan(Status.PICKED_UP, WEDNESDAY - D, number="1"))
    refold(told.shop_id, [told.order_id], NOW)
    assert silent(told) == "stalled"
    assert [name for name, *_ in _milestones(told)] == [
        "picked_up",
        "in_transit",
        "stalled",
        "shipment_created",
    ]


def _milestones(told: Told) -> list[tuple[str, datetime]]:
    found = shipment(told.shop_id, told.shipment_id)
    assert found
    return sorted(((m.name, m.at) for m in found.milestones), key=lambda pair: pair[1])


def test_a_parcel_that_was_delivered_is_silent_for_good_reason() -> None:
    told = moving(WEDNESDAY)
    notice(NOW)
    hear(told.shop_id, a_scan(Status.DELIVERED, WEDNESDAY, number="1"), at=NOW)
    assert silent(told) == "", "even one that is no newer"
    assert notice(NOW + 30 * D) == 0


def test_a_code_found_out_to_mean_held_ends_the_silence_at_the_next_look() -> None:
    told = moving(WEDNESDAY)
    notice(NOW)
    Shipment.objects.update(status=Status.HELD)  # as if it had been mapped since: no scan is newer
    notice(NOW + D)
    assert silent(told) == ""


def test_a_label_that_was_never_picked_up_is_told_apart_and_is_no_milestone() -> None:
    labelled, unheard = moving(WEDNESDAY, "1", Status.INFO_RECEIVED), a_parcel(a_shop("other"), "2")
    feed(unheard.shop_id)
    notice(NOW)
    assert silent(labelled) == "not_picked_up"
    assert silent(unheard) == "", "its label is of today"
    for n in range(1, 7):
        notice(NOW + n * D)
    assert silent(unheard) == "not_picked_up"
    assert stalls(labelled) == []
    hear(labelled.shop_id, a_scan(Status.PICKED_UP, NOW, number="1"))
    assert silent(labelled) == ""


def test_a_parcel_nobody_could_tell_us_of_stays_unknown() -> None:
    told = a_parcel(a_shop(), "1", carrier="cycle-courier")
    notice(NOW + 20 * D)
    assert silent(told) == ""
    Poll.objects.create(
        shop_id=told.shop_id, shipment_id=told.shipment_id, source="ups", last_news_at=NOW,
        answered_at=NOW + 21 * D,
    )  # fmt: skip
    notice(NOW + 23 * D)
    assert silent(told) == "not_picked_up", "its carrier is asked, answers, and knows nothing"


def test_an_outage_of_a_carriers_whole_feed_stalls_none_of_its_parcels() -> None:
    told = moving(WEDNESDAY)
    feed(told.shop_id, scans=400, day=FRIDAY.date())
    assert notice(NOW) == 0
    CarrierDay.objects.update(day=NOW.date())
    assert notice(NOW + D) == 1


def test_a_parcel_held_by_customs_or_on_its_way_back_is_not_stalled() -> None:
    shop = moving(WEDNESDAY, "1", Status.CUSTOMS).shop_id
    a_parcel(shop, "2")
    hear(shop, a_scan(Status.IN_TRANSIT, WEDNESDAY, number="2", leg=Leg.RTO))
    assert notice(NOW) == 0


def test_a_border_gives_two_days_more() -> None:
    shop = a_shop()
    keep_orders(shop, [an_order("o", country="FR", timezone="Europe/Paris")], NOW)
    keep_shipments(shop, [ShipmentSnapshot("s", "o", "ups", "1")], NOW)
    hear(shop, a_scan(Status.IN_TRANSIT, WEDNESDAY, number="1"))
    assert notice(NOW) == 0
    assert [notice(NOW + n * D) for n in (1, 2)] == [1, 0]


def teach(shop_id: int, days: float, parcels: int = 100, destination: str = "DE") -> None:
    counts = [0] * SLOTS
    counts[slot_of(days * D)] = parcels
    LaneQuiet.objects.create(
        shop_id=shop_id, carrier="ups", origin="DE", destination=destination, counts=counts, learned_at=NOW
    )


def test_what_a_lane_has_taught_decides_and_is_kept_with_the_decision() -> None:
    told = moving(FRIDAY)
    teach(told.shop_id, 1.5)
    assert notice(NOW) == 1
    found = shipment(told.shop_id, told.shipment_id)
    assert found
    assert found.silent
    assert (found.silent.kind, found.silent.since) == (Silence.STALLED, FRIDAY)
    limit = found.silent.limit
    assert (limit.basis, limit.parcels, limit.carrier, limit.destination) == ("lane", 100, "ups", "DE")
    assert DAY < limit.seconds <= 1.5 * DAY


def arrived(shop_id: int, number: str, *hours: float, source: str = "") -> None:
    """A parcel seen at these hours before NOW, and delivered with the last."""
    a_parcel(shop_id, number)
    *way, door = (NOW - h * H for h in hours)
    scans = [a_scan(Status.IN_TRANSIT, at, number=number) for at in way]
    hear(shop_id, *scans, a_scan(Status.DELIVERED, door, number=number, source=source))


def test_a_lane_learns_the_longest_quiet_of_each_parcel_that_arrived() -> None:
    shop = a_shop()
    arrived(shop, "1", 30, 28, 2)
    arrived(shop, "2", 20, 10, 9, 1)
    moving(WEDNESDAY, "3")
    assert learn(NOW) == 2
    row = LaneQuiet.objects.get()
    assert (row.carrier, row.origin, row.destination) == ("ups", "DE", "DE")
    assert {slot: n for slot, n in enumerate(row.counts) if n} == {slot_of(26 * H): 1, slot_of(10 * H): 1}


def test_learning_goes_on_where_it_stopped_and_counts_no_parcel_twice() -> None:
    shop = a_shop()
    arrived(shop, "1", 30, 2)
    assert learn(NOW) == 1
    hear(shop, a_scan(Status.DELIVERED, NOW - 2 * H, number="1", source="aftership"))
    arrived(shop, "2", 20, 1)
    assert (learn(NOW), learn(NOW)) == (1, 0)
    assert sum(LaneQuiet.objects.get().counts) == 2


def test_small_windows_learn_what_one_large_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_shop()
    for n in range(6):
        arrived(shop, str(n), 40 + n, 12 * n % 30, 1)
    learn(NOW)
    whole = LaneQuiet.objects.get().counts
    LaneQuiet.objects.all().delete()
    first = ScanRecord.objects.order_by("pk").values_list("pk", flat=True)[0]  # a database counts on and on
    bookmarks.move("lanes", before=bookmarks.place("lanes"), to=first - 1)
    monkeypatch.setattr(lanes, "WINDOW", 4)
    learn(NOW)
    assert LaneQuiet.objects.get().counts == whole


def test_each_shop_learns_from_its_own_parcels() -> None:
    mine, theirs = a_shop("mine"), a_shop("theirs")
    arrived(mine, "1", 30, 2)
    arrived(theirs, "2", 20, 2)
    learn(NOW)
    assert dict(LaneQuiet.objects.values_list("shop_id", "carrier")) == {mine: "ups", theirs: "ups"}


def test_two_who_learn_at_once_learn_once() -> None:
    arrived(a_shop(), "1", 30, 2)
    place = bookmarks.place("lanes")
    learn(NOW)
    assert not bookmarks.move("lanes", before=place, to=99)


def test_a_look_costs_the_same_however_many_are_due(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shop = moving(WEDNESDAY, "0").shop_id
    with django_assert_num_queries(18):
        notice(NOW)
    for n in range(1, 9):
        moving(WEDNESDAY, str(n))
    assert Shipment.objects.filter(shop_id=shop, silent="").count() == 8
    with django_assert_num_queries(18):
        assert notice(NOW) == 8


def test_learning_costs_the_same_however_many_arrived(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shop = a_shop()
    arrived(shop, "0", 30, 2)
    learn(NOW)
    for n in range(1, 9):
        arrived(shop, str(n), 30, 2)
    with django_assert_num_queries(10):
        assert learn(NOW) == 8


def test_where_nothing_is_due_one_query_says_so(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    moving(NOW)
    notice(NOW)
    with django_assert_num_queries(1):
        assert notice(NOW + H) == 0


def test_teams_and_shop_systems_see_which_silence_it_is() -> None:
    stalled, labelled = moving(WEDNESDAY), moving(WEDNESDAY, "2", Status.INFO_RECEIVED)
    notice(NOW)
    for told, kind in ((stalled, Silence.STALLED), (labelled, Silence.NOT_PICKED_UP)):
        (row,) = shipments(told.shop_id, ShipmentFilter(silent=kind))
        order = tracked_order(told.shop_id, told.order_id)
        assert order
        assert (row.id, row.silent) == (told.shipment_id, kind)
        assert (order.parcels[0].silent, order.parcels[0].silent_since) == (kind, WEDNESDAY)
