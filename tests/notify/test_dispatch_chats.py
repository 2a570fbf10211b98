"""LINE, web push and the feed by the real dispatcher: what leaves, what comes back, what follows."""

import json
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import REFERENCE
from tests.notify.channels.test_webpush import Browser
from tests.notify.post import post_office
from tests.notify.rows import HOUR, MINUTE, NOON, make_order, make_parcel, make_shop, state, tell
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.actions import receipts
from wismo.notify.actions.accounts import set_account
from wismo.notify.actions.people import remember_address
from wismo.notify.jobs import dispatch
from wismo.notify.models import Attempt, FeedItem, Message
from wismo.notify.port import HeardReceipt
from wismo.notify.queries.feed import feed_of
from wismo.notify.words import AddressKind, ReceiptState
from wismo.orders.models import Order
from wismo.tracking.models import Shipment

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + 15 * MINUTE
LENA, WHO = "U206d25c2ea6bd87c17655609a1c37cb8", "owner@halden.example"
TAKEN = Scripted(200, b'{"sentMessages":[{"id":"461230966842064897"}]}')


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


@pytest.fixture
def parcel() -> Shipment:
    return make_parcel(make_order(make_shop()))


def a_friend_on_line(order: Order, peer: Peer) -> None:
    values = {"token": "channel token", "secret": "channel secret", "api_url": peer.url}
    set_account(order.shop_id, "line", values, who=WHO, now=NOON)
    remember_address(order.shop_id, order.buyer_id, AddressKind.LINE, LENA, {}, NOON)


def out_for_delivery(parcel: Shipment) -> Message:
    return tell(parcel, "out_for_delivery", NOON, "2026-11-24")


def test_a_friend_hears_by_line_and_not_by_mail_as_well(
    peer: Peer, parcel: Shipment, settings: Settings
) -> None:
    a_friend_on_line(parcel.order, peer)
    message = out_for_delivery(parcel)
    peer.usual = TAKEN
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
    assert office.taken == []
    (asked,) = peer.asked
    attempt = Attempt.objects.get()
    assert asked.headers["x-line-retry-key"] == attempt.reference
    assert (attempt.provider, attempt.provider_id) == ("line", "461230966842064897")
    assert json.loads(asked.body)["to"] == LENA
    assert state(message) == ("sent", "sent")


def test_where_line_broke_off_the_same_key_is_tried_again_and_nobody_hears_twice(
    peer: Peer, parcel: Shipment
) -> None:
    a_friend_on_line(parcel.order, peer)
    message = out_for_delivery(parcel)
    said = b'{"message":"The retry key is already accepted","sentMessages":[{"id":"461230966842064897"}]}'
    peer.script("/v2/bot/message/push", Scripted(500), Scripted(409, said))
    for later in (LATER, LATER + 5 * MINUTE, LATER + 10 * MINUTE):
        dispatch(later)
    first, second = peer.asked
    assert first.headers["x-line-retry-key"] == second.headers["x-line-retry-key"]
    assert first.body == second.body
    assert state(message) == ("sent", "sent")


def test_a_browser_that_is_gone_is_passed_over_from_then_on(
    peer: Peer, parcel: Shipment, settings: Settings
) -> None:
    order, browser = parcel.order, Browser()
    set_account(order.shop_id, "webpush", {"subject": "mailto:it@halden.example"}, who=WHO, now=NOON)
    remember_address(
        order.shop_id, order.buyer_id, AddressKind.WEBPUSH, f"{peer.url}/send/abc", browser.keys, NOON
    )
    first = out_for_delivery(parcel)
    peer.script("/send/abc", Scripted(201))
    assert dispatch(LATER) == 1
    assert state(first) == ("sent", "sent")
    assert browser.open(peer.asked[0].body)["title"] == "Halden & Rue: Your parcel is out for delivery"
    with post_office(settings) as office:
        peer.script("/send/abc", Scripted(410))
        second = tell(parcel, "delivered", NOON + HOUR)
        for later in (NOON + 2 * HOUR, NOON + 2 * HOUR + MINUTE):
            dispatch(later)
        assert state(second) == ("sent", "sent")
        assert [mail["Subject"] for mail in office.taken] == ["Order HR-20418 has arrived"]
        third = tell(make_parcel(order, "p2", tracking_number="1Z999AA10123456785"), "picked_up", NOON + HOUR)
        dispatch(NOON + 3 * HOUR)
        assert state(third) == ("sent", "sent")
    assert len(peer.asked) == 2  # the dead browser was asked once


def test_news_for_the_shops_own_page_is_in_the_feed_when_its_message_is_sent(parcel: Shipment) -> None:
    order = parcel.order
    set_account(order.shop_id, "feed", {}, who=WHO, now=NOON)
    message = tell(parcel, "arrived_local", NOON)
    assert dispatch(LATER) == 1
    assert state(message)[0] == "sent"
    (item,) = feed_of(order.shop_id, order.buyer_id)
    assert item.title
    assert Attempt.objects.get().state == "delivered"
    assert FeedItem.objects.get().message_id == message.pk


def test_lines_one_webhook_speaks_of_notices_too(parcel: Shipment) -> None:
    """One channel at LINE has one webhook, whether it tells of friends or of notices by number."""
    message = out_for_delivery(parcel)
    attempt = Attempt.objects.create(
        shop_id=parcel.shop_id,
        message=message,
        number=1,
        channel="line_notice",
        provider="line_notice",
        digest="d",
        reference=REFERENCE,
        state="accepted",
        started_at=NOON,
    )
    heard = HeardReceipt("event 1", ReceiptState.DELIVERED, NOON, reference=REFERENCE)
    receipts.apply(make_shop("other").pk, "line", [heard], NOON)  # another shop's says nothing of ours
    attempt.refresh_from_db()
    assert attempt.state == "accepted"
    receipts.apply(parcel.shop_id, "line", [heard], NOON)
    attempt.refresh_from_db()
    assert attempt.state == "delivered"
