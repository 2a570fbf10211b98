"""The in-app feed: news of a topic replaces what was there, and is read as it stood."""

from datetime import timedelta
from typing import Any

import pytest

from tests.notify.channels.chats import NOW, PAGE, a_letter
from tests.trackpage.rows import a_shop, an_order
from wismo.notify.actions.feed import keep, mark_read
from wismo.notify.channels.inapp import feed
from wismo.notify.models import FeedItem, Message
from wismo.notify.port import Account, LetterError, Outcome, Outgoing, Result
from wismo.notify.queries.feed import feed_of
from wismo.notify.words import AddressKind
from wismo.orders.models import Order

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def order() -> Order:
    return an_order(a_shop(), NOW)


def a_message(order: Order, number: int) -> Message:
    return Message.objects.create(
        shop_id=order.shop_id,
        buyer_id=order.buyer_id,
        order=order,
        journey="out_for_delivery",
        version=1,
        trigger="out_for_delivery",
        dedupe_key=f"key {number}",
        happened_at=NOW,
        due_at=NOW,
        channel="inapp",
        created_at=NOW,
    )


def news(order: Order, number: int = 1, **changes: Any) -> Outgoing:
    told = {
        "to": str(order.buyer_id),
        "to_kind": AddressKind.BUYER,
        "message_id": a_message(order, number).pk,
    }
    provider = feed.open_provider(Account(order.shop_id, "inapp", "feed", {}))
    outgoing = provider.compose(a_letter(**{**told, **changes}))
    assert provider.send(outgoing) == Outcome(Result.SENT, delivered=True)
    return outgoing


def test_news_is_there_as_soon_as_its_message_says_so(order: Order) -> None:
    keep(order.shop_id, [news(order)], NOW)
    (item,) = feed_of(order.shop_id, order.buyer_id)
    assert (item.title, item.url, item.language) == ("Out for delivery", PAGE, "en")
    assert item.body == "Your parcel is with the driver <today> & should arrive by 18:00."
    assert (item.at, item.read) == (NOW, False)


def test_newer_news_of_a_parcel_takes_the_place_of_older(order: Order) -> None:
    first, second = news(order, 1), news(order, 2, heading="Delivered")
    other = news(order, 3, heading="Shipped", topic="parcel-8")
    keep(order.shop_id, [second, first, other], NOW)  # in whatever order the answers came
    assert [item.title for item in feed_of(order.shop_id, order.buyer_id)] == ["Shipped", "Delivered"]
    keep(order.shop_id, [news(order, 4, heading="Sent back")], NOW + MINUTE)
    assert [item.title for item in feed_of(order.shop_id, order.buyer_id)] == ["Sent back", "Shipped"]


def test_what_was_read_is_unread_again_when_there_is_news_of_it(order: Order) -> None:
    keep(order.shop_id, [news(order)], NOW)
    (item,) = feed_of(order.shop_id, order.buyer_id)
    assert mark_read(order.shop_id, order.buyer_id, [item.id], item.at, NOW + MINUTE) == 1
    assert feed_of(order.shop_id, order.buyer_id)[0].read
    keep(order.shop_id, [news(order, 2)], NOW + 2 * MINUTE)
    (again,) = feed_of(order.shop_id, order.buyer_id)
    assert (again.id, again.read) == (item.id, False)
    # Whoever closes the older one has not seen the newer.
    assert mark_read(order.shop_id, order.buyer_id, [item.id], item.at, NOW + 3 * MINUTE) == 0


def test_nobody_reads_anothers_feed(order: Order) -> None:
    other = an_order(a_shop("other"), NOW, number="X-1")
    keep(order.shop_id, [news(order)], NOW)
    (item,) = feed_of(order.shop_id, order.buyer_id)
    assert feed_of(other.shop_id, order.buyer_id) == []
    assert feed_of(order.shop_id, other.buyer_id) == []
    assert mark_read(other.shop_id, order.buyer_id, [item.id], NOW, NOW) == 0
    assert mark_read(order.shop_id, other.buyer_id, [item.id], NOW, NOW) == 0
    assert FeedItem.objects.get().read_at is None


def test_news_to_an_address_is_no_buyers(order: Order) -> None:
    with pytest.raises(LetterError, match="the feed is a buyer's"):
        news(order, to="lena@example.com")
