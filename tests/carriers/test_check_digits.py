"""Check digits: known numbers, and what holds for every rule."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.carriers.check_digits import Check, Kind

FEDEX = Check(Kind.WEIGHTED, weights=(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1), modulo=(11, 10))
DIGITS, CHARACTERS = string.digits, string.digits + string.ascii_uppercase


@pytest.mark.parametrize(
    ("check", "serial", "digit"),
    [
        (Check(Kind.MOD7), "44441375870", "3"),
        (Check(Kind.MOD10, evens=3), "007312345678900", "1"),
        (Check(Kind.MOD10, odds=2), "999AA1012345678", "4"),
        (Check(Kind.MOD10, evens=3, reverse=True), "940010000000000000000", "6"),
        (Check(Kind.MOD10, odds=2, prefix="4"), "1040700000000", "2"),
        (Check(Kind.LUHN), "7992739871", "3"),
        (Check(Kind.S10), "12345678", "5"),
        (Check(Kind.S10), "00000000", "5"),  # a remainder of 0
        (FEDEX, "98657878885", "5"),
        (Check(Kind.MOD37_36), "A12425GABC1234002", "M"),
    ],
)
def test_known_numbers_have_their_check_digit(check: Check, serial: str, digit: str) -> None:
    whole = serial if serial.startswith(check.prefix) else check.prefix + serial
    assert check.digit_of(whole) == digit
    assert check.fits(serial, digit)


def test_a_letter_where_a_digit_belongs_has_no_check_digit() -> None:
    assert Check(Kind.S10).digit_of("1234567O") is None
    assert Check(Kind.MOD37_36).digit_of("0078 30") is None
    assert not Check(Kind.LUHN).fits("12E4", "0")


@pytest.mark.parametrize("kind", [Kind.MOD7, Kind.MOD10, Kind.LUHN, Kind.S10])
@given(serial=st.text(DIGITS, min_size=8, max_size=8))
def test_a_serial_of_digits_has_exactly_one_check_digit(kind: Kind, serial: str) -> None:
    assert len([digit for digit in DIGITS if Check(kind).fits(serial, digit)]) == 1


@given(serial=st.text(DIGITS, min_size=10, max_size=10), at=st.integers(0, 9), other=st.sampled_from(DIGITS))
def test_one_digit_wrong_never_passes_luhn(serial: str, at: int, other: str) -> None:
    mistyped = serial[:at] + other + serial[at + 1 :]
    same = Check(Kind.LUHN).digit_of(mistyped) == Check(Kind.LUHN).digit_of(serial)
    assert same == (mistyped == serial)


@given(
    serial=st.text(CHARACTERS, min_size=14, max_size=14),
    at=st.integers(0, 13),
    other=st.sampled_from(CHARACTERS),
)
def test_one_character_wrong_never_passes_where_letters_check_too(serial: str, at: int, other: str) -> None:
    mistyped = serial[:at] + other + serial[at + 1 :]
    same = Check(Kind.MOD37_36).digit_of(mistyped) == Check(Kind.MOD37_36).digit_of(serial)
    assert same == (mistyped == serial)
