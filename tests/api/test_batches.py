"""Carts, happenings, consents and addresses by the REST API: lists, of which the good part is kept."""

from typing import Any

import pytest
from django.test import Client

from tests.api.callers import Caller
from tests.makers import NOW, a_shop, an_order
from wismo.notify.actions.feedback import give
from wismo.notify.models import Address, Consent, HappeningRow, Message, MessagingSettings, Preference
from wismo.notify.rules.feedback import FeedbackKind
from wismo.orders.actions import keep_orders
from wismo.orders.models import Buyer, Cart, Order
from wismo.plumbing import tokens
from wismo.shops.actions import change_shop

pytestmark = pytest.mark.django_db
AT = "2026-11-24T09:00:00+01:00"
CART = {
    "reference": "c-1",
    "email": "lena@example.com",
    "changed_at": AT,
    "url": "https://shop.halden.example/cart/1",
    "total": {"amount": "36.00", "currency": "EUR"},
    "lines": [{"title": "Ridge mug", "sku": "MUG", "quantity": 2}],
}
REFUND = {"name": "refunded", "at": AT, "order": "o-1", "values": {"amount": "12.50"}}
CONSENT = {
    "email": "lena@example.com",
    "channel": "email",
    "kind": "marketing",
    "granted": True,
    "wording": "Send me offers.",
    "at": AT,
}


@pytest.fixture
def caller(client: Client) -> Caller:
    shop_id = a_shop()
    change_shop(shop_id, support_url="https://halden.example/help")
    keep_orders(shop_id, [an_order()], NOW)
    return Caller(shop_id, client)


def wheres(refused: Any) -> list[tuple[int, list[str]]]:
    return [(one["place"], [problem["where"] for problem in one["problems"]]) for one in refused["refused"]]


# ── carts ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_good_carts_of_a_list_are_kept_and_the_others_named(caller: Caller) -> None:
    bad = [
        {**CART, "reference": "c-2", "email": "lena"},
        {"reference": 5},
        {**CART, "url": "https://evil.example/"},
    ]
    status, answer = caller.call("PUT", "carts", [CART, *bad, {**CART, "reference": "c-3"}])
    assert (status, answer["kept"]) == (200, 2)
    assert wheres(answer) == [(1, ["email"]), (2, ["reference", "email", "changed_at", "url"]), (3, ["url"])]
    assert sorted(Cart.objects.values_list("reference", flat=True)) == ["c-1", "c-3"]


def test_where_all_are_wrong_it_is_refused_by_place_and_field(caller: Caller) -> None:
    status, problem = caller.call("PUT", "carts", [{**CART, "total": {"amount": "1.234", "currency": "EUR"}}])
    assert status == 422
    assert problem["problems"] == [{"where": "0.total", "what": "'1.234' has more decimals than EUR has (2)"}]


@pytest.mark.parametrize("body", [[], "{}", "null", '"x"', "", [CART] * 501])
def test_what_is_no_list_of_1_to_500_is_refused(caller: Caller, body: Any) -> None:
    status, problem = caller.call("PUT", "carts", body)
    assert status in {400, 422}
    assert problem["problems"]
    assert not Cart.objects.exists()


def test_a_carts_link_may_lead_to_hosts_the_shop_has_listed(caller: Caller) -> None:
    elsewhere = {**CART, "url": "https://mugs.example/cart"}
    assert caller.call("PUT", "carts", [elsewhere])[0] == 422
    MessagingSettings.objects.create(shop_id=caller.shop_id, link_hosts=["mugs.example"])
    assert caller.call("PUT", "carts", [elsewhere])[0] == 200


def test_an_order_made_from_a_cart_ends_it(caller: Caller) -> None:
    caller.call("PUT", "carts", [{**CART, "email": "max@example.com"}])
    order = {"reference": "o-2", "number": "#2", "placed_at": AT, "country": "DE", "cart": "c-1"}
    assert caller.call("POST", "orders", order)[0] == 201
    assert Cart.objects.get().ended_at is not None


# ── happenings ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_happening_is_taken_once_however_often_it_is_told(caller: Caller) -> None:
    for _ in range(2):
        assert caller.call("POST", "happenings", [REFUND]) == (200, {"kept": 1, "refused": []})
    assert list(HappeningRow.objects.values_list("name", "order__reference")) == [("refunded", "o-1")]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": "campaign"}, "name"),
        ({"name": "exploded"}, "name"),
        ({"order": "o-9"}, "order"),
        ({"order": "", "cart": "c-9"}, "cart"),
        ({"order": ""}, "order"),
        ({"cart": "c-1"}, "order"),
        ({"order": "o\x00"}, "order"),
        ({"episode": "x" * 25}, "episode"),
        ({"at": "1990-01-01T00:00:00Z"}, "at"),
        ({"values": {"a": [1]}}, "values"),
        ({"values": {"a-b": 1}}, "values"),
        ({"values": {"a": "x" * 501}}, "values"),
        ({"values": {"link": "https://evil.example/"}}, "values"),
        ({"values": {str(f"v{n}"): n for n in range(31)}}, "values"),
    ],
)
def test_what_is_wrong_with_a_happening_is_named(caller: Caller, changes: dict[str, Any], where: str) -> None:
    status, answer = caller.call("POST", "happenings", [REFUND, {**REFUND, **changes}])
    assert status == 200
    assert wheres(answer) == [(1, [where])]
    assert HappeningRow.objects.count() == 1


# ── consents ──────────────────────────────────────────────────────────────────────────────────────────────


def test_consents_are_written_down_and_wait_for_the_mail_where_the_law_wants_it(caller: Caller) -> None:
    new = {**CONSENT, "email": "New@example.com", "language": "ja", "kind": "feedback", "granted": False}
    assert caller.call("POST", "buyers/consents", [CONSENT, new])[1] == {"kept": 2, "refused": []}
    held = set(Preference.objects.values_list("kind", "granted", "confirmed"))
    assert held == {("marketing", True, False), ("feedback", False, True)}
    said = Consent.objects.get(kind="marketing")
    assert (said.source, said.evidence) == ("api", {"wording": "Send me offers.", "page": "", "language": ""})
    assert Buyer.objects.get(email="new@example.com").language == "ja"
    assert Message.objects.filter(journey="double_opt_in").count() == 1


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"email": "lena"}, "email"),
        ({"channel": "pigeon"}, "consent"),
        ({"kind": "fun"}, "kind"),
        ({"wording": " "}, "consent"),
        ({"at": "1990-01-01T00:00:00Z"}, "consent"),
        ({"name": "L\x00"}, "name"),
    ],
)
def test_what_is_wrong_with_a_consent_is_named(caller: Caller, changes: dict[str, Any], where: str) -> None:
    answer = caller.call("POST", "buyers/consents", [CONSENT, {**CONSENT, **changes}])[1]
    assert wheres(answer) == [(1, [where])]


def test_an_order_tells_what_was_ticked_at_checkout(caller: Caller) -> None:
    told = {name: CONSENT[name] for name in ("channel", "kind", "granted", "wording")}
    order = {"reference": "o-2", "number": "#2", "placed_at": AT, "country": "JP", "email": "yui@example.jp"}
    for _ in range(2):
        assert caller.call("POST", "orders", {**order, "consents": [told], "language": "ja"})[0] in {200, 201}
    said = Consent.objects.get()
    assert (said.source, said.at.isoformat()) == ("checkout", "2026-11-24T08:00:00+00:00")
    assert said.evidence == {"wording": "Send me offers.", "page": "", "language": "ja"}
    assert list(Preference.objects.values_list("granted", "confirmed")) == [(True, True)]


def test_an_order_with_a_consent_that_is_wrong_is_not_kept(caller: Caller) -> None:
    told = {"channel": "pigeon", "kind": "marketing", "granted": True, "wording": "Coo"}
    order = {"reference": "o-2", "number": "#2", "placed_at": AT, "country": "JP", "consents": [told]}
    status, problem = caller.call("POST", "orders", order)
    assert (status, [one["where"] for one in problem["problems"]]) == (422, ["consents"])
    assert not Order.objects.filter(reference="o-2").exists()


# ── buyers ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_buyer_is_found_and_told_where_they_can_be_reached(caller: Caller) -> None:
    status, buyer = caller.call("POST", "buyers/find", {"email": "Lena@example.com"})
    assert (status, caller.call("POST", "buyers/find", {"order": "o-1"})[1]) == (200, buyer)
    places = [
        {"kind": "line", "value": "U4af49", "extra": {"name": "Lena"}},
        {"kind": "phone", "value": "+491701234567"},
        {"kind": "telegram", "value": " "},
    ]
    answer = caller.call("PUT", f"buyers/{buyer['id']}/addresses", places)[1]
    assert (answer["kept"], wheres(answer)) == (1, [(1, ["kind"]), (2, ["value"])])
    found = caller.call("GET", f"buyers/{buyer['id']}")[1]
    assert [(one["kind"], one["value"]) for one in found["addresses"]] == [
        ("email", "lena@example.com"),
        ("line", "U4af49"),
    ]
    assert [(one["kind"], one["on"]) for one in found["choices"]] == [
        ("transactional", True),
        ("feedback", True),
        ("marketing", False),
    ]
    assert "/p/" in found["preferences_page"]
    assert Address.objects.get(kind="line").extra == {"name": "Lena"}


def test_a_feed_token_is_the_buyers(caller: Caller) -> None:
    buyer = Buyer.objects.get()
    status, feed = caller.call("POST", f"buyers/{buyer.pk}/feed-token")
    assert status == 200
    path = f"/feed/halden/{feed['token']}.json"
    assert caller.client.get(path).json() == {"unread": 0, "items": []}


def test_another_shops_buyers_are_unknown(caller: Caller, client: Client) -> None:
    other, buyer = Caller(a_shop("other"), client), Buyer.objects.get()
    for method, path, body in (
        ("GET", f"buyers/{buyer.pk}", None),
        ("PUT", f"buyers/{buyer.pk}/addresses", [{"kind": "line", "value": "U"}]),
        ("POST", f"buyers/{buyer.pk}/feed-token", None),
        ("POST", "buyers/find", {"email": "lena@example.com"}),
        ("POST", "buyers/find", {"order": "o-1"}),
        ("GET", f"buyers/{2**70}", None),
        ("GET", "buyers/0", None),
    ):
        assert other.call(method, path, body)[0] == 404, path
    assert other.call("POST", "happenings", [REFUND])[0] == 422


# ── feedback ──────────────────────────────────────────────────────────────────────────────────────────────


def test_judgements_are_read_newest_first_page_by_page(caller: Caller) -> None:
    order = Order.objects.get()
    message = Message.objects.filter(order=order).earliest("pk")
    give(message.pk, FeedbackKind.CSAT, 2, "Wet.", NOW)
    give(message.pk, FeedbackKind.NPS, 9, "", NOW)
    status, rows = caller.call("GET", "feedback")
    assert status == 200
    assert [(row["order"], row["kind"], row["score"], row["comment"]) for row in rows] == [
        ("o-1", "nps", 9, ""),
        ("o-1", "csat", 2, "Wet."),
    ]
    assert [row["kind"] for row in caller.call("GET", f"feedback?before={rows[0]['id']}")[1]] == ["csat"]
    assert [row["kind"] for row in caller.call("GET", "feedback?kind=nps&limit=1")[1]] == ["nps"]
    assert caller.call("GET", "feedback?kind=joy")[0] == 422
    assert Caller(a_shop("other"), caller.client).call("GET", "feedback") == (200, [])


def test_no_address_stands_in_a_url(caller: Caller) -> None:
    buyer = caller.call("POST", "buyers/find", {"order": "o-1"})[1]
    assert "lena" not in buyer["preferences_page"]
    assert tokens.read_short("preferences", buyer["preferences_page"].rpartition("/")[2])
