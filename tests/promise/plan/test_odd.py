"""What is odd in a plan, a first plan, what changed, and another level."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise.plan.test_reading import GOOD, WHOLE
from wismo.promise.plan.changes import Change, diff
from wismo.promise.plan.reading import PlanError, problems_of, read
from wismo.promise.plan.starter import starter
from wismo.promise.plan.warnings import Warning as Odd
from wismo.promise.plan.warnings import warnings
from wismo.promise.plan.writing import with_level
from wismo.vocabulary.calendar import is_country, only_zone, zones_in

FINE = (
    GOOD
    + 'to = ["DE"]\ndelivery = { days = "mon-sat" }\npublished = "dhl-paket/paket"\nhandover_by = "16:00"\n'
)


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("level = 0.99\n" + FINE, "level", "0.99 costs days: the last point is the dearest of all"),
        (
            "cost = { early = 1, late = 3 }\n" + FINE,
            "cost",
            "it asks for 0.750, and 0.80 to 0.99 can be: the level is 0.80",
        ),
        (
            GOOD,
            "service[0]",
            "without published or typed days, nothing is promised until own parcels have arrived",
        ),
        (
            FINE.replace('carrier = "dhl-paket"\n', ""),
            "service[0]",
            "it names no carrier: its parcels are not told from those of others",
        ),
        (
            FINE.replace('to = ["DE"]', 'to = ["DE", "JP"]'),
            "service[0].published",
            "nothing is published of the way from DE to JP",
        ),
        (
            FINE.replace('"mon-sat"', '"mon-fri"'),
            "service[0].delivery",
            "the carrier brings on mon-sat, the plan says mon-fri",
        ),
        (
            FINE + '[[cutoff]]\nat = "17:00"\n',
            "cutoff[0].at",
            "the lorry of standard leaves at 16:00: later orders wait for the next",
        ),
        (
            FINE.replace("Europe/Berlin", "Asia/Tokyo"),
            "warehouse[0].timezone",
            "Asia/Tokyo is no zone of DE: cut-offs run on its clock",
        ),
        (
            FINE.replace('country = "DE"', 'country = "DE"\nregion = "XX"'),
            "warehouse[0].region",
            "of XX no holidays of its own are known: those of DE hold",
        ),
        (
            FINE.replace(', holidays = ["DE-SN"]', ""),
            "warehouse[0].week",
            "it names no holidays: then it works on all of them",
        ),
    ],
)
def test_what_is_odd_is_told_and_stops_nothing(text: str, key: str, says: str) -> None:
    assert warnings(read(text)) == [Odd(key, says)]


def test_a_plan_with_nothing_odd_is_told_nothing() -> None:
    assert warnings(read(FINE)) == []


def test_a_first_plan_has_what_the_shops_carriers_publish() -> None:
    plan = read(starter("DE", "Europe/Berlin", ["dhl", "hermes-de", "no-such-carrier", "cdek"]))
    assert [(one.key, one.carrier, one.published) for one in plan.services] == [
        ("dhl-paket-paket", "dhl", "dhl-paket/paket"),
        ("hermes-de-standard", "hermes-de", "hermes-de/standard"),
        ("cdek", "cdek", ""),
    ]
    [home] = plan.warehouses
    assert (home.country, home.timezone, home.handling, home.week.holidays) == (
        "DE",
        "Europe/Berlin",
        (0, 2),
        ("DE",),
    )
    assert plan.services[1].delivery.holidays == ("hermes-de",)
    assert plan.typed == ()


def test_a_first_plan_without_a_carrier_takes_the_slowest_that_is_published_there() -> None:
    text = starter("SA", "Asia/Riyadh")
    plan = read(text)
    assert [(one.area.country, one.days) for one in plan.typed] == [("SA", (2, 5))]
    assert plan.warehouses[0].week.days == frozenset({6, 0, 1, 2, 3})
    assert "the slowest of what the country's carriers publish" in text


def test_a_first_plan_guesses_nothing_where_nobody_publishes() -> None:
    assert read(starter("AQ", "Antarctica/Troll")).typed == ()


def test_every_country_has_a_first_plan_that_can_be_published() -> None:
    codes = [f"{a}{b}" for a in map(chr, range(65, 91)) for b in map(chr, range(65, 91))]
    countries = [code for code in codes if is_country(code)]
    texts = [starter(code, only_zone(code) or zones_in(code)[0], ["ups", "fedex"]) for code in countries]
    assert {problems_of(text, date(2026, 11, 24)) for text in texts} == {()}
    assert len(countries) > 240


def test_changes_are_told_in_words_by_the_keys_of_the_tables() -> None:
    old = read(WHOLE)
    text = WHOLE.replace("handling = 1\n", "handling = [1, 3]\n").replace('at = "14:00"', 'at = "15:30"')
    text = text.replace("late = 19", "late = 9").replace('to = ["CH", "LI"]', 'to = ["CH"]')
    text = text.replace('days = ["mon-fri", "sun"]', 'days = "mon-fri"')
    assert diff(old, read(text)) == [
        Change(
            "warehouse.leipzig.week",
            "sun-fri; closed 2026-12-24, 2026-12-27 to 2026-12-31; open 2026-12-05",
            "mon-fri; closed 2026-12-24, 2026-12-27 to 2026-12-31; open 2026-12-05",
        ),
        Change("warehouse.leipzig.handling", "1", "1 to 3"),
        Change("level", "0.95", "0.9"),
        Change("cost", "1, 19", "1, 9"),
        Change("cutoff.express leipzig engraved fri eves.at", "14:00", "15:30"),
        Change("typed.express leipzig LI.service", "express", ""),
        Change("typed.express leipzig LI.to", "LI", ""),
        Change("typed.express leipzig LI.days", "2 to 4", ""),
        Change("typed.express leipzig LI.warehouse", "leipzig", ""),
    ]
    assert diff(old, old) == []


@pytest.mark.parametrize(
    "text",
    [
        FINE,
        "# mine\nlevel = 0.9  # sure\n" + FINE,
        "show = 'day'\ncost = { early = 1, late = 9 }\n" + FINE,
        FINE + "[cost]\nearly = 1\nlate = 9\n",
        "cost.early = 1\ncost.late = 9\n" + FINE,
    ],
)
def test_another_level_leaves_the_rest_of_the_text_alone(text: str) -> None:
    sure = read(with_level(text, level=0.97))
    assert (sure.level, sure.cost) == (0.97, None)
    dear = read(with_level(text, cost=(1, 19)))
    assert (dear.level, dear.cost) == (0.95, (1.0, 19.0))
    assert (dear.services, dear.warehouses, dear.show) == (sure.services, sure.warehouses, read(text).show)


def test_a_level_is_not_written_into_a_text_that_is_no_toml() -> None:
    with pytest.raises(PlanError, match="line 1: this is not TOML"):
        with_level("level = ", level=0.9)


@given(st.sampled_from([0.8, 0.85, 0.9, 0.95, 0.99]), st.integers(1, 3))
def test_a_level_written_twice_is_the_last(level: float, times: int) -> None:
    text = FINE
    for _ in range(times):
        text = with_level(text, level=level)
    assert read(text).level == level
    assert text.count("level") == 1
