"""Preferences, one-click unsubscribe, double opt-in: as mail programs and people open them."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from tests.trackpage.rows import a_shop, an_order
from tests.trackpage.told import NOW, a_message, path, preferences
from wismo.notify import links
from wismo.notify.actions.consents import Wish, keep_wishes
from wismo.notify.models import ChannelAccount, Consent, Preference
from wismo.notify.words import Kind
from wismo.orders.models import Buyer, Order
from wismo.plumbing import secrets
from wismo.shops.models import Shop

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
STRICT = Client(enforce_csrf_checks=True)  # as a mail program: no cookie, no form of ours before


@pytest.fixture
def shop() -> Shop:
    return a_shop()


@pytest.fixture
def order(shop: Shop) -> Order:
    order = an_order(shop, NOW)
    Buyer.objects.filter(pk=order.buyer_id).update(phone="+491701234567")
    ChannelAccount.objects.create(
        shop=shop, channel="sms", provider="twilio_sms", sealed=secrets.seal("{}"), changed_at=NOW
    )
    return order


def held() -> set[tuple[str, str, bool]]:
    return set(Preference.objects.values_list("channel", "kind", "granted"))


def ticked(body: str) -> list[str]:
    return re.findall(r'value="(\w+:\w+)" checked', body)


# ── preferences ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_shows_what_holds_for_each_kind_and_way(client: Client, order: Order) -> None:
    body = client.get(preferences(order)).content.decode()
    assert ticked(body) == ["email:transactional", "sms:transactional", "email:feedback", "sms:feedback"]
    assert "l•••@example.com" in body
    assert "••• 567" in body
    assert "+491701234567" not in body
    assert "lena.hr-20418" not in body
    assert "Stays on until your order has arrived" in body


def test_what_is_ticked_is_what_holds(order: Order) -> None:
    page = preferences(order)
    answer = STRICT.post(page, {"on": ["sms:transactional", "email:feedback"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?saved=1&lang=en")
    assert held() == {("sms", "feedback", False)}
    body = STRICT.get(f"{page}?saved=1").content.decode()
    assert "Saved. It holds from now on." in body
    assert ticked(body) == ["email:transactional", "sms:transactional", "email:feedback"]
    said = Consent.objects.get()
    assert (said.source, said.evidence["page"], said.evidence["language"]) == (
        "preferences",
        "preferences",
        "en",
    )
    assert said.evidence["wording"]["feedback"] == "A short question once your order has arrived."


def test_one_button_turns_off_all_that_can_be(order: Order) -> None:
    STRICT.post(preferences(order), {"on": ["sms:transactional", "sms:marketing"], "stop": "all"})
    body = STRICT.get(preferences(order)).content.decode()
    assert ticked(body) == ["email:transactional"]


def test_an_offer_that_is_agreed_to_waits_for_its_mail(order: Order) -> None:
    STRICT.post(preferences(order), {"on": ["email:marketing"]})
    assert Preference.objects.get(kind="marketing", channel="email").confirmed is False
    body = STRICT.get(preferences(order)).content.decode()
    assert "Waiting for you: we have sent you a mail, confirm it there." in body
    assert "email:marketing" not in ticked(body)


def test_the_page_speaks_the_buyers_language(client: Client, order: Order) -> None:
    Buyer.objects.filter(pk=order.buyer_id).update(language="ja-JP")
    answer = client.get(preferences(order))
    assert answer.headers["Content-Language"] == "ja"
    assert "お知らせの設定" in answer.content.decode()
    assert 'dir="rtl"' in client.get(f"{preferences(order)}?lang=ar").content.decode()


def test_too_many_saves_rest_for_an_hour(order: Order) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        codes = [STRICT.post(preferences(order), {"on": []}).status_code for _ in range(61)]
        assert codes == [303] * 60 + [429]
        clock.shift(3600)
        assert STRICT.post(preferences(order), {"on": []}).status_code == 303


# ── one click ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ask", [Client.get, Client.head])
def test_opening_the_link_ends_nothing(client: Client, shop: Shop, ask: Callable[..., object]) -> None:
    url = path(links.unsubscribe(a_message(shop).pk, Kind.FEEDBACK))
    ask(client, url)
    assert held() == set()
    body = client.get(url).content.decode()
    assert "Halden &amp; Rue will not ask for your opinion at this address any more." in body
    assert body.count("<button") == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_programs_post_acts_at_once_without_cookie_or_form(shop: Shop, kind: Kind) -> None:
    url = path(links.unsubscribe(a_message(shop).pk, kind))
    answer = STRICT.post(
        url,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": "null"},
    )
    assert answer.status_code == 200
    assert held() == {("email", kind.value, False)}
    assert "Done" in answer.content.decode()
    assert STRICT.post(url).status_code == 200
    assert held() == {("email", kind.value, False)}


def test_the_page_leads_on_to_all_preferences(client: Client, shop: Shop) -> None:
    message = a_message(shop)
    body = client.post(path(links.unsubscribe(message.pk, Kind.MARKETING))).content.decode()
    (href,) = re.findall(r'href="(/p/[^"]+)"', body)
    assert client.get(href).status_code == 200


# ── double opt-in ─────────────────────────────────────────────────────────────────────────────────────────


def a_wish(order: Order) -> int:
    wish = Wish(order.buyer_id, "email", Kind.MARKETING, granted=True, source="checkout", at=NOW)
    (one,) = keep_wishes(order.shop_id, [wish])
    return one.consent_id


@time_machine.travel(NOW, tick=False)
def test_a_press_confirms_and_opening_does_not(order: Order) -> None:
    url = path(links.confirm(a_wish(order)))
    assert "Yes, I want them" in STRICT.get(url).content.decode()
    assert Preference.objects.get().confirmed is False
    answer = STRICT.post(url)
    assert (answer.status_code, Preference.objects.get().confirmed) == (200, True)
    assert "Thank you. It is confirmed." in answer.content.decode()


def test_a_link_that_came_too_late_says_so(order: Order) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        url = path(links.confirm(a_wish(order)))
        clock.shift(31 * 24 * 3600)
        answer = STRICT.post(url)
    assert answer.status_code == 410
    assert "This link confirms nothing any more" in answer.content.decode()


# ── all of them ───────────────────────────────────────────────────────────────────────────────────────────


def test_altered_unknown_and_erased_links_get_the_same_answer(client: Client, order: Order) -> None:
    message = a_message(order.shop, order=order)
    urls = [
        preferences(order),
        path(links.unsubscribe(message.pk, Kind.FEEDBACK)),
        path(links.confirm(a_wish(order))),
    ]
    altered = [f"{url}x" for url in urls]
    unknown = [path(links.preferences(order.shop_id, 99)), path(links.confirm(99)), "/r/x", "/f/x", "/f/é"]
    message.delete()
    answers = [client.get(url) for url in [*altered, *unknown, urls[1]]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {client.post(url).status_code for url in altered} == {404}


def test_whoever_tries_many_links_rests(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        codes = [client.get(f"/p/{n}").status_code for n in range(121)]
    assert codes == [404] * 120 + [429]


def test_nobody_else_learns_the_address_of_a_page(client: Client, order: Order) -> None:
    answer = client.get(preferences(order))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "csrftoken" not in client.cookies


def test_whatever_is_posted_is_answered(order: Order) -> None:
    for value in ("", "x" * 5000, "email", "email:", ":", "pigeon:marketing", "email:fun", "\U0010ffff"):
        assert STRICT.post(preferences(order), {"on": [value]}).status_code == 303
    assert STRICT.post(preferences(order), {"on": ["\0"]}).status_code == 400
