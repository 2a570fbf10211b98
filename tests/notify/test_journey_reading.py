"""Journeys are data, and a text that cannot be followed says why, at which line."""

from datetime import time, timedelta

import pytest

from wismo.notify.journey.model import (
    AllOf,
    AnyOf,
    Ask,
    Cap,
    Holdout,
    JourneyError,
    NextOn,
    Not,
    Operator,
    Quiet,
    Step,
    Subject,
    Wait,
)
from wismo.notify.journey.reading import read
from wismo.notify.words import Kind, Lane, ReplyAction
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg
from wismo.vocabulary.toml.notes import LONGEST

CHANNELS = frozenset({"email", "sms", "whatsapp", "inapp"})
GOOD = """\
key = "shipped"
version = 3
on = { milestone = "picked_up" }
subject = "shipment"
kind = "transactional"
legs = ["forward"]
"""
ROUTE = '[[route]]\nchannel = "email"\n'
DE = Ask("order.country", Operator.IN, ("DE", "AT"))


def problems(text: str) -> list[str]:
    """Everything that is wrong with it, in words."""
    with pytest.raises(JourneyError) as error:
        read(text, channels=CHANNELS)
    return [str(problem) for problem in error.value.problems]


def test_a_journey_with_only_what_it_needs_has_the_usual_for_the_rest() -> None:
    journey = read(GOOD + ROUTE)
    assert (journey.key, journey.version, journey.trigger) == ("shipped", 3, Milestone.PICKED_UP)
    assert (journey.subject, journey.legs) == (Subject.SHIPMENT, frozenset({Leg.FORWARD}))
    assert (journey.kind, journey.lane, journey.quiet) == (Kind.TRANSACTIONAL, Lane.INFO, Quiet.DEFER)
    assert (journey.enabled, journey.must_act, journey.when, journey.wait) == (True, False, AllOf(), Wait())
    assert (journey.collapse, journey.max_age, journey.cap, journey.holdout) == (None, None, None, None)
    assert journey.route == (Step("email"),)
    assert journey.channels == ("email",)


FULL = """
enabled = false
lane = "delivery"
when = [
  { fact = "order.country", is = "in", value = ["DE", "AT"] },
  { any = [
    { fact = "order.total", is = ">", value = 9.5 },
    { not = { fact = "order.promised", is = "==", value = true } },
  ] },
]
wait = { for = "1d", business_days = 2, until = "10:00" }
collapse = "10m"
max_age = "4h"
superseded_by = ["delivered", "claim_opened"]
quiet = "defer_or_drop"
cap = { group = "shipping", most = 3, per = "24h" }
holdout = { experiment = "shipped.1", percent = 5 }
replies = ["problem", "stop"]
[[route]]
channel = "whatsapp"
when = [{ fact = "parcel.late", is = "==", value = true }]
wait = "15m"
[[route]]
channel = "email"
next_on = []
"""


def test_every_key_is_read_as_it_is_written() -> None:
    journey = read(GOOD + FULL, channels=CHANNELS, version=1004)
    total = Ask("order.total", Operator.MORE, 9.5)
    promised = Ask("order.promised", Operator.IS, value=True)
    assert (journey.enabled, journey.lane, journey.version) == (False, Lane.DELIVERY, 1004)
    assert journey.when == AllOf((DE, AnyOf((total, Not(promised)))))
    assert journey.wait == Wait(timedelta(days=1), 2, time(10))
    assert (journey.collapse, journey.max_age) == (timedelta(minutes=10), timedelta(hours=4))
    assert journey.superseded_by == {Milestone.DELIVERED, Happening.CLAIM_OPENED}
    assert journey.quiet is Quiet.DEFER_OR_DROP
    assert journey.cap == Cap("shipping", 3, timedelta(hours=24))
    assert journey.holdout == Holdout("shipped.1", 5.0)
    assert journey.replies == (ReplyAction.PROBLEM, ReplyAction.STOP)
    late = AllOf((Ask("parcel.late", Operator.IS, value=True),))
    assert journey.route == (
        Step("whatsapp", late, timedelta(minutes=15), frozenset(NextOn)),
        Step("email", next_on=frozenset()),
    )


def test_an_event_and_an_exceptions_status_start_journeys_too() -> None:
    lost = GOOD.replace('"picked_up"', '"exception", status = ["lost"]')
    assert read(lost + ROUTE).statuses == {"lost"}
    event = GOOD.replace('milestone = "picked_up"', 'event = "promise_missed"')
    assert read(event + ROUTE).trigger is Happening.PROMISE_MISSED


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('max_age = "4 hours"', "line 7: max_age: '4 hours' is not a duration such as"),
        ('max_age = "1001d"', "line 7: max_age: 1001d is too long; write 1000d at most"),
        ("max_age = 4", 'line 7: max_age: 4 is not text in quotes, such as "shipped"'),
        ('max_age = ""', "line 7: max_age: '' is not a duration such as"),
        ('superseded_by = ["gone"]', 'line 7: superseded_by[0]: "gone" is none of order_confirmed,'),
        ('colour = "red"', "line 7: colour: there is no such key; write one of key, version,"),
        ('lane = "fast"', 'line 7: lane: "fast" is none of action, delivery, info, feedback, marketing'),
        ('lane = "marketing"', "line 7: lane: what is transactional goes by action, delivery or info"),
        ('quiet = "never"', 'line 7: quiet: "never" is none of ignore, defer, defer_or_drop'),
        (
            'quiet = "defer_or_drop"',
            "line 7: quiet: defer_or_drop needs a max_age by which it would be stale",
        ),
        ("enabled = 1", "line 7: enabled: 1 is not true or false"),
        ('replies = ["dance"]', 'line 7: replies[0]: "dance" is none of confirm_address,'),
        (
            'replies = ["problem", "stop", "collect", "pay_online"]',
            "line 7: replies: 3 at most: WhatsApp shows no more buttons",
        ),
        ('replies = ["stop", "stop"]', "line 7: replies: each once"),
        ('superseded_by = ["picked_up"]', "line 7: superseded_by: picked_up cannot be overtaken by itself"),
        ('wait = { until = "25:00" }', 'line 7: wait.until: "25:00" is not a time such as "10:00"'),
        ("wait = { business_days = -1 }", "line 7: wait.business_days: -1: write 0 to 365"),
        ('wait = { days = "1d" }', "line 7: wait.days: there is no such key; write one of for,"),
        ('cap = { group = "x", most = 0, per = "1d" }', "line 7: cap.most: 0: write 1 or more;"),
        ('cap = { group = "x", most = 1 }', "line 7: cap.per: is missing"),
        ('cap = { group = "X Y", most = 1, per = "1d" }', 'line 7: cap.group: "X Y": write small letters,'),
        (
            'holdout = { experiment = "x", percent = 51 }',
            "line 7: holdout.percent: 51: write more than 0 and",
        ),
        (
            'holdout = { experiment = "", percent = 5 }',
            "line 7: holdout.experiment: write a name of letters,",
        ),
        (
            'must_act = true\nholdout = { experiment = "x", percent = 5 }',
            "line 8: holdout: who must act is never held out: leave out holdout, or must_act",
        ),
        (
            'must_act = true\ncap = { group = "x", most = 1, per = "1d" }',
            "line 8: cap: what must be acted on is never capped: leave out cap, or must_act",
        ),
        ("when = 1", 'line 7: when: 1 is not a list, such as ["email"]'),
        ("when = [1]", "line 7: when[0]: a condition is a table, such as"),
        ("when = [{ any = [] }]", "line 7: when[0].any: write a list of conditions, such as"),
        ('when = [{ any = [{}], fact = "x" }]', "line 7: when[0]: 'any' stands alone in its table"),
        ('when = [{ fact = "order.total" }]', "line 7: when[0].is: is missing"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_key(more: str, said: str) -> None:
    assert problems(f"{GOOD}{more}\n{ROUTE}")[0].startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"picked_up"', '"arrived"', 'line 3: on.milestone: "arrived" is none of order_confirmed,'),
        (
            'milestone = "picked_up"',
            "",
            'line 3: on: write { milestone = "…" } or { event = "…" }, one of them',
        ),
        ('milestone = "picked_up"', 'event = "rain"', 'line 3: on.event: "rain" is none of order_cancelled,'),
        (
            'milestone = "picked_up"',
            'milestone = "packed"',
            'line 4: subject: packed is told of subject = "order"',
        ),
        (
            '"picked_up"',
            '"picked_up", status = ["lost"]',
            'line 3: on.status: only milestone = "exception" has',
        ),
        (
            '"picked_up"',
            '"exception", status = ["delivered"]',
            "line 3: on.status: an exception is one of damaged,",
        ),
        ('"shipment"', '"parcel"', 'line 4: subject: "parcel" is none of order, shipment, cart, buyer'),
        (
            '"shipment"',
            '"order"',
            'line 6: legs: name at least one for subject = "shipment", none for others',
        ),
        ('["forward"]', "[]", 'line 6: legs: name at least one for subject = "shipment", none for others'),
        ('["forward"]', '["forward", "rto"]', 'line 6: legs: picked_up is only true on ["forward"]'),
        ('"transactional"', '"advertising"', 'line 5: kind: "advertising" is none of transactional,'),
        ("version = 3", "version = true", "line 2: version: true is not a whole number, such as 1"),
        ("version = 3", "version = 0", "line 2: version: 0: versions count up from 1"),
        ('"shipped"', '"Shipped!"', 'line 1: key: "Shipped!": write small letters, digits and _, 60 at most'),
        ("version = 3\n", "", "line 1: version: is missing"),
    ],
)
def test_what_it_is_and_what_starts_it_are_checked(old: str, new: str, said: str) -> None:
    assert problems(GOOD.replace(old, new) + ROUTE)[0].startswith(said)


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("", "line 1: route: is missing"),
        ("route = []", 'line 7: route: name at least one channel: [[route]] and channel = "email"'),
        ('route = ["email"]', 'line 7: route[0]: write [[route]] and channel = "email" below it'),
        ("[[route]]", "line 7: route[0].channel: is missing"),
        ('[[route]]\nchannel = "pigeon"', 'line 8: route[0].channel: "pigeon" is none of email, inapp, sms,'),
        (ROUTE + ROUTE, "line 10: route[1].channel: email is in the route before"),
        (ROUTE + 'wait = "1m"', "line 9: route[0].wait: no channel follows the last one"),
        (
            ROUTE + 'next_on = ["no_delivered"]\n[[route]]\nchannel = "sms"',
            'line 7: route[0].wait: a wait and next_on = ["no_delivered"] go together',
        ),
        (
            ROUTE + 'next_on = []\n[[route]]\nchannel = "sms"',
            "line 9: route[0].next_on: it leads to no other channel: take away those below it",
        ),
        (
            ROUTE + '[[route]]\nchannel = "sms"\nwhen = [{ fact = "x", is = "==", value = 1 }]',
            'line 11: route[1].when[0].fact: "x" is no fact we know',
        ),
    ],
)
def test_a_route_that_leads_nowhere_is_named_at_its_step(route: str, said: str) -> None:
    assert problems(GOOD + route)[0].startswith(said)


def test_offers_and_questions_are_held_to_what_the_law_makes_of_them() -> None:
    cart = """key = "cart"
version = 1
on = { event = "cart_changed" }
subject = "cart"
kind = "transactional"
"""
    assert problems(cart + ROUTE) == ['line 5: kind: what cart_changed starts is an offer: write "marketing"']
    offer = cart.replace("transactional", "marketing") + 'quiet = "ignore"\nlane = "info"\nmust_act = true\n'
    assert problems(offer + ROUTE) == [
        "line 6: quiet: nothing that is marketing is urgent at night: write defer or defer_or_drop",
        'line 7: lane: what is marketing goes by lane = "marketing"',
        "line 8: must_act: nobody must act on what is marketing",
    ]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = 'version = 0\nkey = 7\nlegs = ["up"]\nfoo = 1\non = { milestone = "x" }\n' + ROUTE
    assert [said.partition(": ")[0] for said in problems(text)] == [
        *("line 1", "line 1", "line 1", "line 2", "line 3", "line 4", "line 5"),
    ]


def test_a_text_that_is_not_toml_says_where() -> None:
    assert problems("key = ")[0].startswith("line 1: this is not TOML: Invalid value")
    assert problems('key = "x"\nversion = 1 2\n')[0].startswith("line 2: this is not TOML: Expected newline")
    assert problems('key = "a\n')[0].startswith("line 1: this is not TOML: ")
    assert problems("a = " + "[" * 5000 + "]" * 5000) == ["line 1: it is nested too deeply"]
    assert problems("#" * (LONGEST + 1)) == ["line 1: it is longer than 40000 characters"]


def test_the_file_is_named_where_there_is_one() -> None:
    with pytest.raises(
        JourneyError, match=r"^shipped\.toml: line 1: key: is missing\nshipped\.toml: line 1: ver"
    ):
        read("", name="shipped.toml")
