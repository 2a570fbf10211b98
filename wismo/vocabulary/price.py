"""What one message costs: an exact decimal of a currency, kept as millionths of its major unit."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_PLACES = 6
_MOST = Decimal(1_000_000)
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Price:
    """Millionths of the currency's major unit: Price(79000, "EUR") is 0.079 euro."""

    micros: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The price in the major unit, exact."""
        return amount_of(self.micros)

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Price":
        """Read "0.079" and "EUR"; ValueError where either is not written so."""
        return cls(micros_of(amount), currency_of(currency))

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def micros_of(text: str) -> int:
    """Read a price such as "0.079" as millionths; ValueError where it is none, or a digit would be lost."""
    try:
        price = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a price such as 0.079") from error
    if not price.is_finite() or price.is_signed() or price >= _MOST:
        raise ValueError(f"{text!r} is not a price such as 0.079")
    micros = price.scaleb(_PLACES)
    if micros != micros.to_integral_value():
        raise ValueError(f"{text!r} has more than {_PLACES} decimals")
    return int(micros)


def amount_of(micros: int) -> Decimal:
    """The price in the major unit, exact and without needless zeros: 79000 is 0.079."""
    plain = Decimal(micros).scaleb(-_PLACES).normalize()
    return plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]


def currency_of(text: str) -> str:
    """The three letters of ISO 4217 in capitals; ValueError where it is not written so."""
    told = text.strip().upper()
    if not _CURRENCY.fullmatch(told):
        raise ValueError(f"{text!r} is not a currency such as EUR")
    return told
