"""What holds for every start, and what adjustments do to a way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise.rules.yard import (
    BAN,
    BERLIN,
    BUSY,
    EXPRESS,
    PLAN,
    POST,
    STRIKE,
    asked,
    codes,
    local,
    only,
    way,
)
from wismo.promise.plan.model import Area, Extra, Week
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.question import Item, Question
from wismo.promise.rules.start import class_of, next_cutoff
from wismo.promise.rules.ways import Ways

MOMENTS = st.integers(0, 365 * 86_400).map(
    lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
QUEUE = {date(2026, 3, 2): 900, date(2026, 3, 4): 50, date(2026, 8, 3): 250}
HOWS: list[dict[str, Any]] = [
    {},
    {"items": (Item("ENG-1"), Item("SPR-1"))},
    {"payment": "transfer"},
    {"on": way(service=EXPRESS, adjustments=(STRIKE,))},
    {"on": only(BUSY), "load": QUEUE},
]


@given(MOMENTS, MOMENTS, st.sampled_from(HOWS))
def test_a_later_order_never_starts_earlier_nor_on_a_closed_day(
    a: datetime, b: datetime, how: dict[str, Any]
) -> None:
    first, second = (asked(at, **how) for at in sorted((a, b)))
    assert first.day
    assert second.day
    assert first.day <= second.day
    assert (first.soonest or first.day) <= first.day
    days = how.get("on", way()).days
    assert days.is_open(first.day)
    assert first.day >= min(a, b).date()


@given(MOMENTS, st.sampled_from(HOWS))
def test_until_the_moment_told_the_day_holds(at: datetime, how: dict[str, Any]) -> None:
    now = asked(at, **how)
    assert now.order_by
    assert now.order_by > at
    just_before = asked(now.order_by - timedelta(seconds=1), **how)
    assert (just_before.day, just_before.pickup_from) == (now.day, now.pickup_from)


@given(MOMENTS, st.sampled_from(HOWS[:-1]))
def test_from_the_moment_told_on_it_starts_or_leaves_later(at: datetime, how: dict[str, Any]) -> None:
    now = asked(at, **how)
    assert now.order_by
    then = asked(now.order_by, **how)
    assert (now.day, now.pickup_from) < (then.day, then.pickup_from)


def test_a_hold_has_a_soonest_and_a_latest_day() -> None:
    found = asked(local("2026-07-03T09:00"), payment="transfer")
    assert (found.soonest, found.day) == (date(2026, 7, 6), date(2026, 7, 8))
    assert found.reasons[0].facts == {"payment": "transfer", "least": 1, "most": 3}


def test_after_the_lorrys_hour_there_is_no_hand_over_that_day() -> None:
    late = asked(local("2026-07-06T17:00"), on=way(service=EXPRESS))
    assert (late.day, late.pickup_from) == (date(2026, 7, 6), date(2026, 7, 7))
    assert codes(late) == ["lorry_gone"]
    assert late.order_by == local("2026-07-06T18:00")
    soon = asked(local("2026-07-06T16:59:59"), on=way(service=EXPRESS))
    assert (soon.pickup_from, codes(soon)) == (date(2026, 7, 6), [])


def test_the_order_by_moment_is_told_at_the_warehouses_clock() -> None:
    question = Question(at=local("2026-07-06T06:00", "America/New_York"), country="US")
    found = next_cutoff(question, way(to=("US", "NY", "10001")))
    assert found
    assert found.isoformat() == "2026-07-06T14:00:00+02:00"


def test_a_warehouse_without_a_known_zone_promises_nothing() -> None:
    nowhere = replace(PLAN, warehouses=(replace(BERLIN, timezone="Europe/Nowhere"),))
    found = asked(local("2026-07-06T06:00"), on=only(nowhere))
    assert (found.day, codes(found)) == (None, ["no_zone"])


def test_holidays_that_nobody_knows_are_named_and_the_order_starts() -> None:
    found = asked(local("2026-07-06T06:00"), on=way(to=("ZZ", "", "")))
    assert (found.day, codes(found)) == (date(2026, 7, 6), ["unknown_holidays"])


def test_a_queue_of_a_warehouse_that_takes_nothing_is_no_promise() -> None:
    shut = replace(PLAN, warehouses=(replace(BERLIN, capacity=0),))
    found = asked(local("2026-07-06T06:00"), on=only(shut), load={date(2026, 7, 6): 1})
    assert codes(found) == ["beyond_calendar"]


def test_an_item_is_of_the_class_it_names_or_the_first_its_sku_fits() -> None:
    items = (Item("ENG-1"), Item("ENG-1", product_class="spring"), Item("X", product_class="gone"), Item("X"))
    found = [class_of(item, PLAN) for item in items]
    assert [each.key if each else "" for each in found] == ["engraved", "spring", "", ""]


# Adjustments, and the calendars of a way.


@pytest.mark.parametrize(
    ("scope", "stages"),
    [
        ({}, {"handling", "pickup", "delivery"}),
        ({"warehouse": "berlin"}, {"handling", "pickup"}),
        ({"carrier": "dhl"}, {"pickup", "delivery"}),
        ({"carrier": "dhl", "warehouse": "berlin"}, {"pickup"}),
        ({"country": "DE", "postcodes": ("80",)}, {"delivery"}),
        ({"stage": "transit"}, {"delivery"}),
        ({"stage": "handling", "country": "DE"}, {"handling"}),
    ],
)
def test_an_adjustment_closes_what_its_scope_can_reach(scope: dict[str, Any], stages: set[str]) -> None:
    day = date(2026, 7, 8)
    adjusted = Adjusted(effect="closed", first_day=day, last_day=day, **scope)
    assert adjusted.stages == stages
    found = way(adjustments=(adjusted,))
    closed = {
        stage
        for stage, days in (("handling", found.days), ("pickup", found.pickup), ("delivery", found.delivery))
        if days.why_closed(day) == "adjusted"
    }
    assert closed == stages


def test_an_adjustment_holds_only_in_its_scope() -> None:
    flood = Adjusted(
        effect="closed",
        first_day=date(2026, 7, 8),
        last_day=date(2026, 7, 8),
        country="GB",
        postcodes=("sw1a", "SW1"),
        service="post",
    )
    to = [("GB", "ENG", "SW1A 1AA"), ("GB", "ENG", "N1 1AA"), ("DE", "", "SW1A"), ("GB", "ENG", "sw1 2aa")]
    closed = [way(adjustments=(flood,), to=place).delivery.is_open(date(2026, 7, 8)) for place in to]
    assert closed == [False, True, True, False]
    assert way(adjustments=(flood,), service=EXPRESS, to=to[0]).delivery.is_open(date(2026, 7, 8))


def slow(first: int, last: int, days: int, **scope: Any) -> Adjusted:
    return Adjusted(
        effect="slower", first_day=date(2026, 7, first), last_day=date(2026, 7, last), days=days, **scope
    )


def test_slow_days_add_up_and_a_backlog_melts_a_day_each_day() -> None:
    found = way(adjustments=(slow(6, 8, 2), slow(8, 8, 1, carrier="dhl")))
    extra = [found.slower("transit", date(2026, 7, day)) for day in range(4, 13)]
    assert extra == [0, 0, 2, 2, 3, 2, 1, 0, 0]
    assert found.slower("handling", date(2026, 7, 8)) == 0


def test_a_slow_warehouse_slows_handling_only() -> None:
    found = way(adjustments=(slow(6, 8, 2, warehouse="berlin"), slow(6, 6, 5, warehouse="apia")))
    assert [found.slower(stage, date(2026, 7, 6)) for stage in ("handling", "transit")] == [2, 0]


@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(0, 6), st.integers(1, 5)), max_size=4),
    st.integers(1, 27),
)
def test_what_begins_later_is_never_there_earlier(rows: list[tuple[int, int, int]], day: int) -> None:
    found = way(adjustments=tuple(slow(first, min(31, first + more), days) for first, more, days in rows))
    begun = [date(2026, 7, day), date(2026, 7, day + 1)]
    ends = [found.delivery.add(each, 3 + found.slower("transit", each)) for each in begun]
    assert ends[0] <= ends[1]


def test_an_embargo_holds_on_its_days_and_names_itself() -> None:
    found = way(adjustments=(BAN,))
    assert found.embargo(date(2026, 7, 1), date(2026, 7, 6)) is None
    assert found.embargo(date(2026, 7, 1), date(2026, 7, 7)) is BAN
    told = asked(local("2026-07-08T09:00"), on=found).reasons[0]
    assert told.facts == {"why": "floods", "until": "2026-07-09"}


def test_saturdays_are_worked_in_the_narrowest_place_that_says_so() -> None:
    weekdays, saturdays = frozenset(range(5)), frozenset(range(6))
    extras = (
        Extra(service="post", area=Area("DE"), days=weekdays),
        Extra(service="post", area=Area("DE", postcodes=("80", "81")), days=saturdays),
        Extra(service="express", area=Area("DE", postcodes=("80331",)), days=weekdays),
    )
    plan = replace(PLAN, extras=extras)
    saturday = date(2026, 7, 11)
    open_in = [
        way(plan, to=("DE", "BY", postcode)).delivery.is_open(saturday) for postcode in ("80331", "10115")
    ]
    assert open_in == [True, False]


def test_a_place_of_its_own_days_goes_before_the_carriers_week() -> None:
    post = replace(POST, delivery=Week(frozenset(range(6)), holidays=("dhl-de",)))
    sundays = Extra(service="post", area=Area("DE", postcodes=("80",)), days=frozenset({0, 6}))
    found = way(replace(PLAN, services=(post,), extras=(sundays,)), service=post)
    july = [date(2026, 7, 11), date(2026, 7, 12)]
    assert [found.delivery.is_open(day) for day in july] == [False, True]
    assert found.delivery.why_closed(date(2026, 4, 6)) == "Easter Monday"


def test_the_four_calendars_of_a_way_keep_their_own_holidays() -> None:
    found = way(to=("SA", "", ""))
    womens_day, reunification, friday = date(2027, 3, 8), date(2026, 10, 3), date(2026, 7, 10)
    assert [each.is_open(womens_day) for each in (found.days, found.pickup, found.delivery)] == [
        False,
        False,
        True,
    ]
    assert (found.pickup.why_closed(reunification), found.delivery.is_open(reunification)) == (
        "German Unity Day",
        True,
    )
    assert (found.delivery.is_open(friday), found.destination.why_closed(friday)) == (True, "week")
    assert found.estimated(date(2026, 5, 26), date(2026, 5, 27)) == (
        "Day of Arafah (estimated)",
        "Eid al-Adha Holiday (estimated)",
    )


def test_ways_that_are_alike_are_the_same() -> None:
    ways = Ways(PLAN, (STRIKE, BAN), first=date(2025, 1, 1), last=date(2027, 12, 31))
    munich = ways.way(BERLIN, POST, "DE", "BY", "80331")
    assert ways.way(BERLIN, POST, "DE", "BY", "81669") is munich
    assert ways.way(BERLIN, POST, "DE", "BE", "10115") is not munich
    assert munich.closed_by("handling", date(2026, 7, 7)) is STRIKE
    assert munich.closed_by("handling", date(2026, 7, 9)) is None
