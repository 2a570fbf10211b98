"""A parcel's life as one that is asked about: taken up, silent, heard of, delivered, expired, revived."""

from datetime import timedelta

import pytest

from tests.makers import NOW, a_parcel, a_scan
from tests.peers import Scripted
from tests.tracking.acme import Acme, a_shop_with, the_gate, the_poll, told, waits
from wismo.plumbing import inbox
from wismo.plumbing.models import EventRow, InboxRow
from wismo.tracking.actions.answers import heard
from wismo.tracking.actions.expiry import READING
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.models import Poll, ScanRecord, Shipment
from wismo.tracking.polling import enrol, expire
from wismo.tracking.queries.page import tracked_order
from wismo.vocabulary.status import Status

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shop(carrier: Acme) -> int:
    """A shop with an account there and one parcel, taken up."""
    return a_shop_with(carrier, "AC1")


def test_a_new_parcel_is_asked_about_at_once_and_its_answer_is_read_like_a_push(
    carrier: Acme, shop: int
) -> None:
    carrier.peer.usual = told("AC1")
    assert carrier.ask() == 1
    assert carrier.numbers() == ["AC1"]
    assert carrier.peer.asked[0].headers["x-key"] == "k3y-of-acme"
    row = InboxRow.objects.get()
    assert (row.shop_id, row.source, bytes(row.body)) == (shop, "acme", carrier.peer.usual.body)
    inbox.work(NOW)
    assert Shipment.objects.get().status == "in_transit"


def test_silence_doubles_the_wait_and_news_brings_it_back_to_three_hours(carrier: Acme, shop: int) -> None:
    carrier.peer.usual = told("AC1")
    now, waited = NOW, []
    for _ in range(5):
        carrier.ask(now)
        inbox.work(now)
        wait = waits(now)
        assert wait is not None
        waited.append(wait / HOUR)
        now += wait
    assert waited == [3, 6, 12, 24, 24], "the same answer is no news"
    carrier.peer.usual = told("AC1", at=now)
    carrier.ask(now)
    inbox.work(now)
    assert (waits(now), the_poll().silent, the_poll().last_news_at) == (HOUR * 3, 0, now)
    assert InboxRow.objects.count() == 2, "an answer that was kept before is not kept again"
    assert ScanRecord.objects.filter(shop_id=shop).count() == 2


def test_a_push_brings_a_silent_parcel_back_to_three_hours_too(carrier: Acme, shop: int) -> None:
    Poll.objects.update(silent=3, due_at=NOW + DAY)
    shipment = Shipment.objects.get()
    heard({shop}, {shipment.pk}, NOW)
    assert (waits(), the_poll().silent) == (HOUR * 3, 0)
    Poll.objects.update(due_at=NOW + HOUR)
    heard({shop}, {shipment.pk}, NOW)
    assert waits() == HOUR, "news never put off what is due sooner"
    assert carrier.peer.asked == []


def test_a_number_the_carrier_does_not_know_yet_is_silence_and_no_failure(carrier: Acme, shop: int) -> None:
    carrier.peer.usual = Scripted(404)
    for now, wait in ((NOW, 3), (NOW + HOUR * 3, 6), (NOW + HOUR * 9, 12)):
        assert carrier.ask(now) == 1
        assert waits(now) == HOUR * wait
    assert (the_poll().error, the_gate().failures) == ("", 0)
    assert not InboxRow.objects.filter(shop_id=shop).exists()


def test_a_delivered_parcel_is_asked_about_daily_for_a_week_and_then_never_again(
    carrier: Acme, shop: int
) -> None:
    carrier.peer.usual = told("AC1", code="D")
    now = NOW
    for _ in range(30):
        carrier.ask(now)
        inbox.work(now)
        now += HOUR * 6
    assert waits(now) is None
    assert (the_poll().expired_at, Shipment.objects.get().status) == (None, "delivered")
    assert len(carrier.peer.asked) == 8
    assert not expire(now + DAY * 60)
    assert Shipment.objects.filter(shop_id=shop, ended=True).count() == 1


def _silent_for_thirty_days(carrier: Acme) -> None:
    carrier.peer.usual = told("AC1")
    carrier.ask()
    inbox.work(NOW)
    Poll.objects.update(silent=9, due_at=NOW + DAY * 30)


def test_thirty_days_without_news_and_the_parcel_expires_which_its_page_says_and_no_message_does(
    carrier: Acme, shop: int
) -> None:
    _silent_for_thirty_days(carrier)
    events, then = EventRow.objects.count(), NOW + DAY * 30
    assert expire(then) == 0, "it was not asked about for the last time yet"
    carrier.ask(then)
    assert expire(then + READING) == 0, "the last answer may hold news that is not read yet"
    inbox.work(then)
    assert expire(then + READING + HOUR) == 1
    parcel, poll = Shipment.objects.get(shop_id=shop), the_poll()
    assert (parcel.status, parcel.ended, parcel.last_scan_at) == ("expired", False, NOW)
    assert (poll.due_at, poll.expired_at) == (None, then + READING + HOUR)
    assert (EventRow.objects.count(), expire(then + DAY)) == (events, 0)
    order = tracked_order(shop, parcel.order_id)
    assert order is not None
    assert [update.status for update in order.parcels[0].updates] == ["in_transit"], (
        "shoppers see the carrier's"
    )
    own = ScanRecord.objects.get(source="wismo")
    assert (own.code, own.text, own.occurred_raw) == (
        "expired",
        "",
        "asked until 2026-12-24 13:10 UTC, without news",
    )


@pytest.mark.parametrize("at", [NOW + HOUR, NOW + DAY * 40])
def test_any_scan_revives_a_parcel_that_had_expired(carrier: Acme, shop: int, at: object) -> None:
    _silent_for_thirty_days(carrier)
    then = NOW + DAY * 31
    carrier.ask(then)
    assert expire(then + HOUR) == 1
    late = NOW + DAY * 41
    body = told("AC1", at=at).body  # type: ignore[arg-type]
    inbox.keep(shop, "acme", body, headers={}, now=late)
    inbox.work(late)
    assert (waits(late), the_poll().expired_at) == (HOUR * 3, None)
    assert Shipment.objects.get().status == "in_transit"


def test_a_parcel_never_heard_of_expires_before_anything_that_could_happen_to_it(
    carrier: Acme, shop: int
) -> None:
    carrier.peer.usual = Scripted(404)
    Poll.objects.update(last_news_at=NOW - DAY * 31)
    carrier.ask()
    assert expire(NOW + HOUR) == 1
    parcel = Shipment.objects.get(shop_id=shop)
    assert (parcel.status, parcel.status_at, parcel.last_scan_at) == ("expired", NOW - DAY * 3, None)
    record_scans([Received(shop, "r", NOW, a_scan(Status.PICKED_UP, NOW, number="AC1", carrier="acme"))], NOW)
    assert Shipment.objects.get().status == "picked_up"


def test_news_in_the_moment_of_expiry_keeps_the_parcel_from_it(carrier: Acme, shop: int) -> None:
    _silent_for_thirty_days(carrier)
    then = NOW + DAY * 30
    carrier.peer.usual = told("AC1", at=then)
    carrier.ask(then)
    inbox.work(then)
    assert expire(then + HOUR) == 0
    assert Shipment.objects.get(shop_id=shop).status == "in_transit"


def test_a_parcel_whose_number_was_corrected_is_asked_about_anew(carrier: Acme, shop: int) -> None:
    carrier.peer.usual = Scripted(404)
    carrier.ask()
    carrier.ask(NOW + HOUR * 3)
    Shipment.objects.filter(shop_id=shop).update(tracking_number="AC2")
    carrier.ask(NOW + HOUR * 9)
    assert carrier.numbers() == ["AC1", "AC1", "AC2"]
    assert (the_poll().number, waits(NOW + HOUR * 9)) == ("AC2", HOUR * 3)


def test_a_number_that_its_carrier_used_again_is_asked_for_once_for_the_newer_parcel(
    carrier: Acme, shop: int
) -> None:
    Shipment.objects.update(reference="s-old", opened=1)
    a_parcel(shop, "AC1", carrier="acme")
    enrol(NOW, carrier.fetcher)
    assert carrier.ask() == 1
    assert carrier.numbers() == ["AC1"]
    assert list(Poll.objects.order_by("pk").values_list("due_at", flat=True)) == [None, NOW + HOUR * 3]
