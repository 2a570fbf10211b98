"""Push messages and the feed in Chromium: the button, the worker, the shop's own page on another origin."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, picture
from tests.browser.test_tracking import Contexts, open_page
from tests.notify.test_feed import news
from tests.peers import Peer, Scripted, a_peer
from tests.trackpage.rows import a_shop
from tests.trackpage.scenes import SCENES
from wismo.notify.actions.accounts import set_account
from wismo.notify.actions.feed import keep
from wismo.notify.models import Address, FeedItem
from wismo.notify.queries.feed import feed_token
from wismo.orders.models import Order
from wismo.shops.models import Shop

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
PHONE, DESK, NARROW = (
    {"width": 390, "height": 844},
    {"width": 1280, "height": 900},
    {"width": 320, "height": 700},
)
# A headless Chromium has no push service; the browser's own half is played, all else is real.
PLAYED = """
const made = { endpoint: "https://fcm.googleapis.com/fcm/send/abc", keys: %s };
let kept = null;
PushManager.prototype.getSubscription = async () => kept;
PushManager.prototype.subscribe = async (options) => {
  window.asked = Array.from(options.applicationServerKey).length;
  const unsubscribe = async () => { kept = null; return true; };
  kept = { endpoint: made.endpoint, toJSON: () => made, unsubscribe };
  return kept;
};
Notification.requestPermission = async () => "granted";
Object.defineProperty(Notification, "permission", { get: () => "default" });
"""
# What the worker shows, as soon as it does.
FIRST_NOTE = """async () => {
  const one = await navigator.serviceWorker.getRegistration("/t/halden/");
  for (;;) {
    const [note] = await one.getNotifications();
    if (note) return [note.title, note.body, note.tag, note.data.url];
    await new Promise(requestAnimationFrame);
  }
}"""
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


@pytest.fixture
def shop() -> Shop:
    shop = a_shop()
    values = {"subject": "mailto:it@halden.example"}
    set_account(shop.pk, "webpush", values, who="owner@halden.example", now=timezone.now())
    return shop


@pytest.fixture
def chatty(shop: Shop) -> Shop:
    """One that can be heard in chats as well."""
    telegram = {"token": "t", "secret": "s", "bot": "HaldenBot"}
    line = {"token": "t", "secret": "s", "basic_id": "@halden"}
    set_account(shop.pk, "telegram", telegram, who="owner@halden.example", now=timezone.now())
    set_account(shop.pk, "line", line, who="owner@halden.example", now=timezone.now())
    return shop


def opened(contexts: Contexts, url: str, **options: Any) -> tuple[Page, Watch]:
    context = contexts(**options)
    context.add_init_script(PLAYED % json.dumps(KEYS))
    page = context.new_page()
    watch = Watch(page, "/".join(url.split("/")[:3]))
    page.goto(url, wait_until="networkidle")
    return page, watch


LOOKS = [
    ("en", "light", PHONE),
    ("en", "dark", DESK),
    ("ar", "light", PHONE),
    ("ar", "dark", DESK),
    ("ja", "light", PHONE),
    ("ko", "dark", PHONE),
    ("hi", "light", NARROW),
    ("ja", "dark", NARROW),
]


@pytest.mark.parametrize(("language", "scheme", "viewport"), LOOKS)
def test_the_offer_is_accessible_and_fits(
    live_server: LiveServer,
    contexts: Contexts,
    chatty: Shop,
    language: str,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    path = SCENES["on_time"](chatty, timezone.now())
    options = {"color_scheme": scheme, "viewport": viewport}
    page, watch = opened(contexts, f"{live_server.url}{path}?lang={language}", **options)
    page.wait_for_selector(".offers button:visible")
    picture(page, f"push-{language}-{scheme}-{viewport['width']}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert watch.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_one_press_subscribes_and_another_ends_it(
    live_server: LiveServer, contexts: Contexts, shop: Shop
) -> None:
    page, watch = opened(contexts, f"{live_server.url}{SCENES['on_time'](shop, timezone.now())}?lang=en")
    page.click("text=Tell me in this browser")
    page.wait_for_selector("text=This browser will tell you when something happens.")
    picture(page, "push-on-390")
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("window.asked") == 65  # the shop's key
    address = Address.objects.get()
    assert (address.value, address.extra) == ("https://fcm.googleapis.com/fcm/send/abc", KEYS)
    scope = page.evaluate("navigator.serviceWorker.getRegistration('/t/halden/').then((one) => one.scope)")
    assert scope == f"{live_server.url}/t/halden/"
    page.click("text=Stop in this browser")
    page.wait_for_selector("text=Tell me in this browser")
    assert Address.objects.get().gone_at is not None
    assert watch.complaints == []


def test_a_browser_that_blocks_notes_says_so(live_server: LiveServer, contexts: Contexts, shop: Shop) -> None:
    context = contexts()
    context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page = context.new_page()
    page.goto(f"{live_server.url}{SCENES['on_time'](shop, timezone.now())}?lang=en", wait_until="networkidle")
    assert page.is_visible("text=Your browser blocks notes from this page.")
    assert not page.is_visible(".offers button")


def test_a_page_that_cannot_reach_us_says_so_and_can_be_tried_again(
    live_server: LiveServer, contexts: Contexts, shop: Shop
) -> None:
    page, _ = opened(contexts, f"{live_server.url}{SCENES['on_time'](shop, timezone.now())}?lang=en")
    page.route("**/push", lambda route: route.abort())
    page.click("text=Tell me in this browser")
    page.wait_for_selector("text=That did not work. Please try again later.")
    page.unroute("**/push")
    page.click("text=Tell me in this browser")
    page.wait_for_selector("text=Stop in this browser")


def test_what_the_worker_gets_it_shows(live_server: LiveServer, contexts: Contexts, shop: Shop) -> None:
    page, _ = opened(
        contexts,
        f"{live_server.url}{SCENES['on_time'](shop, timezone.now())}?lang=en",
        permissions=["notifications"],
    )
    page.click("text=Tell me in this browser")
    page.wait_for_selector("text=Stop in this browser")
    session = page.context.new_cdp_session(page)
    versions: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_function(
        "navigator.serviceWorker.getRegistration('/t/halden/').then((one) => !!one.active)"
    )
    told = {
        "title": "Halden & Rue: Out for delivery",
        "body": "Today by 18:00",
        "url": live_server.url,
        "tag": "t1",
        "lang": "en",
        "dir": "ltr",
    }
    registration = next(one for one in versions if one["scopeURL"].endswith("/t/halden/"))
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": live_server.url,
            "registrationId": registration["registrationId"],
            "data": json.dumps(told),
        },
    )
    shown = page.evaluate_handle(FIRST_NOTE).json_value()
    assert shown == [told["title"], told["body"], told["tag"], told["url"]]


def test_without_javascript_no_browser_is_offered(
    live_server: LiveServer, contexts: Contexts, shop: Shop
) -> None:
    path = SCENES["on_time"](shop, timezone.now())
    page, _ = open_page(contexts, f"{live_server.url}{path}", java_script_enabled=False)
    assert not page.is_visible(".offers")


def test_chats_are_offered_without_javascript(
    live_server: LiveServer, contexts: Contexts, chatty: Shop
) -> None:
    path = SCENES["on_time"](chatty, timezone.now())
    page, _ = open_page(contexts, f"{live_server.url}{path}", java_script_enabled=False)
    assert page.locator(".offers a:visible").all_inner_texts() == ["Tell me on LINE", "Tell me on Telegram"]
    assert not page.is_visible(".offers button")


@contextmanager
def the_shops_page(feed: str, script: str) -> Iterator[Peer]:
    """The shop's own site: another origin, whose page has the feed's place in it."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>My account</title>'
        '<link rel="icon" href="data:,"></head><body><main><h1>My account</h1>'
        f'<div data-wismo-feed="{feed}" data-dismiss="Close"></div></main>'
        f'<script src="{script}" defer></script></body></html>'
    )
    with a_peer(Peer(usual=Scripted(200, html.encode(), {"Content-Type": "text/html"}))) as site:
        yield site


def test_the_shops_own_page_shows_what_is_new_until_it_is_closed(
    live_server: LiveServer, contexts: Contexts, shop: Shop
) -> None:
    SCENES["on_time"](shop, timezone.now())
    order = Order.objects.get()
    keep(shop.pk, [news(order), news(order, 2, heading="<b>Shipped</b>", topic="parcel-8")], timezone.now())
    feed = f"{live_server.url}/feed/halden/{feed_token(shop.pk, order.buyer_id)}.json"
    with the_shops_page(feed, f"{live_server.url}/static/trackpage/feed.js") as site:
        set_account(shop.pk, "feed", {"origin": site.url}, who="o@halden.example", now=timezone.now())
        page = contexts().new_page()
        page.goto(f"{site.url}/account", wait_until="networkidle")
        titles = page.locator(".wismo-item strong").all_text_contents()
        assert titles == ["<b>Shipped</b>", "Out for delivery"]  # as text
        picture(page, "feed-390")
        assert Axe().run(page).violations_count == 0
        with page.expect_response("**/read"):
            page.click("[aria-label='Close: Out for delivery']")
        assert page.locator(".wismo-item").count() == 1
        page.reload(wait_until="networkidle")
        assert page.locator(".wismo-item strong").all_text_contents() == ["<b>Shipped</b>"]
    assert FeedItem.objects.filter(read_at=None).count() == 1
