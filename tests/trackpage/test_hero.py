"""The answer at the top of the page, situation by situation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from tests.trackpage.values import BRAND, NOW, ORDER, PARCEL, SCAN, TODAY, page, parcel
from wismo.trackpage.dates import Clock
from wismo.trackpage.present import present
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status


def test_a_parcel_on_its_way_arrives_on_its_day_as_promised() -> None:
    shown = page(PARCEL)
    assert shown.hero.headline == "Arriving Friday 27 November"
    assert shown.hero.chip.text == "On time"
    assert shown.hero.promise
    assert shown.hero.promise.text == "As promised: Friday 27 November"
    assert shown.hero.last_scan == "Last scan 2 hours ago"
    assert shown.notice is None


@pytest.mark.parametrize(("days", "headline"), [(0, "Arriving today"), (1, "Arriving tomorrow")])
def test_the_next_two_days_are_called_by_their_names(days: int, headline: str) -> None:
    assert page(replace(PARCEL, expected_on=TODAY + timedelta(days=days))).hero.headline == headline


def test_today_is_the_destination_s_today() -> None:
    late_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight on the 24th in Berlin
    told = replace(ORDER, parcels=(replace(PARCEL, expected_on=TODAY),))
    at = Clock(late_evening, ZoneInfo("Europe/Berlin"), Locale("en", "GB"))
    assert present(told, BRAND, at, chosen="").hero.headline == "Arriving today"


def test_a_delivered_parcel_says_when_on_the_destination_s_clock() -> None:
    at = datetime(2026, 11, 22, 13, 32, tzinfo=UTC)
    shown = page(parcel(Status.DELIVERED, delivered_at=at, ended=True))
    assert shown.hero.headline == "Delivered Sunday 22 November, 14:32"
    assert shown.hero.chip.text == "Delivered"
    assert [step.state for step in shown.steps] == ["done"] * 4
    assert shown.notice
    assert shown.notice.title == "Not there?"


@pytest.mark.parametrize(
    ("status", "headline", "word"),
    [
        (Status.FAILED_ATTEMPT, "We tried to deliver", "Tried to deliver"),
        (Status.AVAILABLE_FOR_PICKUP, "Ready to collect", "Ready to collect"),
        (Status.LOST, "We think this parcel is lost", "Lost"),
        (Status.DAMAGED, "It was damaged on the way", "Damaged"),
        (Status.DISPOSED, "It will not come", "Will not come"),
        (Status.RETURNED, "Returned", "Returned"),
        (Status.CANCELLED, "Cancelled", "Cancelled"),
        (Status.EXPIRED, "No news from the carrier", "No news"),
    ],
)
def test_a_parcel_that_is_not_simply_coming_says_what_happened(
    status: Status, headline: str, word: str
) -> None:
    shown = page(parcel(status))
    assert shown.hero.headline == headline
    assert shown.hero.chip.text == word


@pytest.mark.parametrize("leg", [Leg.RTO, Leg.RETURN])
@pytest.mark.parametrize("status", list(Status))
def test_nothing_ever_arrives_on_the_way_back(status: Status, leg: Leg) -> None:
    scan = replace(SCAN, status=status, leg=leg, text="Delivered to shipper")
    back = parcel(status, leg=leg, delivered_at=NOW, expected_on=TODAY, updates=(scan,))
    shown = page(back, replace(PARCEL, id=8))
    assert shown.tabs[0].day == "UPS"
    said = repr(replace(page(back), parcel=None)).lower()
    assert "delivered" not in said
    assert "arriv" not in said
    assert "promised" not in said


def test_a_parcel_delivered_to_the_shop_is_returned() -> None:
    shown = page(parcel(Status.DELIVERED, leg=Leg.RTO, delivered_at=NOW, reason=Reason.BUYER_NOT_AVAILABLE))
    assert shown.hero.headline == "Returned"
    assert shown.hero.detail == "It is back with Halden & Rue."
    assert shown.notice
    assert shown.notice.title == "Nobody was there to take it."


def test_a_late_parcel_says_by_how_much_and_why() -> None:
    late = replace(PARCEL, late=True, expected_on=TODAY + timedelta(days=5), reason=Reason.CARRIER_MISROUTED)
    shown = page(late)
    assert shown.hero.headline == "Arriving Sunday 29 November"
    assert shown.hero.chip.text == "2 days late"
    assert shown.notice
    assert shown.notice.title == "It will arrive 2 days later than promised"
    assert shown.notice.text.startswith("It went to the wrong depot.")


def test_what_we_do_not_know_is_said_to_be_unknown() -> None:
    shown = page(replace(PARCEL, late=True, expected_on=None))
    assert shown.hero.headline == "On its way"
    assert shown.hero.chip.text == "Late"
    assert shown.notice
    assert shown.notice.title == "We don’t have a new date yet"
    assert shown.notice.text.startswith("The carrier has not told us why.")
    assert page(replace(PARCEL, expected_on=None)).hero.detail == "The carrier has not given a date yet."


def test_a_day_that_has_passed_is_not_waited_for() -> None:
    shown = page(replace(PARCEL, expected_on=TODAY - timedelta(days=1)))
    assert shown.hero.headline == "On its way"


def test_a_parcel_reported_delayed_is_not_called_on_time() -> None:
    shown = page(parcel(Status.DELAYED))
    assert shown.hero.chip.text == "Delayed"
    assert shown.hero.promise
    assert shown.hero.promise.text == "Promised: Friday 27 November"


def test_a_stuck_parcel_with_a_wrong_address_has_an_address_problem() -> None:
    shown = page(parcel(Status.HELD, reason=Reason.BUYER_WRONG_ADDRESS))
    assert shown.hero.chip.text == "Address problem"
    assert shown.notice
    assert shown.notice.text == "Contact Halden & Rue, so that the address can be put right."


def test_before_dispatch_the_order_is_being_packed() -> None:
    shown = page()
    assert shown.hero.headline == "We’re packing it"
    assert shown.hero.detail == "Promised: Friday 27 November"
    assert [(step.name, step.state) for step in shown.steps][:2] == [("Ordered", "now"), ("Shipped", "next")]
    assert [item.title for item in shown.items] == ["Ridge mug", "Vase"]
    assert shown.items_count == "3 items"
    assert page(promised_on=None).hero.detail == "There is no delivery date yet."


def test_an_order_that_should_have_come_and_has_not_left_is_late() -> None:
    shown = page(promised_on=TODAY - timedelta(days=1))
    assert shown.hero.chip.text == "Late"
    assert shown.notice
    assert shown.notice.text.startswith("It has not left us yet.")


def test_a_cancelled_order_says_so() -> None:
    assert page(cancelled=True).hero.headline == "Cancelled"
    assert page(cancelled=True).steps == ()


def test_a_parcel_of_a_cancelled_order_that_has_not_left_is_cancelled_too() -> None:
    assert page(parcel(Status.INFO_RECEIVED), cancelled=True).hero.headline == "Cancelled"
    assert page(PARCEL, cancelled=True).hero.headline == "Arriving Friday 27 November"


def test_a_van_that_left_today_comes_today_whatever_day_was_said_before() -> None:
    out = parcel(Status.OUT_FOR_DELIVERY, expected_on=TODAY - timedelta(days=1), late=True)
    shown = page(out, promised_on=TODAY - timedelta(days=1))
    assert shown.hero.headline == "Arriving today"
    assert shown.hero.chip.text == "1 day late"
    left_yesterday = replace(out, status_at=NOW - timedelta(days=1))
    assert page(left_yesterday).hero.headline == "Out for delivery"


def test_an_unscanned_parcel_waits_for_its_first_scan() -> None:
    unscanned = parcel(Status.UNKNOWN, last_scan_at=None, status_at=None, updates=(), expected_on=None)
    shown = page(unscanned)
    assert shown.hero.headline == "Handed to the carrier"
    assert (
        shown.hero.detail
        == "We have handed it to the carrier. The first scan usually follows within 24 hours."
    )
    assert shown.hero.last_scan == ""


def test_a_scan_nobody_can_read_does_not_become_a_status() -> None:
    shown = page(parcel(Status.UNKNOWN, expected_on=None, updates=()))
    assert shown.hero.detail == "The carrier has reported on it, in words we cannot read yet."


def test_steps_say_which_is_current() -> None:
    shown = page(parcel(Status.OUT_FOR_DELIVERY, expected_on=TODAY))
    assert [(step.name, step.state_name, step.current) for step in shown.steps] == [
        ("Ordered", "done", False),
        ("Shipped", "done", False),
        ("Out for delivery", "current step", True),
        ("Delivered", "not yet", False),
    ]
