"""The clock is set back by an hour: nothing is lost, nothing is done twice, and the work goes on."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.inboxes import states
from tests.makers import NOW, a_parcel, a_shop
from tests.notify.post import PostOffice, post_office
from tests.tracking.acme import a_shop_with, acme, parcels, told
from wismo.bench.payloads import WAY, number_of, push
from wismo.notify.actions import claims
from wismo.notify.jobs import dispatch, reconcile
from wismo.notify.jobs.desk import Desk, open_provider
from wismo.notify.jobs.preparing import prepare
from wismo.notify.models import Message
from wismo.notify.words import Lane
from wismo.plumbing import inbox
from wismo.plumbing.inbox import LEASE, RETRY_AFTER
from wismo.plumbing.models import InboxTask
from wismo.tracking.actions import polls
from wismo.tracking.models import ScanRecord
from wismo.tracking.polling import enrol

pytestmark = pytest.mark.django_db(transaction=True)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BACK = NOW - HOUR


@pytest.fixture
def payload() -> None:
    """Kept at NOW: a parcel was picked up two hours before."""
    told = a_parcel(a_shop(), number_of(1), carrier="delhivery")
    inbox.keep(told.shop_id, "delhivery", push(1, WAY[2], NOW - 2 * HOUR), headers={}, now=NOW)


@pytest.fixture
def office(payload: None, settings: Settings) -> Iterator[PostOffice]:
    """A mail server; the payload has been read, so that its message is queued."""
    with time_machine.travel(NOW, tick=False):
        inbox.work(NOW)
    with post_office(settings) as office:
        yield office


def happened() -> tuple[list[str], int, int]:
    """The payloads' states, and how many scans there are and messages of a parcel that was picked up."""
    queued = Message.objects.filter(trigger="picked_up")
    return list(states().values()), ScanRecord.objects.count(), queued.count()


def test_a_payload_kept_before_the_step_is_read_at_once_after_it(payload: None) -> None:
    assert inbox.work(BACK) == 1
    assert happened() == (["done"], 1, 1)


def test_a_payload_kept_by_a_door_whose_clock_runs_ahead_does_not_wait_for_the_workers(payload: None) -> None:
    assert inbox.work(NOW - 5 * SECOND) == 1
    assert happened() == (["done"], 1, 1)


def test_a_payload_that_was_to_be_tried_again_is_tried_after_the_step(payload: None) -> None:
    InboxTask.objects.update(attempts=1, due_at=NOW + RETRY_AFTER, error="ValueError: I choke on this")
    assert inbox.work(BACK) == 1
    assert happened() == (["done"], 1, 1)


def test_what_a_dead_worker_held_is_taken_up_after_the_step(payload: None) -> None:
    inbox.claim(NOW, 10)  # and it dies
    assert inbox.work(BACK) == 1
    assert happened() == (["done"], 1, 1)


def test_a_worker_that_lives_keeps_what_it_holds_over_a_step_of_some_minutes(payload: None) -> None:
    inbox.claim(NOW, 10)
    assert inbox.work(NOW - 10 * MINUTE) == 0
    assert inbox.work(NOW + LEASE + SECOND) == 1
    assert happened() == (["done"], 1, 1)


def test_two_workers_who_both_hold_a_payload_after_the_step_tell_it_once(payload: None) -> None:
    (mine,) = inbox.claim(NOW, 10)
    reader = inbox.readers()["delhivery"]
    assert inbox.work(BACK) == 1
    inbox._record(reader, [(mine, reader.parse(mine))], NOW)
    assert happened() == (["done"], 1, 1)


def test_a_message_queued_before_the_step_is_sent_at_once_after_it_and_no_second_time(
    office: PostOffice,
) -> None:
    for now in (BACK, BACK + MINUTE, NOW, NOW + HOUR):
        dispatch(now)
    assert office.recipients == ["lena@example.com"]
    assert Message.objects.get(trigger="picked_up").state == "sent"


def test_a_message_a_dead_sender_held_is_sent_once_when_the_clock_reaches_its_lease(
    office: PostOffice,
) -> None:
    claims.claim(tuple(Lane), NOW, 10)  # and it dies
    assert (reconcile(BACK), dispatch(BACK)) == (0, 0)
    later = NOW + claims.LEASE + SECOND
    reconcile(later)
    dispatch(later)
    assert office.recipients == ["lena@example.com"]


def test_a_message_a_sender_died_on_while_handing_it_over_is_never_sent_again(office: PostOffice) -> None:
    ids = claims.claim(tuple(Lane), NOW, 10)
    with closing(Desk(open_provider)) as desk:
        prepare(ids, NOW + claims.LEASE, NOW, desk)  # and it dies, having marked what it hands over
    for now in (BACK, NOW, NOW + claims.LEASE + SECOND, NOW + HOUR):
        reconcile(now)
        dispatch(now)
    assert office.recipients == []
    assert Message.objects.get(trigger="picked_up").state == "unknown"


def test_a_carrier_asked_before_the_step_is_asked_at_once_about_a_new_parcel_and_not_again_about_the_old(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_PEERS = True
    with acme(monkeypatch) as carrier:
        shop = a_shop_with(carrier, "AC1")
        carrier.peer.usual = told("AC1")
        carrier.ask(NOW)
        parcels(shop, "AC2")
        assert enrol(BACK, carrier.fetcher) == 1
        for now in (BACK, NOW, NOW + HOUR):
            carrier.ask(now)
        assert carrier.numbers() == ["AC1", "AC2"]
        carrier.ask(NOW + 3 * HOUR)
        assert sorted(carrier.numbers()) == ["AC1", "AC1", "AC2", "AC2"]


def test_a_parcel_a_dead_worker_was_to_ask_about_is_asked_about_once_the_clock_reaches_its_lease(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_PEERS = True
    with acme(monkeypatch) as carrier:
        a_shop_with(carrier, "AC1")
        polls.claim(NOW, carrier.fetcher, 10)  # and it dies
        assert (carrier.ask(BACK), carrier.ask(NOW + polls.LEASE + SECOND)) == (0, 1)
        assert carrier.numbers() == ["AC1"]
