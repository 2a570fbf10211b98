"""Quotes by the REST API, and orders that bring what they were promised."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.api.callers import Caller
from tests.makers import NOW, a_shop
from tests.promise.planned import day, learn, publish
from tests.promise.shown import shown
from wismo.orders.models import Order
from wismo.promise.behind import LEDGER
from wismo.promise.models import Promise
from wismo.promise.signing import KEPT, read, shop_of_widget_key, sign

pytestmark = pytest.mark.django_db
MUNICH, BERLIN, VIENNA = (
    {"country": "DE", "postcode": "80331", "region": "BY"},
    {"country": "DE", "postcode": "10115"},
    {"country": "AT", "postcode": "1010"},
)
ORDER = {
    "reference": "o-1",
    "number": "#1001",
    "placed_at": "2026-11-24T12:30:00Z",
    "country": "DE",
    "lines": [{"title": "Ridge mug", "sku": "MUG"}],
}


@pytest.fixture
def caller(client: Client) -> Any:
    with time_machine.travel(NOW, tick=False):
        caller = Caller(a_shop(), client)
        publish(caller.shop_id)
        learn(caller.shop_id)
        yield caller
        LEDGER.flush()


def quote(caller: Caller, *destinations: Any, **more: Any) -> Any:
    status, told = caller.call("POST", "promises/quote", {"destinations": destinations, **more})
    assert status == 200, told
    return told


def refused(caller: Caller, *destinations: Any, **more: Any) -> list[tuple[str, str]]:
    status, told = caller.call("POST", "promises/quote", {"destinations": destinations, **more})
    assert status == 422
    return [(problem["where"], problem["what"]) for problem in told["problems"]]


def test_each_destination_and_service_has_its_answer_with_reasons_in_words(caller: Caller) -> None:
    told = quote(caller, MUNICH, VIENNA)
    answers = [(a["destination"], a["service"], a["latest"], a["rung"], a["sample"]) for a in told["answers"]]
    assert answers == [
        (0, "standard", "2026-11-26", "own_lane", 412),
        (0, "express", "2026-11-25", "own_lane", 412),
        (1, "standard", "2026-11-30", "typed", 0),
    ]
    first = told["answers"][0]
    assert (first["earliest"], first["hand_over"], first["level"]) == ("2026-11-25", "2026-11-24", 0.95)
    assert first["order_by"] == "2026-11-24T14:00:00+01:00"
    assert {"own_lane", "level"} <= {reason["code"] for reason in first["reasons"]}
    assert all(" " in reason["text"] and reason["text"].endswith(".") for reason in first["reasons"])


def test_the_id_holds_the_promise_and_the_ledger_has_it(caller: Caller) -> None:
    told = quote(caller, MUNICH, services=["standard"], place="cart")["answers"][0]
    kept = read(caller.shop_id, told["id"], NOW)
    assert (kept.latest, kept.place, kept.country, kept.area, kept.carrier) == (
        day(2), "cart", "DE", "DE-BY", "own",
    )  # fmt: skip
    assert LEDGER.flush() == 1
    row = Promise.objects.get()
    assert (row.key, row.latest, row.plan_version, row.order_id) == (kept.key, day(2), 1, None)
    assert row.learning_id == kept.learning_id is not None


def test_the_good_part_is_answered_and_the_rest_named_by_place_and_field(caller: Caller) -> None:
    told = quote(caller, MUNICH, {"country": "Germany"}, {"postcode": 1}, BERLIN, services=["standard"])
    assert [answer["destination"] for answer in told["answers"]] == [0, 3]
    assert [(one["place"], [problem["where"] for problem in one["problems"]]) for one in told["refused"]] == [
        (1, ["country"]),
        (2, ["country", "postcode"]),
    ]
    assert told["kept"] == 2


def test_where_all_are_wrong_the_answer_says_so(caller: Caller) -> None:
    assert [where for where, _ in refused(caller, {"country": "Germany"})] == ["0.country"]


def test_a_service_that_does_not_go_there_is_no_promise_and_says_why(caller: Caller) -> None:
    (told,) = quote(caller, VIENNA, services=["express"])["answers"]
    assert (told["latest"], told["id"], told["rung"]) == (None, "", "none")
    assert [reason["code"] for reason in told["reasons"]] == ["not_served"]
    assert LEDGER.flush() == 0


def test_a_place_nobody_serves_has_one_answer_that_says_so(caller: Caller) -> None:
    (told,) = quote(caller, {"country": "JP", "postcode": "100-0001"})["answers"]
    assert (told["latest"], told["id"], told["rung"]) == (None, "", "none")
    assert told["reasons"]


def test_what_the_plan_does_not_know_is_named(caller: Caller) -> None:
    wrong = refused(
        caller, MUNICH, services=["drone"], payment="shells", warehouse="moon", items=[{"product_class": "x"}]
    )
    assert wrong == [
        ("services.0", "the plan has no 'drone'; it has standard, express"),
        ("payment", "the plan has no 'shells'; it has none"),
        ("warehouse", "the plan has no 'moon'; it has main"),
        ("items.0.product_class", "the plan has no 'x'; it has engraved"),
    ]


def test_a_call_has_at_most_a_hundred_destinations_times_services(caller: Caller) -> None:
    assert len(quote(caller, *[MUNICH] * 50)["answers"]) == 100
    assert refused(caller, *[MUNICH] * 51) == [
        ("destinations", "at most 100 destinations × services a call; these have 2 services")
    ]
    assert len(quote(caller, *[MUNICH] * 100, services=["standard"])["answers"]) == 100
    assert refused(caller) == [("body", "a list of 1 to 500")]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"level": 0.3}, "level"),
        ({"at": "2026-11-24T12:00:00"}, "at"),
        ({"at": "1999-01-01T00:00:00Z"}, "at"),
        ({"items": [{"sku": "x\x00"}]}, "items.0.sku"),
        ({"items": [{"sku": "x", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"available_on": "9999-01-01"}]}, "items.0.available_on"),
    ],
)
def test_a_wrong_field_of_the_cart_is_named(caller: Caller, more: dict[str, Any], where: str) -> None:
    assert refused(caller, MUNICH, **more)[0][0] == f"0.{where}"


def test_a_later_moment_a_surer_level_and_goods_made_to_order_move_the_date(caller: Caller) -> None:
    def latest(**more: Any) -> str:
        return str(quote(caller, MUNICH, services=["standard"], **more)["answers"][0]["latest"])

    assert latest() == "2026-11-26"
    assert latest(at="2026-11-24T13:00:00Z") == "2026-11-27"  # 14:00 in Berlin is too late
    assert latest(level=0.99) == "2026-11-26"
    assert latest(items=[{"sku": "ENG-7"}]) > "2026-12-01"


def test_without_a_key_there_is_no_quote(client: Client) -> None:
    assert client.post("/api/v1/promises/quote", {}, content_type="application/json").status_code == 401


def test_the_widgets_key_names_the_shop(caller: Caller) -> None:
    status, told = caller.call("GET", "promises/widget")
    assert (status, told["origins"]) == (200, ["https://shop.example"])
    assert shop_of_widget_key(told["key"]) == (caller.shop_id, 1)
    assert told["address"].endswith("/v1/promise")
    assert told["script"].endswith("/static/api/promise.js")


def place(caller: Caller, **more: Any) -> tuple[int, Any]:
    return caller.call("POST", "orders", {**ORDER, **more})


def test_an_order_that_brings_its_id_was_promised_that_day(caller: Caller) -> None:
    told = quote(caller, MUNICH, services=["standard"])["answers"][0]
    assert place(caller, promise=told["id"])[0] == 201
    order = Order.objects.get()
    assert order.promised_on == day(2)
    first = Promise.objects.get(first=True)
    assert (first.order_id, first.latest, first.place, first.rung) == (
        order.pk,
        day(2),
        "checkout",
        "own_lane",
    )
    assert place(caller, promise=told["id"])[0] == 200
    assert Promise.objects.filter(order=order).count() == 1


def test_a_later_telling_without_the_id_does_not_take_the_promise_back(caller: Caller) -> None:
    told = quote(caller, MUNICH, services=["standard"])["answers"][0]
    place(caller, promise=told["id"])
    place(caller, city="Munich")
    order = Order.objects.get()
    assert (order.city, order.promised_on) == ("Munich", day(2))


def test_the_shops_own_day_counts_before_the_ids(caller: Caller) -> None:
    told = quote(caller, MUNICH, services=["standard"])["answers"][0]
    place(caller, promise=told["id"], promised_on="2026-11-30")
    assert Order.objects.get().promised_on == date(2026, 11, 30)
    assert Promise.objects.get(first=True).latest == date(2026, 11, 30)
    assert Promise.objects.get(first=False).latest == day(2)


@pytest.mark.parametrize(
    ("promise", "what"),
    [
        (lambda shop: sign(shop, shown())[:-1] + "_", "it is no id this shop was given"),
        (lambda shop: sign(shop + 1, shown()), "it is no id this shop was given"),
        (lambda shop: sign(shop, shown(shown_at=NOW - KEPT)), "it was good for orders until 2026-11-24"),
        (lambda shop: sign(shop, shown(country="FR")), "it is of an order to FR; ask for one to DE"),
        (lambda _: "pk_1", "it is no id this shop was given"),
    ],
    ids=["forged", "another shop's", "too old", "of another country", "no id"],
)
def test_an_id_that_cannot_be_taken_is_named_and_nothing_is_kept(
    caller: Caller, promise: Any, what: str
) -> None:
    status, told = place(caller, promise=promise(caller.shop_id))
    assert (status, [problem["where"] for problem in told["problems"]]) == (422, ["promise"])
    assert told["problems"][0]["what"].startswith(what)
    assert not Order.objects.exists()
    assert not Promise.objects.exists()


def test_an_order_changed_months_later_may_still_bring_its_id(caller: Caller) -> None:
    promise = sign(caller.shop_id, shown())
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        assert place(caller, promise=promise)[0] == 201
