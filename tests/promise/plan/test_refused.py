"""What a plan's text may not say: each with its line, and what to write."""

from datetime import date

import pytest

from tests.promise.plan.test_reading import GOOD
from wismo.promise.plan.reading import PlanError, problems_of, read

GRAZ = '[[warehouse]]\nkey = "graz"\ncountry = "AT"\ntimezone = "Europe/Vienna"\n'
WRONG = [
    ("level = 0.999", "line 1: level: 0.999: write a share from 0.80 to 0.99"),
    ('level = "high"', 'line 1: level: "high" is not a number, such as 5'),
    (
        "cost = { early = 0, late = 9 }",
        "line 1: cost: write what a day early and a day late cost, both more than 0",
    ),
    (
        "cost = { early = nan, late = 9 }",
        "line 1: cost: write what a day early and a day late cost, both more than 0",
    ),
    (
        "level = 0.9\ncost = { early = 1, late = 9 }",
        "line 2: cost: write a level or a cost, not both: each says how sure the date shall be",
    ),
    ("cost = { early = 1 }", "line 1: cost.late: is missing"),
    ('show = "week"', 'line 1: show: "week" is none of day, range, auto'),
    ('mixed = "mostly"', 'line 1: mixed: "mostly" is none of "split", "together"'),
    ("horizon = 0", "line 1: horizon: 0: write 7 to 365"),
    ("horizon = true", "line 1: horizon: true is not a whole number, such as 1"),
    (
        'origins = ["https://shop.example/cart"]',
        'line 1: origins[0]: "https://shop.example/cart" is no address such as "https://shop.example"',
    ),
    ("levle = 0.9", "line 1: levle: there is no such key; write one of level, cost, show,"),
    ("cutoff = [1]", "line 1: cutoff[0]: 1 is no table: write [[cutoff]] and its keys below"),
]


@pytest.mark.parametrize(("line", "says"), WRONG)
def test_what_a_plan_cannot_say_is_told_with_its_line(line: str, says: str) -> None:
    [problem] = problems_of(f"{line}\n{GOOD}")
    assert str(problem).startswith(says)


WRONG_ROWS = [
    (
        '[[warehouse]]\nkey = "graz"\ncountry = "AT"\ntimezone = "Europe/Vienna"',
        "warehouse[1].week: is missing: write",
    ),
    (
        '[[warehouse]]\nkey = "graz"\ncountry = "AT"\nweek = {}',
        "warehouse[1].timezone: is missing",
    ),
    (
        '[[warehouse]]\nkey = "graz"\ncountry = "AT"\ntimezone = "Europe/Graz"\nweek = {}',
        'warehouse[1].timezone: "Europe/Graz" is no time zone; write one such as Europe/Vienna',
    ),
    (
        '[[warehouse]]\nkey = "graz"\ncountry = "Austria"\ntimezone = "Europe/Vienna"\nweek = {}',
        'warehouse[1].country: "Austria" is no country: write two capital letters, such as "DE"',
    ),
    (
        '[[warehouse]]\nkey = "Graz"\ncountry = "AT"\ntimezone = "Europe/Vienna"\nweek = {}',
        'warehouse[1].key: "Graz": write small letters, digits, - and _, 40 at most',
    ),
    (
        GRAZ + 'week = { holidays = ["XX"] }',
        'warehouse[1].week.holidays[0]: "XX" is no calendar: write a country such as "DE"',
    ),
    (
        GRAZ + "week = { days = [] }",
        'warehouse[1].week.days: name at least one day, such as "mon-fri"',
    ),
    (
        GRAZ + 'region = "Styria"\nweek = {}',
        'warehouse[1].region: "Styria" is no part of a country: write its letters, such as "BY"',
    ),
    (
        GRAZ + "week = { closed = [{ from = 2026-12-31, to = 2026-12-24 }] }",
        "warehouse[1].week.closed[0]: it ends on 2026-12-24, before it begins on 2026-12-31",
    ),
    ('[[service]]\nkey = "b"\ncarrier = "acme"', 'service[1].carrier: "acme" is no carrier we know;'),
    (
        '[[service]]\nkey = "b"\nwarehouses = ["graz"]',
        'service[1].warehouses[0]: there is no warehouse "graz": write one of leipzig',
    ),
    (
        '[[service]]\nkey = "b"\npublished = "ups/x"',
        'service[1].published: "ups/x" is not known; write one of ups/ground,',
    ),
    ('[[service]]\nkey = "b"\nto = ["ZZ"]', 'service[1].to[0].country: "ZZ" is no country'),
    (
        '[[service]]\nkey = "b"\nto = [{ country = "DE", postcodes = ["10*"] }]',
        'service[1].to[0].postcodes[0]: "10*" is no beginning',
    ),
    (
        '[[service]]\nkey = "b"\nto = [{ country = "DE", postcodes = [] }]',
        "service[1].to[0].postcodes: write at least one",
    ),
    ('[[service]]\nkey = "b"\nto = [1]', "service[1].to[0]: 1 is no place such as"),
    ('[[service]]\nkey = "standard"', 'service[1].key: "standard" is there before: give it another key'),
    ('[[cutoff]]\nat = "2 pm"', 'cutoff[0].at: "2 pm" is not a time such as "14:00"'),
    ("[[cutoff]]", "cutoff[0].at: is missing"),
    ('[[cutoff]]\nat = "14:00"\nservice = "express"', 'cutoff[0].service: there is no service "express"'),
    (
        '[[cutoff]]\nat = "14:00"\nclass = "x"',
        'cutoff[0].class: there is no class "x": there is no [[class]]',
    ),
    (
        '[[cutoff]]\nat = "14:00"\ndays = "sat-sun"',
        "cutoff[0].days: it never comes: no warehouse it is of works on sat-sun",
    ),
    ('[[cutoff]]\nat = "14:00"\ndays = "weekdays"', 'cutoff[0].days: "weekdays" is no days of the week'),
    (
        '[[cutoff]]\nat = "14:00"\n[[cutoff]]\nat = "12:00"\ndays = "fri-mon"',
        "cutoff[1]: cutoff[0] says 14:00 for the same on fri-mon: keep one",
    ),
    ('[[extra]]\nservice = "b"\nto = ["DE"]\ndays = "sat"', 'extra[0].service: there is no service "b"'),
    ('[[typed]]\nservice = "standard"\nto = []\ndays = 1', "typed[0].to: name at least one place"),
    (
        '[[typed]]\nservice = "standard"\nto = ["DE"]\ndays = [3, 1]',
        "typed[0].days: the least, 3, is more than the most, 1: write [1, 3]",
    ),
    (
        '[[typed]]\nservice = "standard"\nto = ["DE"]\ndays = [1, 400]',
        "typed[0].days: write days from 0 to 365",
    ),
    (
        '[[typed]]\nservice = "standard"\nto = ["DE"]\ndays = "two"',
        'typed[0].days: "two" is no number of days such as 1 or [1, 2]',
    ),
    (
        '[[typed]]\nservice = "standard"\nto = ["DE", "AT"]\ndays = 1\n'
        '[[typed]]\nservice = "standard"\nto = ["AT"]\ndays = 2',
        "typed[1].to: typed[0] says other days for AT and this service: keep one",
    ),
    (
        '[[class]]\nkey = "a"\nskus = ["E-*"]\n[[class]]\nkey = "b"\nskus = ["*-1"]',
        'class[1].skus[0]: a sku could fit this and "E-*"',
    ),
    (
        f'[[class]]\nkey = "a"\nskus = ["{"A" * 3_000}"]\n[[class]]\nkey = "b"\nskus = ["B-*"]',
        "class[0].skus[0]: it is longer than 120 characters",
    ),
    ('[[class]]\nkey = "a"\nwarehouses = ["graz"]', 'class[0].warehouses[0]: there is no warehouse "graz"'),
    (
        '[[class]]\nkey = "a"\navailable_on = "soon"',
        'class[0].available_on: "soon" is not a day such as 2026-12-24',
    ),
    ('[[payment]]\nkey = "cod"', "payment[0].hold: is missing"),
    (
        '[[event]]\nkey = "easter"\nday = 2026-04-05',
        "event[0].day: 2026-04-05 is over: write the next easter, or take it away",
    ),
]


@pytest.mark.parametrize(("rows", "says"), WRONG_ROWS)
def test_a_table_that_cannot_be_followed_is_told(rows: str, says: str) -> None:
    [problem] = problems_of(f"{GOOD}\n{rows}\n", today=date(2026, 11, 24))
    assert f"{problem.key}: {problem.says}".startswith(says)
    assert problem.line > GOOD.count("\n")


def test_all_problems_are_told_at_once_in_the_order_of_the_text() -> None:
    text = GOOD.replace('"DE"\n', '"D"\n').replace("dhl-paket", "x") + "level = 2\n"
    with pytest.raises(PlanError) as refused:
        read(text, name="plan.toml")
    assert [(problem.line, problem.key) for problem in refused.value.problems] == [
        (3, "warehouse[0].country"),
        (9, "service[0].carrier"),
        (10, "service[0].level"),
    ]
    assert str(refused.value).startswith('plan.toml: line 3: warehouse[0].country: "D" is no country')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("level = ", "line 1: this is not TOML: Invalid value"),
        ("", "line 1: warehouse: is missing"),
        ("warehouse = []\nservice = []", "line 1: warehouse: write at least one [[warehouse]]"),
        ("#" * 40_001, "line 1: it is longer than 40000 characters"),
    ],
)
def test_a_text_that_is_no_plan_is_told(text: str, says: str) -> None:
    assert str(problems_of(text)[0]).startswith(says)
