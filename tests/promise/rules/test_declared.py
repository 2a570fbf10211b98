"""Adjustments as people and feeds declare them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promise.plan.test_reading import GOOD
from wismo.promise.plan.reading import read
from wismo.promise.rules.declared import Declared, Unreadable, read_rows, rows_of

CSV = b"""\xef\xbb\xbfreference;effect;stage;first_day;last_day;days;carrier;country;postcodes;why
st-1;slower;transit;2026-12-01;2026-12-05;2;dhl-paket;DE;80 81;Storm over Bavaria
st-2;closed;;2026-12-24;2026-12-26;;;;;The house is closed
"""
STORM = Declared(
    reference="st-1",
    effect="slower",
    stage="transit",
    first_day=date(2026, 12, 1),
    last_day=date(2026, 12, 5),
    days=2,
    carrier="dhl-paket",
    country="DE",
    postcodes=("80", "81"),
    why="Storm over Bavaria",
)
ROW = {"effect": "closed", "first_day": "2026-12-01", "last_day": "2026-12-05", "why": "A strike"}


def test_a_table_is_read_whatever_separates_its_columns() -> None:
    for separator in (b";", b",", b"\t"):
        rows, problems = read_rows(rows_of(CSV.replace(b";", separator)), referenced=True)
        assert problems == []
        assert rows[0] == STORM
        assert (rows[1].effect, rows[1].days, rows[1].stage, rows[1].postcodes) == ("closed", 0, "", ())


def test_json_tells_the_same() -> None:
    told = (
        b'{"adjustments": [{"reference": "st-1", "effect": "slower", "stage": "transit", "days": 2, '
        b'"first_day": "2026-12-01", "last_day": "2026-12-05", "carrier": "dhl-paket", "country": "de", '
        b'"postcodes": ["80", "81"], "why": "Storm over Bavaria", "service": null}]}'
    )
    assert read_rows(rows_of(told)) == ([STORM], [])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>404</html>", "it is no table whose head names reference, effect"),
        (b"", "it is no table whose head names"),
        (b"{nonsense", "it is not JSON"),
        (b'{"rows": []}', 'write a list, or { "adjustments": [ … ] }'),
        (b"[" * 100_000, "it is not JSON"),
        (b"[" + b"9" * 5_000 + b"]", "it is not JSON"),  # Python reads no number of so many digits
        (b"\xff\xfe", "it is not text in UTF-8"),
        (b"[" + b"{}," * 2000 + b"{}]", "it has 2001 rows, and 2000 are the most"),
        (b'effect,first_day\n"closed', "it is not CSV"),
    ],
)
def test_what_has_no_rows_is_told(body: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        rows_of(body)
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"last_day": "2026-11-30"}, "last_day: 2026-11-30 is before the first day, 2026-12-01"),
        ({"last_day": "2028-01-05"}, "last_day: from 2026-12-01 to 2028-01-05 it is more than 400 days"),
        ({"first_day": "1.12.2026"}, 'first_day: "1.12.2026" is not a day such as 2026-12-24'),
        ({"first_day": "2026-02-30"}, 'first_day: "2026-02-30" is not a day'),
        ({"last_day": ""}, "last_day: is missing"),
        ({"effect": "late"}, 'effect: "late" is none of closed, slower, embargo'),
        ({"effect": ""}, "effect: is missing"),
        ({"stage": "sorting"}, 'stage: "sorting" is none of handling, pickup, transit, delivery'),
        ({"effect": "slower"}, "days: write how many working days more, 1 to 60"),
        ({"effect": "slower", "days": "61"}, "days: write how many working days more"),
        ({"effect": "slower", "days": "-1"}, "days: write how many working days more"),
        ({"days": 3}, "days: only what is slower has days, and this is closed"),
        ({"warehouse": "graz"}, 'warehouse: "graz" is none of the plan\'s: leipzig'),
        ({"service": "express"}, 'service: "express" is none of the plan\'s: standard'),
        ({"carrier": "acme"}, 'carrier: "acme" is no carrier we know'),
        ({"country": "Germany"}, 'country: "GERMANY" is no country: write two letters, such as DE'),
        ({"postcodes": "80"}, "country: postcodes need the country they are of"),
        ({"country": "DE", "postcodes": "8*"}, "postcodes: write beginnings of postcodes"),
        ({"postcode": "80"}, "postcode: write only reference, effect,"),
        ({"why": ""}, "why: is missing"),
        ({"why": "a\nb"}, "why: write one line of plain text"),
        ({"why": "x" * 201}, "why: it is longer than 200 characters"),
    ],
)
def test_a_row_that_cannot_be_followed_says_why(change: dict[str, Any], says: str) -> None:
    rows, [problem] = read_rows([ROW, {**ROW, **change}], plan=read(GOOD))
    assert len(rows) == 1
    assert str(problem).startswith(f"row 2: {says}")


def test_400_days_are_not_too_many() -> None:
    assert read_rows([{**ROW, "first_day": "2026-01-01", "last_day": "2027-02-04"}])[1] == []


def test_a_feeds_rows_need_references_of_their_own() -> None:
    rows, problems = read_rows([{**ROW, "reference": "a"}, {**ROW, "reference": "a"}, ROW], referenced=True)
    assert len(rows) == 1
    assert [str(problem) for problem in problems] == [
        "row 2: reference: each row needs one of its own",
        "row 3: reference: each row needs one of its own",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda each: st.lists(each, max_size=3)
)
NAMES = st.sampled_from([
    "effect",
    "stage",
    "first_day",
    "last_day",
    "days",
    "country",
    "postcodes",
    "why",
    "x",
])


@settings(max_examples=30)
@given(st.lists(st.dictionaries(NAMES, JSON), max_size=4))
def test_each_row_is_either_followed_or_told(told: list[dict[str, Any]]) -> None:
    rows, problems = read_rows(told)
    assert len(rows) + len(problems) == len(told)
