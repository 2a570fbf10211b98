"""Conditions, the lines of a text, spans of time, and the page that explains them all."""

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.notify.test_journey_reading import CHANNELS, GOOD, ROUTE, problems
from wismo.notify.journey.conditions import read_audience
from wismo.notify.journey.durations import parse_duration, write_duration
from wismo.notify.journey.facts import FACTS
from wismo.notify.journey.model import AllOf, Ask, JourneyError, NextOn, Operator, Quiet, Subject
from wismo.notify.journey.reading import KEYS, read
from wismo.notify.words import Kind, ReplyAction
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg
from wismo.vocabulary.toml.lines import lines_of

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "journeys.md"


@pytest.mark.parametrize(
    ("fact", "operator", "value", "said"),
    [
        ("order.land", "==", '"DE"', 'fact: "order.land" is no fact we know; write one of order.country,'),
        ("weather", "==", '"x"', 'fact: "weather" is no fact we know; write one of order.country,'),
        ("cart.total", ">", "1", 'fact: cart.* is not known of subject = "shipment"'),
        ("order.total", "=", "1", 'is: "=" is none of ==, !=, <,'),
        ("order.country", ">", "1", 'value: ">" compares numbers, and this fact is text'),
        ("order.tags", "==", '"a"', 'value: ask a list with "contains", and nothing else with it'),
        ("order.country", "contains", '"D"', 'value: ask a list with "contains", and nothing else with it'),
        ("order.country", "in", '"DE"', 'value: "in" takes a list, such as ["DE", "AT"]'),
        ("order.country", "in", "[1]", "value: 1 is not text"),
        ("order.country", "==", "1", "value: 1 is not text"),
        ("order.lines", "==", "1.5", "value: 1.5 is not a whole number"),
        ("order.total", ">", "nan", "value: nan is not a number"),
        ("order.total", ">", '"1"', 'value: "1" is not a number'),
        ("parcel.late", "==", "1", "value: 1 is not true or false"),
        ("order.city", "exists", '"x"', 'value: "exists" takes true or false'),
        ("event.plan", "==", "[]", "value: [] is not a plain value"),
    ],
)
def test_a_condition_that_cannot_be_asked_is_named(fact: str, operator: str, value: str, said: str) -> None:
    asked = f'when = [\n  {{ fact = "{fact}", is = "{operator}", value = {value} }},\n]\n'
    [problem] = problems(GOOD + asked + ROUTE)
    assert problem.startswith(f"line 8: when[0].{said}")


def test_conditions_may_not_be_bottomless() -> None:
    deep = "{ not = " * 5 + '{ fact = "order.total", is = ">", value = 1 }' + " }" * 5
    assert problems(f"{GOOD}when = [{deep}]\n{ROUTE}") == [
        "line 7: when[0].not.not.not.not.not: conditions are 5 deep at most; write it flatter"
    ]


def test_an_audience_asks_about_buyers_alone() -> None:
    vip = {"fact": "customer.tags", "is": "contains", "value": "vip"}
    assert read_audience([vip]) == AllOf((Ask("customer.tags", Operator.CONTAINS, "vip"),))
    with pytest.raises(
        JourneyError, match=r'audience\[0\]\.fact: order\.\* is not known of subject = "buyer"'
    ):
        read_audience([{"fact": "order.total", "is": ">", "value": 1}])


def test_lines_are_found_whatever_way_the_text_is_written() -> None:
    text = '''# a comment with [brackets]
key = "a # not a comment"
when = [
  { any = [
      { fact = "x]", is = "==", value = 1 }, # one
      { fact = 'y', is = "in", value = ["}", "{"] } ] },
  { not.fact = "z" },
]
wait.for = "1h"
"odd key" = """
several = 1
lines \\""" = 2"""
at = 2026-11-24 10:00:00

[cap] # a table
group.name = "x"

[[route]]
channel = "a"
[route.extra]
deep = true
[[route]]
channel = "b"
'''
    tomllib.loads(text)
    lines = lines_of(text)
    assert {path: lines[path] for path in sorted(lines) if path in SOUGHT} == SOUGHT


SOUGHT = {
    "at": 13,
    "cap.group.name": 16,
    "key": 2,
    "odd key": 10,
    "route[0].channel": 19,
    "route[0].extra.deep": 21,
    "route[1].channel": 23,
    "wait.for": 9,
    "when[0].any[0].value": 5,
    "when[0].any[1].value[1]": 6,
    "when[1].not.fact": 7,
}


@pytest.mark.parametrize(
    ("text", "length"),
    [("30s", timedelta(seconds=30)), ("10m", timedelta(minutes=10)), ("2d", timedelta(days=2))],
)
def test_a_duration_has_one_unit(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length
    assert write_duration(length) == text


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "-4h", "4h30m", "4.5h", " 4h", "4H"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────
_BASE = {
    **{"key": 'key = "x"', "version": "version = 1", "on": 'on = { milestone = "failed_attempt" }'},
    **{"subject": 'subject = "shipment"', "kind": 'kind = "transactional"', "legs": 'legs = ["forward"]'},
    "route": ROUTE,
}


def _examples(how: str) -> Iterator[str]:
    page = PAGE.read_text(encoding="utf-8")
    return (found[1] for found in re.finditer(rf"^```{how}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


def _whole(example: str) -> str:
    """The example as a journey: what it leaves out is the usual."""
    told: dict[str, Any] = tomllib.loads(example)
    rest = {key: text for key, text in _BASE.items() if key not in told}
    tail = rest.pop("route", "")
    return "\n".join([*rest.values(), example, tail])


def test_every_example_of_the_page_is_read_and_there_is_one_of_every_key() -> None:
    shown: set[str] = set()
    for example in _examples("toml"):
        read(_whole(example), channels=CHANNELS)
        shown |= tomllib.loads(example).keys()
    assert sorted(shown) == sorted(KEYS)


def test_the_page_shows_what_is_said_of_a_wrong_one() -> None:
    [wrong], [said] = _examples("toml wrong"), _examples("text")
    assert problems(wrong) == said.splitlines()


def test_the_page_names_every_word_that_can_be_written() -> None:
    page = PAGE.read_text(encoding="utf-8")
    tables = {
        row[1]: set(re.findall(r"`(\w+)`", row[2]))
        for row in re.finditer(r"^\| `(\w+)\.` \|(.*?)\|", page, re.M)
    }
    named = {f"{table}.{name}" for table, names in tables.items() for name in names}
    assert named == set(FACTS)
    closed = [*Milestone, *Happening, *Operator, *Quiet, *NextOn, *ReplyAction, *Kind, *Subject, *Leg]
    assert [word for word in closed if f"`{word}`" not in page] == []
