"""The widget in Chromium, on a page of the shop's own: another origin, with a strict policy of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, picture
from tests.browser.test_tracking import Contexts
from tests.makers import NOW, a_shop
from tests.peers import Peer, Scripted, a_peer
from tests.promise.planned import PLAN, day, learn, publish
from wismo.api.promise import ASKED
from wismo.promise.signing import read, widget_key

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]


@contextmanager
def the_shops_page(server: str, key: str, language: str) -> Iterator[Peer]:
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Ridge mug</title>'
        '<link rel="icon" href="data:,"></head><body><main><h1>Ridge mug</h1><form>'
        f'<div data-wismo-promise="{server}/v1/promise" data-shop="{key}" data-country="DE"'
        ' data-postcode="80331" data-service="standard" data-name="promise" hidden></div></form></main>'
        f'<script src="{server}/static/api/promise.js" defer></script></body></html>'
    )
    policy = f"default-src 'none'; img-src data:; script-src {server}; connect-src {server}"
    headers = {"Content-Type": "text/html", "Content-Security-Policy": policy}
    with a_peer(Peer(usual=Scripted(200, html.encode(), headers))) as site:
        yield site


@pytest.mark.parametrize(
    ("language", "said", "until"),
    [
        ("en", "Arrives Wed, Nov 25 – Thu, Nov 26", "If you order by"),
        ("de", "Lieferung: Mi., 25. – Do., 26. Nov.", "Bei Bestellung bis"),
        ("ja", "11/25(水)～11/26(木)にお届け", "までのご注文で"),
    ],
)
def test_a_page_says_in_its_language_when_an_order_arrives(
    live_server: LiveServer, contexts: Contexts, language: str, said: str, until: str
) -> None:
    ASKED.forget()
    with time_machine.travel(NOW, tick=False):
        shop = a_shop()
        with the_shops_page(live_server.url, widget_key(shop, 1), language) as site:
            publish(shop, PLAN.replace("https://shop.example", site.url))
            learn(shop)
            page = contexts(timezone_id="Europe/Berlin").new_page()
            watch = Watch(page, live_server.url)
            page.goto(f"{site.url}/mug", wait_until="networkidle")
            shown, order = page.locator(".wismo-promise-day"), page.locator(".wismo-promise-order")
            assert "".join(shown.inner_text().split()) == "".join(said.split())
            assert until in order.inner_text()
            assert read(shop, page.locator("[name=promise]").input_value(), NOW).latest == day(2)
            picture(page, f"promise-{language}-390")
            assert Axe().run(page).violations_count == 0
            page.evaluate("document.querySelector('[data-shop]').dataset.postcode = '10115'")
            expect(shown).to_contain_text("30")
            page.evaluate("document.querySelector('[data-shop]').dataset.country = 'JP'")
            expect(page.locator("[data-shop]")).to_be_hidden()
            assert [said for said in watch.complaints if site.url not in said] == []


def test_on_a_page_the_plan_does_not_list_the_place_stays_hidden(
    live_server: LiveServer, contexts: Contexts
) -> None:
    ASKED.forget()
    with time_machine.travel(NOW, tick=False):
        shop = a_shop()
        publish(shop)
        learn(shop)
        with the_shops_page(live_server.url, widget_key(shop, 1), "en") as site:
            page = contexts().new_page()
            page.goto(f"{site.url}/mug", wait_until="networkidle")
            expect(page.locator("[data-shop]")).to_be_hidden()
            assert page.locator(".wismo-promise-day").count() == 0
