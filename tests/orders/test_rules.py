"""What makes an order acceptable, and orders in a CSV file."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.makers import an_order
from wismo.orders.rules import LineSnapshot, OrderSnapshot, problems_of
from wismo.orders.sheet import Problem, SheetOrder, SheetParcel, read_sheet
from wismo.shops.rules import Home
from wismo.vocabulary.calendar import only_zone
from wismo.vocabulary.money import Money

SOUND = an_order()
MOMENT = "a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00"
GERMANY = Home("DE", "Europe/Berlin")


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (replace(SOUND, reference=" "), "reference: must not be empty"),
        (replace(SOUND, country="ZZ"), "country: 'ZZ' is not an ISO 3166 code such as DE"),
        (replace(SOUND, email="lena"), "email: 'lena' is not an address"),
        (replace(SOUND, language="english!"), "language: 'english!' is not a BCP 47 tag such as ja or pt-BR"),
        (replace(SOUND, timezone="Mars/Base"), "timezone: 'Mars/Base' is not a zone such as Asia/Tokyo"),
        (replace(SOUND, number="N" * 41), "number: at most 40 characters"),
        (
            replace(SOUND, placed_at=datetime(2026, 11, 24)),  # noqa: DTZ001  # that is the mistake
            f"placed_at: {MOMENT}",
        ),
        (
            replace(SOUND, placed_at=datetime.fromisoformat("0001-01-01T00:00:00+14:00")),
            f"placed_at: {MOMENT}",
        ),
        (
            replace(SOUND, cancelled_at=datetime.fromisoformat("9999-12-31T23:59:59-12:00")),
            f"cancelled_at: {MOMENT}",
        ),
        (
            replace(SOUND, updated_at=datetime.fromisoformat("2101-01-01T00:00:00+00:00")),
            f"updated_at: {MOMENT}",
        ),
        (
            replace(SOUND, promised_on=date(1999, 12, 31)),
            "promised_on: a day of 2000 to 2100, as in 2026-11-27",
        ),
        (
            replace(SOUND, lines=(LineSnapshot("Mug", quantity=0),)),
            "lines: each needs a title and a quantity of 1 to 100000",
        ),
        (
            replace(SOUND, name="a\x00b"),
            "name: one line of text, without control characters and lone surrogates",
        ),
        (
            replace(SOUND, email="a\ud800@b.example"),
            "email: one line of text, without control characters and lone surrogates",
        ),
        (
            replace(SOUND, lines=(LineSnapshot("Mug", variant="\udfff"),)),
            "lines.0.variant: one line of text, without control characters and lone surrogates",
        ),
        (
            replace(SOUND, total=Money(-1, "EUR")),
            "total: currency is an ISO 4217 code such as EUR, the amount not negative",
        ),
    ],
)
def test_what_is_wrong_with_an_order_is_said_by_field(order: OrderSnapshot, problem: str) -> None:
    assert problems_of(order) == [problem]


def test_a_sound_order_has_no_problem() -> None:
    assert problems_of(SOUND) == []


@pytest.mark.parametrize("text", ["C:\\x00", "\\ud800", "naïve 😀 ẞ", "ยินดี"])
def test_a_text_that_only_looks_like_an_escape_is_kept(text: str) -> None:
    assert problems_of(replace(SOUND, name=text)) == []


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("JP", "Asia/Tokyo"),
        ("de", "Europe/Berlin"),  # Büsingen has an entry of its own, with the same clock
        ("MY", "Asia/Kuala_Lumpur"),
        ("AR", "America/Argentina/Buenos_Aires"),
        ("ES", ""),  # the Canary Islands
        ("PT", ""),  # Madeira keeps Lisbon's time, the Azores do not
        ("US", ""),
        ("CN", ""),  # Ürümqi
        ("NZ", ""),  # the Chatham Islands
        ("XX", ""),
    ],
)
def test_a_country_has_one_zone_where_all_its_clocks_agree(country: str, zone: str) -> None:
    assert only_zone(country) == zone


def test_the_destinations_zone_is_told_or_the_countrys_or_the_shops_at_home_and_never_guessed() -> None:
    home = Home("US", "America/Chicago")
    assert replace(SOUND, country="US", timezone="America/Denver").zone(home) == "America/Denver"
    assert replace(SOUND, country="KR").zone(home) == "Asia/Seoul"
    assert replace(SOUND, country="US").zone(home) == "America/Chicago"
    assert replace(SOUND, country="CA").zone(home) == ""
    assert replace(SOUND, country="US").zone(GERMANY) == ""


def test_no_minor_unit_is_lost_reading_an_amount() -> None:
    assert Money.parse("12.50", "EUR") == Money(1250, "EUR")
    assert Money.parse("1200", "JPY") == Money(1200, "JPY")
    assert Money.parse("1.234", "KWD") == Money(1234, "KWD")
    for amount, currency in (
        ("12.505", "EUR"),
        ("0.5", "JPY"),
        ("NaN", "EUR"),
        ("12,50", "EUR"),
        ("1e999999", "EUR"),
        ("1e5000", "EUR"),
        ("1e17", "EUR"),
    ):
        with pytest.raises(ValueError, match=r"decimals|not an amount"):
            Money.parse(amount, currency)


COLUMNS = "reference,number,placed_at,country,email,amount,currency,promised_on"
COLUMNS += ",sku,title,quantity,carrier,tracking_number"
SHEET = f"""{COLUMNS}
A1,#1001,2026-11-20T09:00:00+01:00,de,a@example.com,12.50,EUR,2026-11-27,MUG,Ridge mug,2,ups,1Z999
A1,#1001,2026-11-20T09:00:00+01:00,de,a@example.com,12.50,EUR,2026-11-27,VASE,Vase,1,,
B2,#1002,yesterday,de,b@example.com,,,,,,,,
C3,#1003,2026-11-20T09:00:00+01:00,ZZ,,,,,,,,,
A1,#1001,2026-11-20T09:00:00+01:00,de,,,,,,,,,
D4,#1004,2026-11-20T09:00:00+01:00,JP,,1.5,JPY,,,,,,
"""


def test_a_sheet_gives_its_sound_orders_and_names_every_bad_line() -> None:
    found = list(read_sheet(SHEET.splitlines(keepends=True)))
    (good,) = [one for one in found if isinstance(one, SheetOrder)]
    assert good.parcels == (SheetParcel(2, "ups", "1Z999"),)
    assert good.order == OrderSnapshot(
        reference="A1",
        number="#1001",
        placed_at=datetime.fromisoformat("2026-11-20T09:00:00+01:00"),
        country="DE",
        email="a@example.com",
        total=Money(1250, "EUR"),
        promised_on=date(2026, 11, 27),
        lines=(LineSnapshot("Ridge mug", "MUG", "", 2), LineSnapshot("Vase", "VASE", "", 1)),
    )
    assert good.order.placed_at.astimezone(UTC).hour == 8
    assert [one for one in found if isinstance(one, Problem)] == [
        Problem(4, "placed_at: 'yesterday' is not a time such as 2026-11-24T09:00:00+01:00"),
        Problem(5, "country: 'ZZ' is not an ISO 3166 code such as DE"),
        Problem(6, "reference: 'A1' stands in line 2 too; keep its rows together"),
        Problem(7, "amount: '1.5' has more decimals than JPY has (0)"),
    ]


def test_a_sheet_may_say_when_each_order_was_last_changed() -> None:
    rows = [
        "reference,number,placed_at,country,updated_at",
        *(f"A{n},#1,2026-11-20T09:00:00Z,DE," for n in range(2)),
    ]
    told, untold = read_sheet([f"{rows[0]}\n", f"{rows[1]}2026-11-21T09:00:00Z\n", f"{rows[2]}\n"])
    assert isinstance(told, SheetOrder)
    assert isinstance(untold, SheetOrder)
    assert (told.order.updated_at, untold.order.updated_at) == (datetime(2026, 11, 21, 9, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the first line must name the columns; missing: reference, number, placed_at, country; is it"),
        ("reference,number\n", "the first line must name the columns; missing: placed_at, country"),
        ("reference,number,placed_at,country,colour\n", "unknown columns: colour; known are "),
    ],
)
def test_a_sheet_without_its_columns_says_which(text: str, problem: str) -> None:
    (only,) = read_sheet(text.splitlines(keepends=True))
    assert isinstance(only, Problem)
    assert only.line == 1
    assert only.what.startswith(problem)


def test_a_row_with_more_fields_than_columns_is_named_and_not_guessed_at() -> None:
    text = "reference,number,placed_at,country\nA1,#1,2026-11-20T09:00:00+01:00,DE,oops\n"
    assert list(read_sheet(text.splitlines(keepends=True))) == [
        Problem(2, "more fields than the first line names; is a comma not in quotes?")
    ]


def test_a_sheet_with_semicolons_is_told_so() -> None:
    (only,) = read_sheet(["reference;number;placed_at;country\n"])
    assert isinstance(only, Problem)
    assert only.what.endswith("; is it separated by ; or tabs? It must be by commas")
