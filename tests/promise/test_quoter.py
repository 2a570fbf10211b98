"""Whoever answers a shop's questions: all services, from memory, and step by step."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promise.rules.berlin import PLAN, TABLES, TODAY, ask, at, quoter
from wismo.promise.plan.model import Event
from wismo.promise.quoting import Quoter
from wismo.promise.rules.question import Answer, Item, Question, Rung
from wismo.promise.rules.reasons import say, words
from wismo.promise.rules.tables import Tables


def test_every_service_that_goes_there_makes_an_offer() -> None:
    offers = quoter().offers(ask(at(27), service=""))
    assert [(offer.service, offer.latest) for offer in offers] == [
        ("post", date(2026, 12, 1)),
        ("express", date(2026, 11, 30)),
    ]
    assert [offer.service for offer in quoter().offers(ask(at(27), "AT"))] == ["express"]
    assert quoter().offers(ask(at(27), "BR")) == []


def test_a_shop_on_its_first_day_promises_by_the_carriers_word_and_wider_than_that() -> None:
    service = replace(PLAN.services[0], published="dhl-paket/paket")
    shop = Quoter(replace(PLAN, services=(service,), typed=()), today=TODAY)
    answer = shop.quote(ask(at(24, 9)))
    assert (answer.rung, answer.sample) == (Rung.PUBLISHED, 0)
    assert answer.latest is not None
    assert date(2026, 11, 27) <= answer.latest <= date(2026, 12, 2)
    assert answer.latest > (answer.likely or date.max)


def test_the_shop_that_has_no_plan_for_anything_answers_none() -> None:
    answer = Quoter(replace(PLAN, services=(), warehouses=()), today=TODAY).quote(
        ask(at(24), service="", warehouse="")
    )
    assert (answer.rung, answer.latest, answer.reasons[0].code) == (Rung.NONE, None, "not_served")


def test_a_plan_without_a_warehouse_for_a_service_says_so() -> None:
    services = (replace(PLAN.services[0], warehouses=("berlin",)),)
    answer = quoter(replace(PLAN, services=services)).quote(ask(at(24), warehouse="rotterdam"))
    assert [because.code for because in answer.reasons] == ["not_here"]


def test_orders_that_wait_already_fill_the_days_of_a_warehouse() -> None:
    plan = replace(PLAN, warehouses=(replace(PLAN.warehouses[0], capacity=50),))
    free = quoter(plan).quote(ask(at(27)))
    full = quoter(plan, load={"berlin": {date(2026, 11, 27): 120}}).quote(ask(at(27)))
    assert (free.latest, full.latest) == (date(2026, 12, 1), date(2026, 12, 4))
    assert full.reasons[0].code == "backlog"


def test_an_answer_can_be_followed_step_by_step() -> None:
    steps = quoter().explain(ask(at(27, 15)))
    assert [say(step.code, step.facts) for step in steps] == [
        "It goes by post, with dhl.",
        "It is sent from berlin.",
        "The order comes after the cut-off at 14:00.",
        "The warehouse does not work on Saturday 28 November 2026 (no working day); "
        "it goes on on Monday 30 November 2026.",
        "The warehouse begins on Monday 30 November 2026.",
        "400 of your own parcels tell how long it takes to hand one over.",
        "It is with the carrier on Monday 30 November 2026 at the latest.",
        "300 of your own parcels on a wider lane tell how long the carrier takes.",
        "95 % of such parcels shall arrive by the promised day.",
        "By Tuesday 1 December 2026 it has arrived.",
        "By Wednesday 2 December 2026 it has arrived.",
        "Promised is Thursday 3 December 2026.",
    ]
    assert [(step.day, step.share) for step in steps[-3:]] == [
        (date(2026, 12, 1), 0.2),
        (date(2026, 12, 2), 0.9),
        (date(2026, 12, 3), 0.97),
    ]


def test_goods_that_take_as_long_as_others_have_reasons_of_their_own() -> None:
    twin = replace(
        next(each for each in PLAN.classes if each.key == "engraved"), key="embroidered", skus=("EMB-*",)
    )
    shop = quoter(replace(PLAN, classes=(*PLAN.classes, twin)))
    told = [
        shop.quote(ask(at(27), items=(Item(sku),))).reasons[0].facts["goods"] for sku in ("ENG-1", "EMB-1")
    ]
    assert told == ["engraved", "embroidered"]


def test_a_refusal_can_be_followed_as_well() -> None:
    shop = quoter()
    assert [step.code for step in shop.explain(ask(at(27), "JP"))] == ["service", "from_warehouse", "no_days"]
    assert [step.code for step in shop.explain(ask(at(27), "XX"))] == ["unknown_country"]


def test_every_reason_of_an_answer_is_a_sentence() -> None:
    shop = quoter(tables=replace(TABLES, calibration={"": ((0.95, 0.96),)}))
    asked = [
        ask(at(28), items=(Item("SPR-1"), Item("ENG-1")), payment="transfer"),
        ask(at(27), "CH"),
        ask(at(27), "JP"),
        ask(at(27), items=(Item("NL-1"),)),
    ]
    told = [sentence for question in asked for sentence in words(shop.quote(question).reasons)]
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in told)
    assert "Payment by transfer holds the order back for 1 to 3 working days." in told


QUESTIONS = st.builds(
    lambda minutes, postcode, service, items, level: ask(
        at(24) + timedelta(minutes=minutes), postcode=postcode, service=service, items=items, level=level
    ),
    st.integers(0, 38 * 24 * 60),
    st.sampled_from(["20095", "10115", "25980", ""]),
    st.sampled_from(["post", "express"]),
    st.sampled_from([(), (Item("A"),), (Item("ENG-1"), Item("A"))]),
    st.sampled_from([None, 0.8, 0.99]),
)


@given(st.lists(QUESTIONS, min_size=2, max_size=6))
@settings(max_examples=30)
def test_what_was_answered_before_does_not_change_an_answer(questions: list[Question]) -> None:
    shop = quoter()
    assert [shop.quote(question) for question in questions] == [
        quoter().quote(question) for question in questions
    ]


def test_a_new_learning_takes_a_new_quoter_and_changes_nothing_in_the_old_one() -> None:
    old = quoter()
    before: Answer = old.quote(ask(at(27)))
    learned = Tables(8, {}, calibration={})
    assert quoter(tables=learned).quote(ask(at(27))).reasons[-1].code == "no_days"
    assert old.quote(ask(at(27))) == before


def test_the_moment_to_order_by_is_the_end_of_the_same_promise() -> None:
    shop = quoter()
    answer = shop.quote(ask(at(27)))
    assert answer.latest is not None
    assert answer.order_by is not None
    found = shop.order_by(Event("day", answer.latest), ask(at(27)))
    assert found.until == answer.order_by
    later = shop.quote(ask(answer.order_by + timedelta(seconds=1)))
    assert (later.latest or date.min) > answer.latest


def test_answering_needs_neither_a_database_nor_a_library_of_numbers() -> None:
    heavy = "{'django', 'numpy', 'lightgbm', 'duckdb'}"
    code = f"import sys, wismo.promise.quoting; print({heavy} & set(sys.modules) or 'none')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"none\n"
