"""Preferences, one-press pages and judgements in Chromium: accessible, and whole without JavaScript."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import picture
from tests.browser.test_tracking import DESK, PHONE, check, open_page
from tests.trackpage.rows import LANGUAGES, a_shop, an_order
from tests.trackpage.told import a_message, path, preferences
from wismo.notify import links
from wismo.notify.actions.consents import Wish, keep_wishes
from wismo.notify.actions.feedback import give
from wismo.notify.actions.people import remember_address
from wismo.notify.models import ChannelAccount, Feedback, Preference
from wismo.notify.rules.feedback import FeedbackKind
from wismo.notify.words import AddressKind, Kind
from wismo.orders.models import Buyer, Order
from wismo.plumbing import secrets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
Contexts = Callable[..., BrowserContext]
ACCOUNTS = (("sms", "twilio_sms"), ("whatsapp", "meta_whatsapp"), ("line", "line"))


def lenas_order() -> Order:
    """An order of somebody who can be reached in four ways, and waits to confirm one."""
    order = an_order(a_shop(), timezone.now())
    Buyer.objects.filter(pk=order.buyer_id).update(phone="+491701234567")
    remember_address(order.shop_id, order.buyer_id, AddressKind.LINE, "U4af49", {}, timezone.now())
    for channel, provider in ACCOUNTS:
        ChannelAccount.objects.create(
            shop=order.shop,
            channel=channel,
            provider=provider,
            sealed=secrets.seal("{}"),
            changed_at=timezone.now(),
        )
    wish = Wish(order.buyer_id, "email", Kind.MARKETING, granted=True, source="checkout", at=timezone.now())
    keep_wishes(order.shop_id, [wish])
    return order


def scene(name: str) -> str:
    order = lenas_order()
    message = a_message(order.shop, order=order)
    consent = Preference.objects.get().consent_id
    if name == "judged_bad":
        give(message.pk, FeedbackKind.CSAT, 1, "The box was wet.", timezone.now())
    pages = {
        "preferences": lambda: preferences(order),
        "preferences_saved": lambda: f"{preferences(order)}?saved=1",
        "unsubscribe": lambda: path(links.unsubscribe(message.pk, Kind.MARKETING)),
        "confirm": lambda: path(links.confirm(consent)),
        "csat": lambda: path(links.score(message.pk, FeedbackKind.CSAT, 4)),
        "nps": lambda: path(links.score(message.pk, FeedbackKind.NPS, 9)),
        "judged_bad": lambda: f"{path(links.score(message.pk, FeedbackKind.CSAT))}?saved=1",
    }
    return pages[name]()


LOOKS = [
    ("preferences", "en", "light", PHONE),
    ("preferences", "en", "dark", DESK),
    ("preferences", "ar", "light", PHONE),
    ("preferences", "ja", "light", DESK),
    ("preferences_saved", "ko", "light", PHONE),
    ("unsubscribe", "en", "light", PHONE),
    ("unsubscribe", "ar", "dark", DESK),
    ("confirm", "en", "light", PHONE),
    ("confirm", "ja", "dark", PHONE),
    ("csat", "en", "light", PHONE),
    ("csat", "en", "dark", DESK),
    ("csat", "ar", "light", DESK),
    ("csat", "hi", "light", PHONE),
    ("nps", "en", "light", PHONE),
    ("nps", "ja", "light", PHONE),
    ("nps", "ar", "dark", DESK),
    ("judged_bad", "en", "light", PHONE),
    ("judged_bad", "ko", "dark", DESK),
]


@pytest.mark.parametrize(("name", "language", "scheme", "viewport"), LOOKS)
def test_the_pages_of_choices_are_accessible_and_quiet(
    live_server: LiveServer,
    contexts: Contexts,
    name: str,
    language: str,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    page, watch = open_page(
        contexts,
        with_language(live_server.url + scene(name), language),
        color_scheme=scheme,
        viewport=viewport,
    )
    picture(page, f"{name}-{language}-{scheme}-{viewport['width']}")
    check(page, watch)
    assert page.get_attribute("html", "lang") == language


def with_language(url: str, language: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}lang={language}"


@pytest.mark.parametrize("name", ["preferences", "unsubscribe", "confirm", "csat", "nps", "judged_bad"])
def test_nothing_spills_over_at_320_pixels_in_any_language(
    live_server: LiveServer, contexts: Contexts, name: str
) -> None:
    url = live_server.url + scene(name)
    page = contexts(viewport={"width": 320, "height": 700}).new_page()
    for language in LANGUAGES:
        page.goto(with_language(url, language))
        picture(page, f"narrow-{name}-{language}")
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == 320, language


def test_all_of_it_works_without_javascript_and_cookies(live_server: LiveServer, contexts: Contexts) -> None:
    order = lenas_order()
    message = a_message(order.shop, order=order)
    page, _ = open_page(contexts, live_server.url + preferences(order), java_script_enabled=False)
    page.locator("label", has_text="Text message").nth(0).uncheck()
    page.get_by_role("button", name="Save").click()
    assert page.is_visible("text=Saved. It holds from now on.")
    assert Preference.objects.filter(channel="sms", kind="transactional", granted=False).exists()
    page.goto(live_server.url + path(links.score(message.pk, FeedbackKind.CSAT, 2)))
    page.get_by_label("Very good").check()
    page.get_by_label("Anything else").fill("Dry and quick.")
    page.get_by_role("button", name="Send").click()
    assert page.is_visible("text=Thank you. We have it.")
    assert list(Feedback.objects.values_list("score", "comment")) == [(5, "Dry and quick.")]
    page.goto(live_server.url + path(links.unsubscribe(message.pk, Kind.FEEDBACK)))
    page.click("text=End them")
    assert page.is_visible("h1:has-text('Done')")


def test_a_score_can_be_chosen_with_the_keyboard(live_server: LiveServer, contexts: Contexts) -> None:
    page, watch = open_page(contexts, live_server.url + scene("nps"))
    page.locator("input[value='9']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Thank you. We have it.")
    assert Feedback.objects.get().score == 10
    assert watch.complaints == []
