"""Check digits of tracking numbers: does the last character follow from the ones before it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Kind(StrEnum):
    """The rules carriers use."""

    MOD7 = "mod7"  # the serial's remainder by 7
    MOD10 = "mod10"  # characters weighted in turn
    LUHN = "luhn"
    S10 = "s10"  # of the Universal Postal Union
    WEIGHTED = "weighted"  # a sum of weighted digits, then two remainders
    MOD37_36 = "mod37_36"  # ISO 7064, with letters


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and its numbers. `prefix` counts as a part of a serial that lacks it."""

    kind: Kind
    evens: int = 1
    odds: int = 1
    reverse: bool = False
    weights: tuple[int, ...] = ()
    modulo: tuple[int, ...] = ()
    prefix: str = ""

    def fits(self, serial: str, digit: str) -> bool:
        """Is `digit` the check digit of `serial`? False where the rule cannot read the serial."""
        whole = serial if serial.startswith(self.prefix) else self.prefix + serial
        return self.digit_of(whole) == digit

    def digit_of(self, serial: str) -> str | None:
        """The check digit of a serial (upper case); None where a letter stands in the place of a digit."""
        if self.kind is Kind.MOD37_36:
            return _mod37_36(serial)
        if self.kind is Kind.MOD10:
            return _mod10(serial[::-1] if self.reverse else serial, (self.evens, self.odds))
        return self._of_digits([int(character) for character in serial]) if serial.isdecimal() else None

    def _of_digits(self, digits: Sequence[int]) -> str:
        if self.kind is Kind.MOD7:
            return str(int("".join(map(str, digits))) % 7)
        if self.kind is Kind.LUHN:
            return _luhn(digits)
        return _s10(digits) if self.kind is Kind.S10 else _weighted(digits, self.weights, self.modulo)


def _mod10(serial: str, multipliers: tuple[int, int]) -> str:
    total = sum(_value(character) * multipliers[at % 2] for at, character in enumerate(serial))
    return str(-total % 10)


def _value(character: str) -> int:
    """A digit as it is; letters from A = 2, as UPS counts them."""
    return int(character) if character.isdecimal() else (ord(character) - 3) % 10


def _luhn(digits: Sequence[int]) -> str:
    doubled = (digit * 2 if at % 2 == 0 else digit for at, digit in enumerate(reversed(digits)))
    return str(-sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10)


def _s10(digits: Sequence[int]) -> str:
    rest = sum(digit * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=False)) % 11
    return {0: "5", 1: "0"}.get(rest, str(11 - rest))


def _weighted(digits: Sequence[int], weights: Sequence[int], modulo: Sequence[int]) -> str:
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    for divisor in modulo:
        total %= divisor
    return str(total)


def _mod37_36(serial: str) -> str | None:
    product = 36
    for character in serial:
        if character not in _ALPHABET:
            return None
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
