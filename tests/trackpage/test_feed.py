"""The in-app feed from outside: signed, kept up to date, and read by the shop's own page alone."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from tests.notify.test_feed import news
from tests.trackpage.rows import a_shop, an_order
from wismo.notify.actions.accounts import set_account
from wismo.notify.actions.feed import keep
from wismo.notify.queries.feed import feed_token
from wismo.orders.models import Order
from wismo.plumbing import tokens

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
SITE = "https://www.halden.example"


@pytest.fixture
def order() -> Order:
    order = an_order(a_shop(), timezone.now())
    set_account(order.shop_id, "feed", {"origin": SITE}, who="owner@halden.example", now=timezone.now())
    return order


def address(order: Order, what: str = ".json") -> str:
    return f"/feed/halden/{feed_token(order.shop_id, order.buyer_id)}{what}"


def told(client: Client, order: Order) -> Any:
    return client.get(address(order)).json()


def test_a_buyer_sees_what_is_new(client: Client, order: Order) -> None:
    assert told(client, order) == {"unread": 0, "items": []}
    now = timezone.now()
    keep(order.shop_id, [news(order)], now)
    found = told(client, order)
    assert found["unread"] == 1
    assert found["items"][0]["title"] == "Out for delivery"
    assert found["items"][0]["at"] == now.isoformat()
    assert found["items"][0]["read"] is False


def test_what_was_seen_is_no_longer_new(client: Client, order: Order) -> None:
    keep(order.shop_id, [news(order)], timezone.now())
    (item,) = told(client, order)["items"]
    body = json.dumps({"ids": [item["id"]], "until": item["at"]})
    strict = Client(enforce_csrf_checks=True)  # no cookie says who asks
    answer = strict.post(address(order, "/read"), body, content_type="text/plain")
    assert answer.status_code == 204
    assert told(client, order)["unread"] == 0
    assert told(client, order)["items"][0]["read"] is True


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"ids":[1]}',
        '{"ids":["x"],"until":"2026-11-24T09:30:00+00:00"}',
        '{"ids":[1],"until":"2026-11-24"}',
    ],
)
def test_what_says_nothing_is_refused(client: Client, order: Order, body: str) -> None:
    assert client.post(address(order, "/read"), body, content_type="text/plain").status_code == 400


def test_what_has_not_changed_is_not_sent_again(client: Client, order: Order) -> None:
    first = client.get(address(order))
    again = client.get(address(order), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    keep(order.shop_id, [news(order)], timezone.now())
    assert client.get(address(order), headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_it_is_private(client: Client, order: Order) -> None:
    answer = client.get(address(order))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_only_the_shops_own_page_may_read_it_from_elsewhere(client: Client, order: Order) -> None:
    ours = client.get(address(order), headers={"Origin": SITE})
    assert ours.headers["Access-Control-Allow-Origin"] == SITE
    assert ours.headers["Vary"].startswith("Origin")
    for origin in ("https://evil.example", "null", SITE + ".evil.example"):
        other = client.get(address(order), headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in other.headers
    asked = client.options(address(order, "/read"), headers={"Origin": SITE})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, POST")


def test_a_shop_that_names_no_page_shares_with_none(client: Client, order: Order) -> None:
    set_account(order.shop_id, "feed", {}, who="owner@halden.example", now=timezone.now())
    answer = client.get(address(order), headers={"Origin": SITE})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_token_opens_one_buyers_feed_at_one_shop_for_a_month(client: Client, order: Order) -> None:
    a_shop("other")
    token = feed_token(order.shop_id, order.buyer_id)
    assert client.get(f"/feed/other/{token}.json").status_code == 404
    assert client.get(f"/feed/nobody/{token}.json").status_code == 404
    assert client.get(f"/feed/halden/{token}x.json").status_code == 404
    of_a_page = tokens.make("track", order.shop_id, order.buyer_id)
    assert client.get(f"/feed/halden/{of_a_page}.json").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert client.get(f"/feed/halden/{token}.json").status_code == 404


def test_the_shops_script_is_small_and_has_no_styles() -> None:
    script = Path(str(finders.find("trackpage/feed.js"))).read_text("utf-8")
    assert len(script.encode()) <= 3 * 1024
    assert "innerHTML" not in script
    assert ".style" not in script
