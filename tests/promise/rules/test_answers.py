"""Answers by the day: level, range, ladder, and every refusal with its reason."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promise.rules.berlin import AT_ONCE, PLAN, TABLES, ask, at, quoter
from wismo.promise.plan.model import Show
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.question import Answer, Item, Rung
from wismo.promise.rules.tables import Tables


def _codes(answer: Answer) -> list[str]:
    return [because.code for because in answer.reasons]


# What is asked, the earliest and the latest day that are promised, and why. Friday is 27 November 2026.
CASES: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("95 of 100 are there on the third day", {}, "2026-11-28", "2026-12-01", "level"),
    ("a lower level is a day less", {"level": 0.90}, "2026-11-30", "2026-11-30", "level"),
    (
        "a second past the cut-off starts on Monday",
        {"when": at(27, 14)},
        "2026-12-03",
        "2026-12-03",
        "cutoff_passed",
    ),
    (
        "11 a pre-order waits for its goods",
        {"items": (Item("SPR-1"),)},
        "2026-12-18",
        "2026-12-18",
        "preorder",
    ),
    (
        "11 the item's own day counts as well",
        {"items": (Item("A", available_on=date(2026, 12, 7)),)},
        "2026-12-10",
        "2026-12-10",
        "preorder",
    ),
    (
        "14 engraved goods take their days",
        {"items": (Item("ENG-1"),)},
        "2026-12-03",
        "2026-12-07",
        "handling_goods",
    ),
    ("15 a transfer holds the order", {"payment": "transfer"}, "2026-12-04", "2026-12-04", "payment_hold"),
    ("16 another address is another lane", {"postcode": "10115"}, "2026-11-30", "2026-11-30", "own_lane"),
    ("16 the islands have their Tuesdays", {"postcode": "25980"}, "2026-12-01", "2026-12-15", "wider_lane"),
    (
        "17 customs on top of typed days",
        {"country": "CH", "postcode": "8001"},
        "2026-12-01",
        "2026-12-04",
        "customs",
    ),
    ("another service, another date", {"service": "express"}, "2026-11-30", "2026-11-30", "wider_lane"),
    ("19 over the year's end", {"when": at(30, month=12)}, "2026-12-31", "2027-01-04", "level"),
]


@pytest.mark.parametrize(
    ("asked", "earliest", "latest", "code"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_question_has_its_days_and_says_why(
    asked: dict[str, Any], earliest: str, latest: str, code: str
) -> None:
    told = dict(asked)
    answer = quoter().quote(ask(told.pop("when", at(27)), told.pop("country", "DE"), **told))
    assert (str(answer.earliest), str(answer.latest)) == (earliest, latest), answer
    assert code in _codes(answer)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("a country that is none", {"country": "XX"}, "unknown_country"),
    ("a service the plan does not have", {"service": "drone"}, "no_service"),
    ("a warehouse the plan does not have", {"warehouse": "mars"}, "no_warehouse"),
    ("a service that does not go there", {"country": "AT", "service": "post"}, "not_served"),
    ("no service goes there", {"country": "BR", "service": ""}, "not_served"),
    ("nothing tells how long it takes", {"country": "JP"}, "no_days"),
    ("goods that lie elsewhere", {"items": (Item("NL-1"),)}, "not_here"),
    ("more parcels than ever arrive", {"level": 1.0, "country": "CH"}, "unreachable"),
    ("goods of next year", {"items": (Item("A", available_on=date(2027, 6, 1)),)}, "horizon"),
    (
        "goods of a year nobody knows",
        {"items": (Item("A", available_on=date(2030, 6, 1)),)},
        "beyond_calendar",
    ),
]


@pytest.mark.parametrize(("asked", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_where_nothing_can_be_promised_the_answer_says_why(asked: dict[str, Any], code: str) -> None:
    told = dict(asked)
    answer = quoter().quote(ask(at(27), told.pop("country", "DE"), **told))
    assert (answer.latest, answer.rung, _codes(answer)[-1]) == (None, Rung.NONE, code)


def test_a_question_without_a_service_is_about_the_first_that_goes_there() -> None:
    answer = quoter().quote(ask(at(27), service=""))
    assert (answer.service, answer.rung, answer.sample) == ("post", Rung.WIDER_LANE, 300)


def test_the_same_promise_holds_until_the_cutoff() -> None:
    answer = quoter().quote(ask(at(27)))
    assert answer.order_by == at(27, 14)


def test_the_reasons_of_saturday_are_not_those_of_sunday() -> None:
    shop = quoter()
    saturday, sunday = shop.quote(ask(at(28))), shop.quote(ask(at(29)))
    assert saturday.latest == sunday.latest == date(2026, 12, 3)
    assert [answer.reasons[0].facts["day"] for answer in (saturday, sunday)] == ["2026-11-28", "2026-11-29"]


@pytest.mark.parametrize(
    ("show", "earliest"), [(Show.DAY, 1), (Show.AUTO, 28), (Show.RANGE, 28)], ids=["day", "auto", "range"]
)
def test_a_range_is_shown_where_the_spread_is_wide_or_the_plan_wants_it(show: Show, earliest: int) -> None:
    answer = quoter(replace(PLAN, show=show)).quote(ask(at(27)))
    assert answer.latest == date(2026, 12, 1)
    assert (answer.earliest or date.max).day == earliest


def test_one_day_is_shown_where_the_spread_is_small() -> None:
    answer = quoter(replace(PLAN, range_over=4)).quote(ask(at(27)))
    assert answer.earliest == answer.latest


def test_what_the_calibration_learned_is_asked_for_and_said() -> None:
    tables = replace(TABLES, calibration={"DE:2": ((0.95, 0.98),)})
    answer = quoter(tables=tables).quote(ask(at(27)))
    assert (answer.latest, answer.level) == (date(2026, 12, 2), 0.95)
    assert {"level": 0.95, "asked": 0.98} in [because.facts for because in answer.reasons]


def test_the_calibration_of_learned_clocks_does_not_move_typed_ones() -> None:
    tables = replace(TABLES, calibration={"": ((0.95, 0.99),)})
    asked = ask(at(27), "CH", postcode="8001")
    assert quoter(tables=tables).quote(asked).latest == quoter().quote(asked).latest


def test_an_embargo_on_the_day_of_hand_over_ends_all_promises() -> None:
    storm = Adjusted(
        effect="embargo", first_day=date(2026, 12, 2), last_day=date(2026, 12, 4), why="a strike"
    )
    answer = quoter(adjustments=(storm,)).quote(ask(at(27), items=(Item("ENG-1"),)))
    assert answer.latest is None
    assert answer.reasons[-1].facts == {"why": "a strike", "until": "2026-12-04"}


def test_a_peak_week_makes_it_longer_and_says_so() -> None:
    peak = Adjusted(
        effect="slower",
        stage="transit",
        days=2,
        first_day=date(2026, 11, 23),
        last_day=date(2026, 11, 29),
        why="the week of Black Friday",
    )
    answer = quoter(adjustments=(peak,)).quote(ask(at(27)))
    assert answer.latest == date(2026, 12, 3)
    assert {"days": 2, "stage": "transit", "why": "the week of Black Friday"} in [
        b.facts for b in answer.reasons
    ]


def test_no_day_is_promised_that_is_over_where_the_parcel_goes() -> None:
    plan = replace(PLAN, services=(replace(PLAN.services[0], customs=(0, 0)),))
    clocks = {(Timed.HANDLING, "w=berlin"): AT_ONCE, (Timed.TRANSIT, "s=dhl/post|to=JP"): AT_ONCE}
    shop = quoter(replace(plan, cutoffs=()), Tables(1, clocks))
    answer = shop.quote(ask(at(26, 23), "JP", postcode="100-0001"))  # it is Friday in Tokyo already
    assert answer.latest == date(2026, 11, 27)


MOMENTS = st.integers(0, 38 * 24 * 60).map(lambda minutes: at(24) + timedelta(minutes=minutes))
PEAK = Adjusted(effect="slower", days=3, first_day=date(2026, 12, 7), last_day=date(2026, 12, 20), why="peak")
CLOCK = st.lists(st.floats(0, 0.6), min_size=1, max_size=8).map(
    lambda steps: Clock((*_rising(steps), 1.0), 30)
)


def _rising(steps: list[float]) -> list[float]:
    left, shares = 1.0, []
    for step in steps:
        left *= 1 - step
        shares.append(1 - left)
    return shares


@given(
    MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)), CLOCK, CLOCK, st.sampled_from(["", "transfer"])
)
@settings(max_examples=60)
def test_a_later_order_is_never_promised_an_earlier_day(
    when: datetime, later: timedelta, handling: Clock, transit: Clock, payment: str
) -> None:
    tables = Tables(1, {(Timed.HANDLING, "w=berlin"): handling, (Timed.TRANSIT, "s=dhl/post|to=DE"): transit})
    shop = quoter(tables=tables, adjustments=(PEAK,))
    first, second = (shop.quote(ask(moment, payment=payment)) for moment in (when, when + later))
    assert (first.latest or date.max) <= (second.latest or date.max)


@given(MOMENTS, st.floats(0.8, 0.99), st.floats(0.8, 0.99), CLOCK)
@settings(max_examples=60)
def test_a_higher_level_is_never_promised_an_earlier_day(
    when: datetime, one: float, other: float, transit: Clock
) -> None:
    tables = Tables(1, {**TABLES.clocks, (Timed.TRANSIT, "s=dhl/post|to=DE"): transit})
    shop = quoter(tables=tables)
    low, high = (shop.quote(ask(when, level=level)) for level in sorted((one, other)))
    assert (low.latest or date.max) <= (high.latest or date.max)


@given(MOMENTS, CLOCK, CLOCK, st.sampled_from(["20095", "25980"]))
@settings(max_examples=60)
def test_every_promise_is_a_day_of_delivery_and_not_before_the_order(
    when: datetime, handling: Clock, transit: Clock, postcode: str
) -> None:
    tables = Tables(1, {(Timed.HANDLING, "w=berlin"): handling, (Timed.TRANSIT, "s=dhl/post|to=DE"): transit})
    shop = quoter(tables=tables)
    answer = shop.quote(ask(when, postcode=postcode))
    days = shop.ways.way(PLAN.warehouses[0], PLAN.services[0], "DE", "", postcode).delivery
    assert answer.latest is not None
    assert answer.earliest is not None
    assert when.date() <= answer.earliest <= answer.latest
    assert days.is_open(answer.earliest)
    assert days.is_open(answer.latest)


def test_a_faster_clock_of_the_whole_way_is_still_not_there_before_the_hand_over() -> None:
    clocks = {**TABLES.clocks, (Timed.TOTAL, "w=berlin|s=dhl/post|to=DE:2"): Clock((1.0,), 50)}
    shop = quoter(tables=Tables(1, clocks, frozenset({(Timed.TOTAL, "w=berlin|s=dhl/post|to=DE:2")})))
    answer = shop.quote(ask(at(28)))
    assert (answer.rung, answer.latest) == (Rung.MODEL, date(2026, 11, 30))
