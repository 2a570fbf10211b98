"""A plan's text: read whole, or refused with every problem, its line, and what to write."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.promise.plan.model import (
    Area,
    Cutoff,
    Event,
    Extra,
    Payment,
    Plan,
    ProductClass,
    Service,
    Show,
    TypedDays,
    Warehouse,
    Week,
)
from wismo.promise.plan.reading import problems_of, quantile_of, read
from wismo.promise.plan.sense import overlap
from wismo.promise.plan.weekdays import days_of_week, written

GOOD = """\
[[warehouse]]
key = "leipzig"
country = "DE"
timezone = "Europe/Berlin"
week = { days = "mon-fri", holidays = ["DE-SN"] }

[[service]]
key = "standard"
carrier = "dhl-paket"
"""
WHOLE = """\
cost = { early = 1, late = 19 }
show = "range"
range_over = 5
mixed = "together"
horizon = 90
origins = ["https://shop.example"]
widget = 2

[[warehouse]]
key = "leipzig"
country = "DE"
region = "SN"
postcode = "04109"
timezone = "Europe/Berlin"
handling = 1
capacity = 400

[warehouse.week]
days = ["mon-fri", "sun"]
closed = [2026-12-24, { from = 2026-12-27, to = "2026-12-31" }]
open = ["2026-12-05"]

[[cutoff]]
at = "14:00"
warehouse = "leipzig"
service = "express"
class = "engraved"
days = "fri"
eves = true

[[service]]
key = "express"
carrier = "ups"
name = "Express"
warehouses = ["leipzig"]
to = ["AT", { country = "DE", region = "BY", postcodes = ["80", "8 1"] }]
pickup = { days = "mon-sat", holidays = ["DE"] }
delivery = { days = "sun-thu" }
published = "ups/standard"
handover_by = 17:30:00
customs = [1, 3]

[[extra]]
service = "express"
to = [{ country = "DE", postcodes = ["10"] }]
days = "sat"

[[typed]]
service = "express"
to = ["CH", "LI"]
days = [2, 4]
warehouse = "leipzig"

[[class]]
key = "engraved"
skus = ["ENG-*"]
handling = [3, 5]
available_on = 2026-12-01
warehouses = ["leipzig"]
alone = true

[[payment]]
key = "transfer"
hold = [1, 2]

[[event]]
key = "christmas"
day = 2026-12-24
lead_days = 30
"""


HOUSE = Warehouse(
    key="leipzig",
    country="DE",
    timezone="Europe/Berlin",
    region="SN",
    postcode="04109",
    week=Week(
        frozenset({0, 1, 2, 3, 4, 6}),
        (),
        ((date(2026, 12, 24), date(2026, 12, 24)), (date(2026, 12, 27), date(2026, 12, 31))),
        (date(2026, 12, 5),),
    ),
    handling=(1, 1),
    capacity=400,
)
EXPRESS = Service(
    key="express",
    carrier="ups",
    name="Express",
    warehouses=("leipzig",),
    areas=(Area("AT"), Area("DE", ("80", "81"), "BY")),
    pickup=Week(frozenset(range(6)), ("DE",)),
    delivery=Week(frozenset({6, 0, 1, 2, 3}), ("destination",)),
    published="ups/standard",
    handover_by=time(17, 30),
    customs=(1, 3),
)


def test_every_key_of_a_plan_is_read() -> None:
    assert read(WHOLE) == Plan(
        warehouses=(HOUSE,),
        services=(EXPRESS,),
        level=0.95,
        cost=(1.0, 19.0),
        show=Show.RANGE,
        range_over=5,
        mixed="together",
        horizon=90,
        cutoffs=(Cutoff(time(14), "leipzig", "express", "engraved", frozenset({4}), eves=True),),
        extras=(Extra("express", Area("DE", ("10",)), frozenset({5})),),
        typed=(
            TypedDays("express", Area("CH"), (2, 4), "leipzig"),
            TypedDays("express", Area("LI"), (2, 4), "leipzig"),
        ),
        classes=(ProductClass("engraved", ("ENG-*",), (3, 5), date(2026, 12, 1), ("leipzig",), alone=True),),
        payments=(Payment("transfer", (1, 2)),),
        events=(Event("christmas", date(2026, 12, 24), 30),),
        origins=("https://shop.example",),
        widget=2,
    )
    assert read(GOOD).cutoffs == ()


def test_a_published_plan_goes_on_when_its_christmas_is_over() -> None:
    text = f'{GOOD}\n[[event]]\nkey = "christmas"\nday = 2020-12-24\n'
    assert read(text).events == (Event("christmas", date(2020, 12, 24)),)


@pytest.mark.parametrize(
    ("early", "late", "level"), [(1, 9, 0.9), (1, 1, 0.8), (1, 999, 0.99), (2, 38, 0.95)]
)
def test_a_cost_is_a_level_within_bounds(early: float, late: float, level: float) -> None:
    assert quantile_of(early, late) == level


@given(st.frozensets(st.integers(0, 6), min_size=1))
def test_days_of_the_week_are_read_as_they_are_written(days: frozenset[int]) -> None:
    assert frozenset().union(*map(days_of_week, written(days))) == days


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("ENG-*", "ENG-1", True),
        ("*", "", True),
        ("A?", "AB", True),
        ("A*", "*B", True),
        ("A*", "B*", False),
        ("A", "AB", False),
    ],
)
def test_patterns_overlap_where_one_sku_fits_both(one: str, other: str, both: bool) -> None:  # noqa: FBT001
    assert overlap(one, other) is both
    assert overlap(other, one) is both


@given(st.text(max_size=200))
def test_no_text_at_all_makes_the_reader_fail(text: str) -> None:
    assert problems_of(text)
