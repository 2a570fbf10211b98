"""The tracking page's button "Tell me in this browser", from outside."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.notify.channels.test_webpush import Browser
from tests.trackpage.rows import a_shop, an_order, link
from wismo.notify.actions.accounts import pause_account, set_account
from wismo.notify.models import Address, Consent, Preference
from wismo.notify.queries.offers import offers_for
from wismo.notify.queries.people import addresses
from wismo.notify.queries.replies import linked_buyer
from wismo.notify.words import AddressKind
from wismo.orders.models import Order
from wismo.trackpage.push import TRIES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def order() -> Order:
    order = an_order(a_shop(), timezone.now())
    values = {"subject": "mailto:it@halden.example"}
    set_account(order.shop_id, "webpush", values, who="owner@halden.example", now=timezone.now())
    return order


def told(**changes: Any) -> dict[str, Any]:
    return {"endpoint": ENDPOINT, "keys": Browser().keys, "language": "ja", **changes}


def post(client: Client, order: Order, body: Any, **headers: str) -> int:
    answer = client.post(
        f"{link(order)}/push", json.dumps(body), content_type="application/json", headers=headers
    )
    return answer.status_code


def test_the_button_is_there_for_scripts_alone_and_names_the_shops_key(client: Client, order: Order) -> None:
    html = client.get(link(order)).content.decode()
    assert "Tell me in this browser" in html
    assert f'data-key="{offers_for(order.shop_id, order.pk).push_key}"' in html
    assert 'data-scope="/t/halden/"' in html
    assert '<section class="card sec offers" aria-labelledby="offers" hidden>' in html


def test_a_chat_is_a_link_that_says_whose_it_is(client: Client, order: Order) -> None:
    telegram, line = {"token": "t", "secret": "s", "bot": "@HaldenBot"}, {"token": "t", "secret": "s"}
    set_account(order.shop_id, "telegram", telegram, who="owner@halden.example", now=timezone.now())
    set_account(order.shop_id, "line", line, who="owner@halden.example", now=timezone.now())
    (chat,) = offers_for(order.shop_id, order.pk).chats
    assert chat.name == "Telegram"
    assert chat.url.startswith("https://t.me/HaldenBot?start=")
    assert linked_buyer(order.shop_id, chat.url.partition("start=")[2]) == order.buyer_id
    named = {**line, "basic_id": "@halden"}
    set_account(order.shop_id, "line", named, who="owner@halden.example", now=timezone.now())
    html = client.get(link(order)).content.decode()
    assert "Tell me on LINE" in html
    assert 'href="https://line.me/R/oaMessage/%40halden/?link-' in html
    assert '<section class="card sec offers" aria-labelledby="offers">' in html  # also without scripts


def test_a_shop_without_web_push_shows_no_button(client: Client, order: Order) -> None:
    pause_account(order.shop_id, "webpush", who="owner@halden.example", now=timezone.now())
    assert "data-push" not in client.get(link(order)).content.decode()
    assert "csrftoken" not in client.get(link(order)).cookies


def test_a_browser_that_asks_is_the_buyers_and_its_word_is_kept(client: Client, order: Order) -> None:
    body = told()
    assert post(client, order, body) == 204
    (place,) = (
        place
        for place in addresses([order.shop_id], [order.buyer_id])[order.buyer_id]
        if place.kind is AddressKind.WEBPUSH
    )
    assert (place.value, place.extra, place.gone) == (ENDPOINT, body["keys"], False)
    consent = Consent.objects.get()
    assert (consent.digest, consent.channel, consent.kind) == (place.digest, "webpush", "transactional")
    assert (consent.granted, consent.confirmed) == (True, True)
    assert consent.evidence == {
        "page": "tracking",
        "language": "ja",
        "wording": "このブラウザで通知を受け取る",
    }


def test_a_browser_that_stops_is_forgotten(client: Client, order: Order) -> None:
    post(client, order, told())
    assert post(client, order, {"endpoint": ENDPOINT, "off": True, "language": "en"}) == 204
    assert Address.objects.get().gone_at is not None
    assert not Preference.objects.get().granted
    assert post(client, order, told()) == 204  # and may come back
    assert Address.objects.get().gone_at is None
    assert Preference.objects.get().granted


def test_nobody_stops_anothers_browser(client: Client, order: Order) -> None:
    post(client, order, told())
    other = an_order(order.shop, timezone.now(), number="HR-2")
    assert post(client, other, {"endpoint": ENDPOINT, "off": True}) == 204
    assert Address.objects.get().gone_at is None


@pytest.mark.parametrize(
    "body",
    [
        "no object",
        {},
        told(endpoint="http://push.example/x"),
        told(endpoint="https://user@push.example/x"),
        told(endpoint="https://push.example/" + "x" * 600),
        told(endpoint="https://push.example/\0"),
        told(endpoint="https://[push.example/"),
        told(keys={"p256dh": "AAAA", "auth": "AAAA"}),
        told(keys="none"),
    ],
)
def test_what_is_no_subscription_is_refused(client: Client, order: Order, body: Any) -> None:
    assert post(client, order, body) == 400
    assert not Address.objects.exists()


def test_another_site_cannot_ask_in_the_shoppers_name(order: Order) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, order, told()) == 403
    html = strict.get(link(order)).content.decode()
    token = html.partition('data-csrf="')[2].partition('"')[0]
    assert post(strict, order, told(), **{"X-CSRFToken": token}) == 204


def test_a_mistyped_link_keeps_nothing(client: Client, order: Order) -> None:
    answer = client.post("/t/mistyped/push", json.dumps(told()), content_type="application/json")
    assert answer.status_code == 404
    order.delete()
    assert post(client, order, told()) == 404


def test_nobody_fills_the_house_with_browsers(client: Client, order: Order) -> None:
    for at in range(TRIES):
        assert post(client, order, told(endpoint=f"{ENDPOINT}/{at}")) == 204
    assert post(client, order, told()) == 429
    assert Address.objects.count() == TRIES


def test_the_worker_stands_where_its_scope_begins(client: Client) -> None:
    answer = client.get("/t/sw.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.content
