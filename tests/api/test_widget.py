"""The date a shopper's browser asks for: a public key, no cookie, no statement, nobody else's page."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.makers import NOW, a_shop
from tests.promise.planned import PLAN, day, learn, publish
from wismo.api.promise import ASKED
from wismo.promise.behind import LEDGER
from wismo.promise.models import Promise
from wismo.promise.serving import LOOK
from wismo.promise.signing import read, widget_key
from wismo.shops.models import Shop
from wismo.shops.queries import shop_key

pytestmark = pytest.mark.django_db
OWN = "https://shop.example"
FROM_OWN = {"origin": OWN}
SCRIPT = Path(str(finders.find("api/promise.js"))).read_text("utf-8")


class Browser:
    """A shopper who looks at a page of the shop's."""

    def __init__(self, client: Client) -> None:
        self.client, self.shop = client, a_shop()
        publish(self.shop)
        learn(self.shop)
        self.key = widget_key(self.shop, 1)

    def ask(self, headers: Mapping[str, str] = FROM_OWN, **query: Any) -> HttpResponse:
        asked = {"shop": self.key, "country": "DE", "postcode": "80331", "service": "standard", **query}
        answer: HttpResponse = self.client.get("/v1/promise", asked, headers=headers)  # type: ignore[assignment]
        return answer


@pytest.fixture
def browser(client: Client) -> Iterator[Browser]:
    ASKED.forget()
    with time_machine.travel(NOW, tick=False):
        yield Browser(client)
        LEDGER.flush()


def test_a_page_is_told_the_day_until_when_it_holds_and_its_id(browser: Browser) -> None:
    told = browser.ask().json()  # type: ignore[attr-defined]
    kept = read(browser.shop, told.pop("id"), NOW)
    assert (kept.latest, kept.place) == (day(2), "product")
    assert told == {
        "service": "standard",
        "earliest": "2026-11-25",
        "latest": "2026-11-26",
        "order_by": "2026-11-24T14:00:00+01:00",
    }
    assert LEDGER.flush() == 1
    assert Promise.objects.get().key == kept.key


def test_an_answer_is_kept_for_five_minutes_but_never_past_the_cut_off(browser: Browser) -> None:
    assert browser.ask()["Cache-Control"] == "public, max-age=300"
    with time_machine.travel(NOW + timedelta(minutes=58), tick=False):
        assert browser.ask()["Cache-Control"] == "public, max-age=120"


def test_what_did_not_change_is_not_sent_and_not_shown_again(browser: Browser) -> None:
    tag = browser.ask()["ETag"]
    LEDGER.flush()
    again = browser.ask({"if-none-match": tag, "origin": OWN})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Access-Control-Allow-Origin"] == OWN
    assert LEDGER.flush() == 0
    assert browser.ask({"if-none-match": tag}, postcode="10115").status_code == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(OWN, OWN), ("https://thief.example", None), ("http://shop.example", None), ("null", None), ("", None)],
)
def test_only_the_plans_own_pages_may_read_it(browser: Browser, origin: str, allowed: str | None) -> None:
    answer = browser.ask({"origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_question_costs_no_statement_and_sets_no_cookie(
    browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser.ask()
    with django_assert_num_queries(0):
        answer = browser.ask()
    assert not answer.cookies


def test_no_promise_is_an_answer_like_any_other(browser: Browser) -> None:
    for query in ({"country": "JP"}, {"service": "drone"}):
        answer = browser.ask(FROM_OWN, **query)
        assert answer.status_code == 200
        assert {"id": "", "earliest": None, "latest": None, "order_by": None}.items() <= answer.json().items()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"country": ""}, "country"),
        ({"country": "Germany"}, "country"),
        ({"postcode": "8" * 17}, "postcode"),
        ({"postcode": "\x00"}, "postcode"),
        ({"sku": "x" * 81}, "items.0.sku"),
        ({"sku": ["x"] * 101}, "items"),
    ],
)
def test_a_wrong_parameter_is_named(browser: Browser, query: dict[str, Any], where: str) -> None:
    answer = browser.ask(**query)
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert [problem["where"] for problem in answer.json()["problems"]] == [where]  # type: ignore[attr-defined]


def test_a_key_that_is_none_or_no_longer_one_tells_nothing(browser: Browser) -> None:
    newer = NOW + LOOK
    publish(browser.shop, f"widget = 2\n{PLAN}", at=newer)
    gone = a_shop("gone")
    Shop.objects.filter(pk=gone).delete()
    with time_machine.travel(newer, tick=False):
        wrong = ("", "pk_x", browser.key, widget_key(gone, 1), shop_key(browser.shop), "halden")
        answers = [browser.ask(shop=key) for key in wrong]
        assert {(answer.status_code, answer.content) for answer in answers} == {
            (404, b'{"status":404,"problems":[{"where":"shop","what":"no key of a shop; see its settings"}]}')
        }
        assert browser.ask(shop=widget_key(browser.shop, 2)).status_code == 200


def test_who_asks_too_often_is_asked_to_wait(
    browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser.ask()
    with django_assert_num_queries(0):
        # On a slow machine some room is made while it asks.
        answers = [browser.ask() for _ in range(2 * ASKED.burst)]
    assert {answer.status_code for answer in answers[: ASKED.burst - 1]} == {200}
    assert {answer["Retry-After"] for answer in answers if answer.status_code == 429} == {"1"}
    assert browser.client.get("/v1/promise", REMOTE_ADDR="203.0.113.7").status_code == 404


def test_it_is_only_ever_read(browser: Browser) -> None:
    assert browser.client.post("/v1/promise").status_code == 405


def test_the_script_is_small_speaks_every_language_and_has_no_styles() -> None:
    assert len(SCRIPT.encode()) <= 5 * 1024
    for forbidden in ("innerHTML", ".style", "cookie", "eval", "localStorage"):
        assert forbidden not in SCRIPT
    tags = {"pt-br": "pt", "zh-hans": '"zh-Hans"', "zh-hant": '"zh-Hant"'}
    for code, _ in settings.LANGUAGES:
        assert f"  {tags.get(code, code)}: [" in SCRIPT, code
