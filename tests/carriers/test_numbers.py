"""Whose number it is: ranked, with reasons, never chosen."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import FOLDER, needs_shared
from wismo.carriers.loading import load_table
from wismo.carriers.numbers import (
    Format,
    NumberError,
    Strength,
    clean,
    formats,
    near_misses,
    read_formats,
    recognise,
    ways_of,
)
from wismo.carriers.schema import PackError

# The couriers of the reference data that are two of our carriers, by the id of the format.
DHL = {"dhl_ecommerce": "dhl-ecommerce", "dhl_ecommerce_14": "dhl-ecommerce"}


def reference() -> Iterator[Any]:
    """(our carrier or "" for any post, name, valid numbers, invalid numbers) of each of the 39 formats."""
    for file in sorted((FOLDER / "carriers" / "number_formats").glob("*.json")):
        courier = json.loads(file.read_text(encoding="utf-8"))
        for one in courier["tracking_numbers"]:
            code = courier["courier_code"].replace("_", "-")
            ours = {"dhl": DHL.get(one.get("id"), "dhl-express"), "s10": ""}.get(code, code)
            tests = one["test_numbers"]
            yield pytest.param(ours, tests["valid"], tests["invalid"], id=one.get("id") or one["name"])


def ways(carrier: str) -> list[Format]:
    """The formats of a carrier; those of all posts for ""."""
    return list(ways_of()[carrier]) if carrier else [way for way in formats() if way.posts]


@needs_shared
@pytest.mark.parametrize(("carrier", "valid", "invalid"), list(reference()))
def test_every_number_of_the_reference_is_recognised_or_refused_by_its_format(
    carrier: str, valid: list[str], invalid: list[str]
) -> None:
    posts = {post for way in ways("") for post in way.posts.values()}
    for number in valid:
        assert {guess.id for guess in recognise(number)} & ({carrier} if carrier else posts)
    readers = [way for way in ways(carrier) if all(way.carrier_of(clean(number)) for number in valid)]
    assert readers
    assert [number for way in readers for number in invalid if way.carrier_of(clean(number))] == []


@needs_shared
def test_the_reference_has_39_formats_and_280_numbers() -> None:
    counts = [(len(one.values[1]), len(one.values[2])) for one in reference()]
    assert (len(counts), sum(valid for valid, _ in counts), sum(bad for _, bad in counts)) == (39, 192, 88)


def test_a_japanese_parcel_may_be_of_three_carriers_and_no_one_is_picked() -> None:
    guesses = recognise("4444-1375-8703", country="JP")
    assert [(guess.id, guess.strength) for guess in guesses[:4]] == [
        ("japan-post", "fair"),
        ("sagawa", "fair"),
        ("yamato", "fair"),
        ("aramex", "weak"),
    ]
    assert guesses[2].why == "Yamato, 12 digits: the shape fits, and so does the check digit; used in JP"


def test_a_wrong_check_digit_leaves_the_carriers_without_one() -> None:
    assert {"yamato", "sagawa", "fedex"} & {guess.id for guess in recognise("444413758704")} == set()


def test_the_country_brings_its_carriers_to_the_front() -> None:
    assert recognise("26805710004126", country="IN")[0].id == "delhivery"
    assert recognise("26805710004126", country="GB")[0].id == "dpd-uk"
    assert recognise("15501234567", country="DE")[0].id == "gls"


def test_a_weak_guess_says_so_and_where_such_numbers_are_used() -> None:
    (guess,) = [guess for guess in recognise("26805710004126", country="us") if guess.id == "delhivery"]
    assert guess.strength is Strength.WEAK
    assert guess.why == (
        "Delhivery, 13 or 14 digits: the shape fits; used in IN, not US; "
        "weak: others number their parcels so too"
    )


def test_a_strong_number_stays_first_wherever_it_is_found() -> None:
    assert [guess.id for guess in recognise("RB123456785GB", country="IN")] == ["royal-mail"]
    assert recognise("FMPC1234567890", country="BR")[0].id == "ekart"


@pytest.mark.parametrize(
    "typed",
    [
        "1z999aa10123456784",
        " 1Z 999 AA1 01 2345 6784 ",
        "1Z–999AA1–0123456784",
        "１Ｚ９９９ＡＡ１０１２３４５６７８４",
    ],
)
def test_spaces_dashes_case_and_full_width_do_not_matter(typed: str) -> None:
    assert clean(typed) == "1Z999AA10123456784"
    assert [guess.id for guess in recognise(typed)] == ["ups"]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("9" * 5000, "it has 5,000 characters; a tracking number has at most 40"),
        ("9" * 41, "it has 41 letters and digits; a tracking number has 5 to 40"),
        ("", "it has 0 letters and digits; a tracking number has 5 to 40"),
        ("12é4/567", "it holds '/' 'é'; a tracking number has letters A to Z and digits"),
        ("12345678\x00", r"it holds '\\x00'; a tracking number has letters A to Z and digits"),
    ],
)
def test_what_is_no_tracking_number_has_no_guess_and_says_why(number: str, why: str) -> None:
    assert recognise(number) == []
    with pytest.raises(NumberError, match=why):
        clean(number)


def test_a_near_miss_has_the_shape_and_not_the_check_digit() -> None:
    assert near_misses("1z999aa1 0123456785") == ["UPS 1Z"]
    assert near_misses("1Z999AA10123456784") == near_misses("RR123456789ZZ") == near_misses("no") == []


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert all(guess.why for guess in recognise(text))


@pytest.mark.parametrize("character", "019AJZ")
def test_no_format_takes_long_over_a_long_number(character: str) -> None:
    begun = time.perf_counter()
    for length in range(5, 41):
        recognise(character * length)
    assert time.perf_counter() - begun < 1  # some milliseconds; a pattern that backtracks takes minutes


def test_strong_formats_have_a_check_digit_or_letters_of_their_own() -> None:
    for way in formats():
        letters = sum(character.isalpha() for character in way.example)
        assert way.strength is not Strength.STRONG or way.check or letters >= 2, way.name
        assert way.strength is not Strength.WEAK or way.check is None, way.name


BROKEN = """
[[format]]
carrier = "ups"
name = "UPS 1Z"
pattern = '1Z(?P<serial>[A-Z0-9]{15})(?P<check>[0-9])'
check = { kind = "mod10", odds = 2 }
strength = "strong"
source = "jkeen"
example = "1Z999AA10123456784"
"""


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ('"ups"', '"upps"', "acme.toml: .format 1.: carrier: 'upps' is no id of the directory"),
        (
            '"jkeen"',
            '"hearsay"',
            "acme.toml: .format 1.: source: its source 'hearsay' is not in sources.toml",
        ),
        ("(?P<check>", "(", "pattern: has a check digit but no \\(\\?P<check>…\\); say where it is"),
        ("[0-9])'", "[0-9'", "pattern: .* is no regular expression"),
        ('6784"', '6785"', "example: '1Z999AA10123456785' is no number of this format"),
        (
            '"mod10"',
            '"mod11"',
            "acme.toml: .format 1.check.: kind: 'mod11' is not a known word; use one of: mod7,",
        ),
        ('"strong"', '"sure"', "strength: 'sure' is not a known word; use one of: weak, fair, strong"),
        ("name =", "nom =", "acme.toml: .format 1.: name: is missing; add it"),
    ],
)
def test_a_broken_format_says_where_and_what_to_do(sound: str, broken: str, message: str) -> None:
    assert next(read_formats(load_table("acme.toml", BROKEN))).carrier == "ups"
    with pytest.raises(PackError, match=message):
        list(read_formats(load_table("acme.toml", BROKEN.replace(sound, broken, 1))))
