"""Feeds of adjustments: asked once an hour; what they do wrong costs nothing that is known."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.makers import NOW, a_shop
from tests.peers import Peer, Scripted, a_peer
from tests.promise.rules.test_declared import CSV
from wismo.promise.actions.adjustments import keep_feed
from wismo.promise.jobs.feeds import ask_feeds
from wismo.promise.models import Feed
from wismo.promise.queries.plans import FeedRow, adjustment_rows, feed_rows

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WHO = "ada@halden.example"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as peer:
        peer.usual = Scripted(body=CSV, headers={"Content-Type": "text/csv"})
        yield peer


def a_feed(peer: Peer, shop_id: int) -> None:
    keep_feed(shop_id, "weather", f"{peer.url}/days.csv", who=WHO, now=NOW)


def held(shop_id: int) -> list[str]:
    return [row.why for row in adjustment_rows(shop_id, NOW.date()) if row.ended_at is None]


def test_a_feed_is_asked_once_an_hour_and_what_it_tells_is_kept(peer: Peer) -> None:
    shop_id = a_shop()
    a_feed(peer, shop_id)
    asked = [ask_feeds(NOW), ask_feeds(NOW + timedelta(minutes=59)), ask_feeds(NOW + HOUR)]
    assert (asked, len(peer.asked)) == ([1, 0, 1], 2)
    assert held(shop_id) == ["Storm over Bavaria", "The house is closed"]
    url = f"{peer.url}/days.csv"
    assert feed_rows(shop_id) == [FeedRow("weather", url, NOW + HOUR, NOW + HOUR, "")]
    assert [row.source for row in adjustment_rows(shop_id, NOW.date())] == ["weather", "weather"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Scripted(503, b"later"), "it answered 503."),
        (Scripted(200, b"<html>"), "it is no table whose head names reference,"),
        (Scripted(200, b"{"), "it is not JSON:"),
    ],
)
def test_an_answer_that_cannot_be_read_leaves_what_was_known(peer: Peer, answer: Scripted, says: str) -> None:
    shop_id = a_shop()
    a_feed(peer, shop_id)
    ask_feeds(NOW)
    peer.usual = answer
    ask_feeds(NOW + HOUR)
    [feed] = feed_rows(shop_id)
    assert feed.error.startswith(says)
    assert (feed.asked_at, feed.answered_at) == (NOW + HOUR, NOW)
    assert held(shop_id) == ["Storm over Bavaria", "The house is closed"]


def test_bad_rows_are_told_the_good_ones_kept_and_nothing_is_ended(peer: Peer) -> None:
    shop_id = a_shop()
    a_feed(peer, shop_id)
    ask_feeds(NOW)
    peer.usual = Scripted(
        body=b'[{"reference": "st-3", "effect": "embargo", "first_day": "2026-12-01",'
        b' "last_day": "2026-12-02", "why": "Customs closed"},'
        b' {"reference": "st-1", "effect": "slower", "first_day": "tomorrow"}]'
    )
    ask_feeds(NOW + HOUR)
    [feed] = feed_rows(shop_id)
    assert feed.error.startswith('1 of 2 rows are not followed: row 2: first_day: "tomorrow" is not a day')
    assert feed.answered_at == NOW + HOUR
    assert sorted(held(shop_id)) == ["Customs closed", "Storm over Bavaria", "The house is closed"]
    peer.usual = Scripted(body=b"[]")
    ask_feeds(NOW + 2 * HOUR)
    assert (held(shop_id), feed_rows(shop_id)[0].error) == ([], "")


def test_an_address_inside_our_network_is_never_asked(peer: Peer, settings: Settings) -> None:
    settings.PRIVATE_PEERS = False
    shop_id = a_shop()
    a_feed(peer, shop_id)
    ask_feeds(NOW)
    assert peer.asked == []
    assert "127.0.0.1" in feed_rows(shop_id)[0].error


def test_one_feed_that_fails_does_not_stop_the_others(peer: Peer) -> None:
    broken, sound = a_shop("broken"), a_shop("sound")
    keep_feed(broken, "weather", "http://127.0.0.1:1/", who=WHO, now=NOW)
    a_feed(peer, sound)
    assert ask_feeds(NOW) == 2
    assert held(sound) == ["Storm over Bavaria", "The house is closed"]
    assert feed_rows(broken)[0].error


def test_a_clock_that_was_set_back_does_not_silence_a_feed(peer: Peer) -> None:
    a_feed(peer, a_shop())
    Feed.objects.update(asked_at=NOW + timedelta(days=300))
    assert ask_feeds(NOW) == 1
