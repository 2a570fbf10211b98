"""A dealer that never calls back is asked, ever less often, and what it says counts like a receipt."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.notify.rows import HOUR, MINUTE, NOON, make_order, make_parcel, make_shop, tell
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.actions.accounts import set_account
from wismo.notify.jobs.asking import AGES, EVERY, ask_quiet_providers
from wismo.notify.models import Attempt, Receipt
from wismo.tracking.models import Shipment

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/alimtalk/v2/services/ncp:kkobizmsg:kr:27:sens/messages/"
SECOND = timedelta(seconds=1)


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


@pytest.fixture
def parcel(peer: Peer) -> Shipment:
    parcel = make_parcel(make_order(make_shop()))
    values = {"access_key": "k", "secret_key": "s", "service_id": "ncp:kkobizmsg:kr:27:sens"}
    values |= {"channel_id": "@halden", "api_url": peer.url}
    set_account(parcel.shop_id, "sens", values, who="owner@halden.example", now=NOON)
    return parcel


def taken(parcel: Shipment, number: int = 1, provider: str = "sens") -> Attempt:
    message = tell(parcel, "out_for_delivery", NOON, f"2026-11-{number:02}")
    return Attempt.objects.create(
        shop_id=parcel.shop_id,
        message=message,
        number=1,
        channel="kakao",
        provider=provider,
        digest="d",
        reference=f"reference {number}",
        state="accepted",
        provider_id=f"N{number}",
        started_at=NOON,
    )


def says(code: str | None) -> Scripted:
    said = {"messageId": "N1", "requestStatusCode": "A000", "messageStatusCode": code}
    return Scripted(200, json.dumps(said).encode())


def state(attempt: Attempt) -> tuple[str, str]:
    attempt.refresh_from_db()
    return attempt.state, attempt.code


def test_what_arrived_is_delivered_and_not_asked_for_again(peer: Peer, parcel: Shipment) -> None:
    attempt = taken(parcel)
    peer.usual = says("0000")
    assert ask_quiet_providers(NOON + 10 * SECOND) == 0  # too soon
    assert ask_quiet_providers(NOON + MINUTE) == 1
    assert state(attempt) == ("delivered", "")
    assert [asked.path for asked in peer.asked] == [PATH + "N1"]
    assert ask_quiet_providers(NOON + 3 * MINUTE) == 0


def test_who_is_not_on_kakaotalk_is_known_not_to_be_reached(peer: Peer, parcel: Shipment) -> None:
    attempt = taken(parcel)
    peer.usual = says("3019")
    assert ask_quiet_providers(NOON + MINUTE) == 1
    assert state(attempt) == ("failed", "3019")


def test_what_is_still_on_its_way_is_asked_for_at_each_age_once(peer: Peer, parcel: Shipment) -> None:
    taken(parcel)
    peer.usual = says(None)
    now = NOON
    while now <= NOON + 7 * HOUR:
        ask_quiet_providers(now)
        now += EVERY
    assert len(peer.asked) == len(AGES)
    assert Receipt.objects.count() == 1  # the same told again is nothing new


def test_a_dealer_that_does_not_answer_changes_nothing(peer: Peer, parcel: Shipment) -> None:
    attempt = taken(parcel)
    peer.usual = Scripted(500)
    assert ask_quiet_providers(NOON + MINUTE) == 0
    assert state(attempt) == ("accepted", "")


def test_those_that_call_back_are_not_asked(peer: Peer, parcel: Shipment) -> None:
    taken(parcel, provider="solapi")
    assert ask_quiet_providers(NOON + MINUTE) == 0
    assert peer.asked == []


def test_more_messages_cost_no_more_queries_to_find(peer: Peer, parcel: Shipment) -> None:
    peer.usual = Scripted(404)
    counts = []
    for number in (1, 2, 3):
        taken(parcel, number)
        with CaptureQueriesContext(connection) as caught:
            ask_quiet_providers(NOON + MINUTE)
        counts.append(len(caught))
    assert counts[0] == counts[2]
    assert len(peer.asked) == 6
