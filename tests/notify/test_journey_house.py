"""The journeys that ship with the house, and how two versions of one differ."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo.notify.channels import passports
from wismo.notify.journey.changes import Change, diff, span_words, wait_words
from wismo.notify.journey.facts import FACTS
from wismo.notify.journey.library import FOLDER, house, house_text, read_folder
from wismo.notify.journey.model import (
    AllOf,
    AnyOf,
    Ask,
    Cap,
    Condition,
    Holdout,
    Journey,
    JourneyError,
    NextOn,
    Not,
    Operator,
    Step,
    Wait,
)
from wismo.notify.journey.reading import read
from wismo.notify.journey.writing import write
from wismo.notify.words import Kind, Lane
from wismo.vocabulary.status import Leg
from wismo.vocabulary.toml.lines import lines_of

TEXTS = FOLDER.parent / "texts" / "en.toml"


def test_every_journey_of_the_house_has_its_words_and_none_are_left_over() -> None:
    words = tomllib.loads(TEXTS.read_text(encoding="utf-8"))["journey"]
    assert sorted(house()) == sorted(words)
    assert len(house()) == 27


def test_the_standard_set_ships_on_and_by_channels_that_there_are() -> None:
    assert all(journey.enabled for journey in house().values())
    assert read_folder(FOLDER, channels=passports()) == house()
    assert all(journey.version < 1000 for journey in house().values())


def test_what_starts_what() -> None:
    assert {
        key: (journey.trigger.value, journey.subject.value, journey.kind.value)
        for key, journey in house().items()
        if key not in {"in_transit", "customs", "arrived_local", "new_product"}
    } == {
        "order_confirmed": ("order_confirmed", "order", "transactional"),
        "order_cancelled": ("order_cancelled", "order", "transactional"),
        "packed": ("packed", "order", "transactional"),
        "shipped": ("picked_up", "shipment", "transactional"),
        "out_for_delivery": ("out_for_delivery", "shipment", "transactional"),
        "failed_attempt": ("failed_attempt", "shipment", "transactional"),
        "available_for_pickup": ("available_for_pickup", "shipment", "transactional"),
        "delivered": ("delivered", "shipment", "transactional"),
        "all_delivered": ("all_delivered", "order", "transactional"),
        "delayed": ("delayed", "shipment", "transactional"),
        "new_date": ("promise_changed", "shipment", "transactional"),
        "stalled": ("stalled", "shipment", "transactional"),
        "damaged": ("exception", "shipment", "transactional"),
        "lost": ("exception", "shipment", "transactional"),
        "return_to_origin": ("return_started", "shipment", "transactional"),
        "csat": ("all_delivered", "order", "feedback"),
        "nps": ("all_delivered", "order", "feedback"),
        "review_request": ("all_delivered", "order", "feedback"),
        "replenishment": ("all_delivered", "order", "marketing"),
        "cart_abandoned": ("cart_changed", "cart", "marketing"),
        "sale": ("campaign", "buyer", "marketing"),
        "double_opt_in": ("consent_asked", "buyer", "transactional"),
        "team_reply": ("team_replied", "buyer", "transactional"),
    }


def test_what_must_be_acted_on_goes_first_and_never_by_a_push_alone() -> None:
    must = {key for key, journey in house().items() if journey.must_act}
    assert must == {
        *("failed_attempt", "available_for_pickup", "damaged", "lost", "return_to_origin", "double_opt_in"),
    }
    for key in must:
        assert house()[key].lane is Lane.ACTION
        assert "webpush" not in house()[key].channels
        assert house()[key].channels[-1] == "email"


def test_what_is_merely_good_to_know_costs_nothing_and_disturbs_nobody() -> None:
    for key in ("in_transit", "customs", "arrived_local"):
        assert house()[key].channels == ("telegram", "webpush", "inapp")
        assert house()[key].cap == Cap("on_the_way", 3, timedelta(hours=24))


def test_offers_are_capped_together_and_opinions_are_asked_when_the_order_is_complete() -> None:
    offers = {key for key, journey in house().items() if journey.kind is Kind.MARKETING}
    assert offers == {"replenishment", "cart_abandoned", "new_product", "sale"}
    assert {house()[key].cap for key in offers} == {Cap("marketing", 2, timedelta(days=7))}
    waits = {key: house()[key].wait.span.days for key in ("csat", "review_request", "nps", "replenishment")}
    assert waits == {"csat": 1, "review_request": 7, "nps": 14, "replenishment": 30}


def test_the_text_of_a_journey_of_the_house_can_be_taken_as_the_start_of_ones_own() -> None:
    assert read(house_text("delivered")) == house()["delivered"]
    with pytest.raises(KeyError):
        house_text("../words")


def test_a_file_that_is_misnamed_is_named(tmp_path: Path) -> None:
    (tmp_path / "shipped.toml").write_text(house_text("delivered"), encoding="utf-8")
    with pytest.raises(
        JourneyError, match=r'^shipped\.toml: line 1: key: write "shipped", as the file is named'
    ):
        read_folder(tmp_path)


# ── writing, and telling apart ────────────────────────────────────────────────────────────────────────────
spans = st.integers(1, 5000).map(lambda minutes: timedelta(minutes=minutes))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
asks = st.one_of(
    st.builds(Ask, st.just("order.country"), st.sampled_from([Operator.IS, Operator.IS_NOT]), words),
    st.builds(
        Ask, st.just("order.city"), st.just(Operator.IN), st.lists(words, min_size=1, max_size=3).map(tuple)
    ),
    st.builds(Ask, st.just("order.total"), st.just(Operator.MORE), st.floats(-1e9, 1e9)),
    st.builds(Ask, st.just("order.tags"), st.just(Operator.CONTAINS), words),
    st.builds(Ask, st.just("event.plan"), st.just(Operator.EXISTS), st.booleans()),
)


def _is_part(condition: Condition) -> bool:
    """All of a few within all of others is written like the parts by themselves."""
    return not isinstance(condition, AllOf)


def _deeper(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    both = st.lists(inner.filter(_is_part), min_size=2, max_size=3).map(tuple)
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(AllOf, both), st.builds(AnyOf, several), st.builds(Not, inner))


conditions = st.recursive(asks, lambda inner: _deeper(inner), max_leaves=4)
steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["email", "sms", "whatsapp", "line"]),
        st.builds(AllOf, st.lists(asks, max_size=2).map(tuple)),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda step: step.channel,
)
waiting = st.tuples(spans, st.sampled_from([frozenset(NextOn), frozenset({NextOn.NO_DELIVERED})]))


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """A journey of the house with parts of all sorts."""
    base = house()[draw(st.sampled_from(["shipped", "out_for_delivery", "delivered"]))]
    route = draw(steps)
    for place in range(len(route) - 1):
        if draw(st.booleans()):
            wait, next_on = draw(waiting)
            route[place] = replace(route[place], wait=wait, next_on=next_on)
    return replace(
        base,
        enabled=draw(st.booleans()),
        version=draw(st.integers(1, 10**6)),
        when=AllOf(tuple(draw(st.lists(conditions.filter(_is_part), max_size=3)))),
        wait=Wait(draw(spans), draw(st.integers(0, 9)), draw(st.none() | st.just(time(9, 30)))),
        collapse=draw(st.none() | spans),
        max_age=draw(spans),
        cap=draw(st.none() | st.builds(Cap, st.just("group"), st.integers(1, 9), spans)),
        holdout=draw(st.none() | st.builds(Holdout, st.just("x.1"), st.floats(0.01, 50))),
        route=tuple(route),
    )


@settings(deadline=None)
@given(journeys())
def test_what_is_written_is_read_back_as_the_same_journey(journey: Journey) -> None:
    assert read(write(journey)) == journey


@settings(deadline=None)
@given(journeys())
def test_every_key_of_a_text_is_found_on_a_line_that_has_it(journey: Journey) -> None:
    text = write(journey)
    lines, told = text.split("\n"), lines_of(text)
    assert set(told) == set(_paths(tomllib.loads(text), ""))
    for path, line in told.items():
        name = path.rpartition(".")[2]
        assert name.endswith("]") or name in lines[line - 1]


def _paths(value: Any, path: str) -> Iterator[str]:
    """The paths of all keys and items of what was read."""
    inside = (
        [(f"{path}.{key}" if path else key, item) for key, item in value.items()]
        if isinstance(value, dict)
        else [(f"{path}[{place}]", item) for place, item in enumerate(value)]
        if isinstance(value, list)
        else []
    )
    for below, item in inside:
        yield below
        yield from _paths(item, below)


def test_every_journey_of_the_house_is_written_and_read_back() -> None:
    assert {key: read(write(journey)) for key, journey in house().items()} == house()


@settings(deadline=None)
@given(journeys(), journeys())
def test_two_journeys_differ_in_words_exactly_where_they_differ(one: Journey, other: Journey) -> None:
    assert diff(one, one) == []
    same = replace(one, key=other.key, version=other.version) == other
    assert (diff(one, other) == []) == same


def test_a_difference_is_told_in_words() -> None:
    old = house()["out_for_delivery"]
    new = replace(
        old,
        version=1001,
        max_age=timedelta(hours=6),
        legs=frozenset({Leg.FORWARD}),
        when=AllOf((Ask("order.country", Operator.IN, ("DE", "AT")),)),
        cap=Cap("shipping", 3, timedelta(days=1)),
        route=(Step("sms", wait=timedelta(minutes=5), next_on=frozenset(NextOn)), Step("email")),
    )
    assert diff(old, new) == [
        Change("when", "always", 'order.country in "DE", "AT"'),
        Change("max_age", "4 hours", "6 hours"),
        Change("cap", "none", "3 of shipping in 1 day"),
        Change(
            "route",
            "whatsapp, line, line_notice, kakao, telegram, messenger, webpush, sms, email",
            "sms, email",
        ),
        Change("route.whatsapp.wait", "15 minutes", "none"),
        Change("route.line_notice.wait", "10 minutes", "none"),
        Change("route.kakao.wait", "10 minutes", "none"),
        Change("route.sms.wait", "none", "5 minutes"),
    ]


def test_spans_and_waits_are_told_in_words() -> None:
    assert span_words(timedelta(days=1, hours=2, seconds=1)) == "1 day 2 hours 1 second"
    assert (span_words(None), span_words(timedelta())) == ("none", "at once")
    assert wait_words(Wait(timedelta(days=1), 2, time(10))) == "1 day, then 2 working days, then until 10:00"
    assert wait_words(Wait()) == "at once"


def test_every_fact_that_can_be_asked_is_of_a_type_that_can_be_written() -> None:
    assert set(FACTS.values()) == {str, int, float, bool, list}
