"""What shoppers hear of a slip: once, whoever sees it first."""

from datetime import date, timedelta

import pytest
import time_machine

from tests.makers import NOW, a_scan, a_shop
from tests.promise.parcels import a_quoter, at, sent
from wismo.notify.models import Decision, Message
from wismo.plumbing.models import EventRow
from wismo.promise.actions.outlooks import look
from wismo.promise.jobs.overdue import look_at_overdue
from wismo.promise.models import Outlook
from wismo.promise.queries.outlooks import foreseen_order
from wismo.promise.quoting import Quoter
from wismo.promise.rules.clock import Clock
from wismo.tracking.jobs import mark_overdue
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED = date(2026, 12, 2)


def slips() -> list[tuple[str, str]]:
    """The messages about a slip: journey, and what they are told as."""
    rows = Message.objects.filter(journey__in=["delayed", "new_date"]).order_by("pk")
    return list(rows.values_list("journey", "dedupe_key"))


def test_a_slip_we_see_first_is_told_with_its_day_and_the_carriers_word_of_it_is_not(
    lane: dict[str, Quoter], clock: time_machine.Traveller
) -> None:
    # Nine in ten come within three days, the others take a week.
    lane["quoter"] = a_quoter(Clock((0.0, 0.0, 0.5, 0.9, 0.9, 0.9, 0.95, 1.0), 100))
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=date(2026, 11, 28))
    at(clock, NOW, shop, a_scan(Status.PICKED_UP, NOW, number="A"))
    morning = NOW + 4 * DAY
    at(clock, morning, shop)
    look([parcel], morning)
    assert slips() == [("new_date", f"slip|shipment:{parcel}|2026-12-01")]
    # The carrier says so too, and the day goes by: the same news.
    at(clock, morning + HOUR, shop, a_scan(Status.DELAYED, morning, number="A", eta=date(2026, 12, 1)))
    over = morning + DAY
    at(clock, over, shop)
    mark_overdue(over)
    look_at_overdue(over)
    assert len(slips()) == 1
    assert "duplicate" in Decision.objects.values_list("code", flat=True)


def test_a_slip_the_carrier_tells_first_is_told_by_the_delayed_journey_alone(
    clock: time_machine.Traveller,
) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW + DAY, shop, a_scan(Status.IN_TRANSIT, NOW + DAY, number="A", eta=date(2026, 12, 4)))
    for day in range(2, 10):
        at(clock, NOW + day * DAY, shop)
        look([parcel], NOW + day * DAY)
        look_at_overdue(NOW + day * DAY)
    assert slips() == [("delayed", f"slip|shipment:{parcel}|2026-12-05")]


def test_a_second_slip_of_the_same_promise_is_told_again_with_its_day(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    days = [(1, 4), (2, 5), (3, 8), (4, 9), (5, 12)]  # a day later is no news
    for day, eta in days:
        moment = NOW + day * DAY
        at(clock, moment, shop, a_scan(Status.IN_TRANSIT, moment, number="A", eta=date(2026, 12, eta)))
    assert slips() == [
        ("delayed", f"slip|shipment:{parcel}|2026-12-05"),
        ("new_date", f"slip|shipment:{parcel}|2026-12-08"),
        ("new_date", f"slip|shipment:{parcel}|2026-12-12"),
    ]
    changed = EventRow.objects.filter(name="PromiseChanged").order_by("pk")
    assert [(row.facts["was"], row.facts["now"], row.facts["by"]) for row in changed] == [
        ("2026-12-05", "2026-12-08", "carrier"),
        ("2026-12-08", "2026-12-12", "carrier"),
    ]


def test_where_no_day_was_promised_nothing_of_ours_is_told(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"])
    for day in range(1, 20):
        at(clock, NOW + day * DAY, shop)
        look([parcel], NOW + day * DAY)
    assert slips() == []


def test_the_page_and_the_interface_show_the_day_that_is_expected(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW, shop, a_scan(Status.PICKED_UP, NOW, number="A"))
    at(clock, NOW + 7 * DAY, shop)
    look([parcel], NOW + 7 * DAY)
    order = foreseen_order(shop, Shipment.objects.get().order_id)
    assert order is not None
    assert [(p.expected_on, p.late) for p in order.parcels] == [(date(2026, 12, 5), True)]
    assert foreseen_order(shop, 999_999) is None


def test_a_parcel_on_a_lane_nobody_knows_keeps_its_promise_and_the_carriers_word(
    lane: dict[str, Quoter], clock: time_machine.Traveller
) -> None:
    lane["quoter"] = a_quoter(None)
    shop = a_shop()
    sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW, shop, a_scan(Status.PICKED_UP, NOW, number="A"))
    assert Outlook.objects.values_list("shown_on", "risk").get() == (PROMISED, None)
    at(clock, NOW + HOUR, shop, a_scan(Status.IN_TRANSIT, NOW + HOUR, number="A", eta=date(2026, 12, 4)))
    assert Outlook.objects.values_list("shown_on", "risk").get() == (date(2026, 12, 4), 0.8)
