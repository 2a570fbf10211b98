"""Answers from memory: each shop's own, no older than some seconds, also while the database is away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.makers import NOW, a_shop
from tests.promise.planned import LANES, PLAN, SLOW, day, learn, publish
from wismo.promise.models import Adjustment, Learning, Passage
from wismo.promise.plan.reading import read
from wismo.promise.queries.tables import tables_of
from wismo.promise.quoting import Quoter
from wismo.promise.rules.alike import Memory
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.question import Question, Rung
from wismo.promise.rules.tables import Tables
from wismo.promise.serving import LOOK, Serving, answers_of, quoter_of

pytestmark = pytest.mark.django_db
MUNICH = Question(at=NOW, country="DE", postcode="80331", service="standard")
LATER = NOW + LOOK


def latest(shop: int, question: Question = MUNICH) -> date | None:
    return quoter_of(shop, question.at).quote(question).latest


@pytest.fixture
def shop() -> int:
    made = a_shop()
    publish(made)
    learn(made)
    return made


def test_a_shop_answers_from_its_plan_and_its_newest_learning(shop: int) -> None:
    answer = quoter_of(shop, NOW).quote(MUNICH)
    # Handed over on Tuesday, before 14:00 in Berlin; 99 in 100 are there two days of delivery later.
    assert (answer.latest, answer.rung, answer.sample) == (day(2), Rung.OWN_LANE, 412)


def test_what_is_held_costs_no_statement(
    shop: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    latest(shop)
    with django_assert_num_queries(0):
        for _ in range(3):
            latest(shop)


def test_a_look_after_some_seconds_costs_three_statements(
    shop: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = quoter_of(shop, NOW)
    with django_assert_num_queries(3):
        assert quoter_of(shop, LATER) is held


def test_a_new_learning_is_served_after_the_next_look(shop: int) -> None:
    latest(shop)
    learn(shop, {**LANES, ("transit", "w=main|s=own/standard|to=DE:803"): SLOW}, at=LATER)
    assert latest(shop, replace(MUNICH, at=LATER - timedelta(seconds=1))) == day(2)
    assert latest(shop, replace(MUNICH, at=LATER)) == day(6)  # Sunday does not count


def test_a_learning_taken_back_is_served_no_more(shop: int) -> None:
    newer = learn(shop, {**LANES, ("transit", "w=main|s=own/standard|to=DE:803"): SLOW}, at=LATER)
    assert latest(shop) == day(6)
    Learning.objects.filter(pk=newer).update(serving=False)
    assert latest(shop, replace(MUNICH, at=LATER)) == day(2)


def test_a_new_plan_is_served_after_the_next_look_and_the_tables_are_kept(shop: int) -> None:
    tables = quoter_of(shop, NOW).tables
    publish(shop, PLAN.replace('at = "14:00"', 'at = "11:00"'), at=LATER)
    quoter = quoter_of(shop, LATER)
    assert (quoter.plan_version, quoter.tables is tables) == (2, True)
    assert quoter.quote(replace(MUNICH, at=LATER)).latest == day(3)


def test_a_strike_declared_this_minute_moves_todays_promise(shop: int) -> None:
    latest(shop)
    Adjustment.objects.create(
        shop_id=shop, effect="closed", stage="delivery", first_day=day(1), last_day=day(2), why="Strike",
        source="person", made_at=LATER,
    )  # fmt: skip
    assert latest(shop, replace(MUNICH, at=LATER)) == day(4)


def test_orders_that_wait_fill_a_warehouses_day(shop: int) -> None:
    publish(shop, PLAN.replace("handling = 0", "handling = 0\ncapacity = 2"), at=NOW)
    assert latest(shop) == day(2)
    Passage.objects.bulk_create(
        Passage(
            shop_id=shop, reference=f"p{n}", warehouse="main", country="DE", bought_on=day(0), ready_on=day(0)
        )
        for n in range(2)
    )
    assert latest(shop, replace(MUNICH, at=LATER)) == day(3)


def test_no_shop_is_answered_from_anothers_lanes(shop: int) -> None:
    other = a_shop("other")
    publish(other)
    learn(other, {**LANES, ("transit", "w=main|s=own/standard|to=DE:803"): SLOW})
    for _ in range(2):
        assert (latest(shop), latest(other)) == (day(2), day(6))


def test_a_shop_without_a_plan_or_a_past_is_answered_all_the_same() -> None:
    quoter = quoter_of(a_shop(), NOW)
    answer = quoter.quote(replace(MUNICH, service=""))
    assert (quoter.plan_version, quoter.tables) == (0, Tables())
    assert answer.latest is not None or answer.reasons


def test_while_the_database_is_away_what_is_held_answers_on(
    shop: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    latest(shop)

    def away(_shop: int) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("wismo.promise.serving.plan_of", away)
    assert latest(shop, replace(MUNICH, at=LATER)) == day(2)
    assert "answered from what is held" in caplog.text


def test_past_its_measure_a_process_lets_go_of_the_shop_asked_for_longest_ago(
    shop: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = a_shop("other")
    publish(other)
    learn(other)
    serving = Serving(most=len(LANES) + 1)
    serving.quoter_of(shop, NOW)
    held = serving.quoter_of(other, NOW + timedelta(seconds=1))
    with django_assert_num_queries(0):
        assert serving.quoter_of(other, NOW + timedelta(seconds=1)) is held
    with django_assert_num_queries(5):
        serving.quoter_of(shop, NOW + timedelta(seconds=1))


def test_lanes_are_read_as_they_were_learned(shop: int) -> None:
    learning = learn(shop, calibration={"": [[0.95, 0.97]], "DE-BY": [[0.9, 0.95]]}, at=LATER)
    tables = tables_of(shop, learning)
    assert tables.clocks[Timed.TRANSIT, "w=main|s=own/standard|to=DE:803"] == Clock(
        (0.0, 0.2, 0.99, 1.0), 412
    )
    assert (len(tables.clocks), tables.modelled) == (len(LANES), frozenset())
    assert (tables.asked(0.95, "DE-SN"), tables.asked(0.9, "DE-BY")) == pytest.approx((0.97, 0.95))


def test_many_questions_are_answered_as_one_by_one(shop: int) -> None:
    asked = [replace(MUNICH, postcode=code) for code in ("80331", "80339", "10115", "80331", "")]
    quoter = quoter_of(shop, NOW)
    assert answers_of(shop, asked, NOW) == [quoter.quote(question) for question in asked]


HELD = Quoter(
    read(PLAN),
    plan_version=1,
    today=NOW.date(),
    tables=Tables(
        1, {(Timed(clock), key): Clock(tuple(shares), 412) for (clock, key), shares in LANES.items()}
    ),
)
QUESTIONS = st.builds(
    Question,
    at=st.integers(-90_000, 90_000).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    country=st.sampled_from(["DE", "AT", "XX"]),
    postcode=st.sampled_from(["80331", "80 339", "10115", "1010", ""]),
    service=st.sampled_from(["standard", "express", ""]),
    level=st.sampled_from([None, 0.8]),
)


@given(asked=st.lists(QUESTIONS, max_size=30))
def test_what_is_remembered_is_what_would_be_answered(asked: list[Question]) -> None:
    memory = Memory(HELD.quote, HELD.plan, ())
    assert [memory.answer(one) for one in asked] == [HELD.quote(one) for one in asked]
