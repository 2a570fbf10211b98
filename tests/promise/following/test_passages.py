"""The fact row of a parcel, and what came of each date that was shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tests.makers import NOW, a_scan, a_shop, an_order
from tests.promise.parcels import at, sent
from wismo.orders.actions import keep_orders
from wismo.plumbing.models import EventRow
from wismo.promise.actions.outlooks import look
from wismo.promise.jobs.overdue import look_at_overdue
from wismo.promise.models import Outlook, Passage, Promise
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.models import Shipment
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.status import Leg, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED = date(2026, 12, 2)


def test_a_registered_parcel_waits_and_its_days_are_filled_as_it_moves(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"], promised_on=PROMISED)
    days = ("bought_on", "ready_on", "handed_on", "arrived_on", "ended_on", "promised_on")
    row = Passage.objects.filter(reference="s-A").values_list(*days)
    # Bought on a Saturday: the warehouse works from Monday.
    bought, ready = date(2026, 11, 21), date(2026, 11, 23)
    assert row.get() == (bought, ready, None, None, None, PROMISED)
    at(clock, NOW + HOUR, shop, a_scan(Status.PICKED_UP, NOW + HOUR, number="A"))
    at(clock, NOW + DAY, shop, a_scan(Status.FAILED_ATTEMPT, NOW + DAY, number="A"))
    at(clock, NOW + 2 * DAY, shop, a_scan(Status.DELIVERED, NOW + 2 * DAY, number="A"))
    # At the door on the 25th, in vain; that it was taken on the 26th is not what was promised.
    assert row.get() == (bought, ready, date(2026, 11, 24), date(2026, 11, 25), None, PROMISED)
    facts = Passage.objects.values_list("warehouse", "carrier", "service", "country", "postcode").get()
    assert facts == ("main", "ups", "standard", "DE", "80331")


def test_days_are_of_the_place_where_they_happen(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"], timezone="Pacific/Auckland")
    night = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th in Berlin, and at noon in Auckland
    at(clock, night, shop, a_scan(Status.PICKED_UP, night, number="A"))
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # the 26th in Auckland
    at(clock, noon, shop, a_scan(Status.DELIVERED, noon, number="A"))
    assert Passage.objects.values_list("handed_on", "arrived_on").get() == (
        date(2026, 11, 25),
        date(2026, 11, 26),
    )


def test_one_that_turned_back_is_under_way_no_longer(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW + DAY, shop, a_scan(Status.IN_TRANSIT, NOW + DAY, number="A", leg=Leg.RTO))
    assert Passage.objects.values_list("arrived_on", "ended_on").get() == (None, date(2026, 11, 25))
    assert Outlook.objects.values_list("open", "shown_on").get() == (False, None)
    assert Promise.objects.values_list("kept", "arrived_on").get() == (False, None)


def test_a_row_of_a_file_becomes_the_parcels_own(clock: time_machine.Traveller) -> None:
    shop, other = a_shop(), a_shop("other")
    bought = date(2026, 11, 20)
    for each in (shop, other):  # as it was sent, and lost sight of when the file ended
        told = {"country": "AT", "bought_on": bought, "ready_on": bought, "ended_on": NOW.date()}
        Passage.objects.create(shop_id=each, reference="s-A", **told)
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW + DAY, shop, a_scan(Status.DELIVERED, NOW + DAY, number="A"))
    look([parcel], NOW + DAY)
    facts = ("shipment", "country", "arrived_on", "ended_on", "promised_on")
    assert Passage.objects.filter(shop_id=shop).values_list(*facts).get() == (
        *(parcel, "DE", date(2026, 11, 25), None),
        PROMISED,
    )
    assert Passage.objects.filter(shop_id=other).values_list(*facts).get()[:2] == (None, "AT")
    assert Promise.objects.values_list("kept", "arrived_on").get() == (True, date(2026, 11, 25))


def test_what_is_sent_later_of_an_order_is_judged_with_it(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [first] = sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW + DAY, shop, a_scan(Status.DELIVERED, NOW + DAY, number="A"))
    look([first], NOW + DAY)
    outcome = Promise.objects.filter(place="order").values_list("kept", "arrived_on")
    assert outcome.get() == (True, date(2026, 11, 25))
    [second] = keep_shipments(shop, [ShipmentSnapshot("s-B", "o-A", "ups", "B")], NOW + DAY)
    late = NOW + 10 * DAY
    at(clock, late, shop, a_scan(Status.DELIVERED, late, number="B"))
    look([second.shipment_id or 0], late)
    assert outcome.get() == (False, date(2026, 12, 4))


def test_an_attempt_told_late_makes_a_broken_promise_a_kept_one(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    late = NOW + 10 * DAY
    at(clock, late, shop, a_scan(Status.DELIVERED, late, number="A"))
    look([parcel], late)
    outcome = Promise.objects.filter(place="order").values_list("kept", "arrived_on")
    assert outcome.get() == (False, date(2026, 12, 4))
    at(clock, late + DAY, shop, a_scan(Status.FAILED_ATTEMPT, NOW + 2 * DAY, number="A"))
    look([parcel], late + DAY)
    assert outcome.get() == (True, date(2026, 11, 26))


def test_a_parcel_is_measured_by_what_its_order_was_placed_under(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    keep_orders(shop, [an_order("o-A", promised_on=PROMISED)], NOW)
    keep_orders(shop, [an_order("o-A", promised_on=PROMISED + 7 * DAY)], NOW)
    [kept] = keep_shipments(shop, [ShipmentSnapshot("s-A", "o-A", "ups", "A")], NOW)
    look([kept.shipment_id or 0], NOW)
    assert Outlook.objects.values_list("promised_on", flat=True).get() == PROMISED
    assert Passage.objects.values_list("promised_on", flat=True).get() == PROMISED


def test_a_return_parcel_has_neither(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"])
    Shipment.objects.update(base_leg=Leg.RETURN)
    Outlook.objects.all().delete()
    assert look(list(Shipment.objects.values_list("pk", flat=True)), NOW) == 0
    assert not Outlook.objects.exists()


def test_the_first_attempt_settles_every_date_that_was_shown_once(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW, shop, a_scan(Status.PICKED_UP, NOW, number="A"))
    at(clock, NOW + 7 * DAY, shop)
    look([parcel], NOW + 7 * DAY)
    door = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
    at(clock, door, shop, a_scan(Status.FAILED_ATTEMPT, door, number="A"))
    at(clock, door + DAY, shop, a_scan(Status.DELIVERED, door + DAY, number="A"))
    rows = Promise.objects.order_by("pk").values_list("place", "latest", "arrived_on", "kept")
    assert list(rows) == [
        ("order", PROMISED, door.date(), False),
        ("page", date(2026, 12, 5), door.date(), True),
    ]
    assert Outlook.objects.get().open is False


def test_an_order_of_two_parcels_is_kept_by_the_last_of_them(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"], promised_on=PROMISED)
    sent(shop, ["B"])
    Shipment.objects.update(order_id=Shipment.objects.get(reference="s-A").order_id)
    at(clock, NOW + DAY, shop, a_scan(Status.DELIVERED, NOW + DAY, number="A"))
    first = Promise.objects.filter(first=True).values_list("kept", "arrived_on")
    assert first.get() == (None, None)
    at(clock, NOW + 2 * DAY, shop, a_scan(Status.DELIVERED, NOW + 2 * DAY, number="B"))
    assert first.get() == (True, date(2026, 11, 26))


def test_a_promised_day_that_went_by_is_announced_once_at_its_midnight_there(
    clock: time_machine.Traveller,
) -> None:
    shop = a_shop()
    sent(shop, ["A"], promised_on=PROMISED, timezone="Asia/Tokyo")
    over = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
    at(clock, over - HOUR, shop)
    assert look_at_overdue(over - HOUR) == 0
    at(clock, over, shop)
    assert (look_at_overdue(over), look_at_overdue(over), look_at_overdue(over + DAY)) == (1, 0, 0)
    missed = EventRow.objects.get(name="PromiseMissed")
    assert (missed.at, missed.facts["promised_on"]) == (over, "2026-12-02")
