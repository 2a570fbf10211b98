"""Money: an amount in minor units and its currency. Never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, Overflow

# ISO 4217 currencies whose minor unit is not 1/100 (the table of the standard, exponent column).
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}

_DIGITS = 18  # of minor units: what a column of 64 bits holds


def exponent(currency: str) -> int:
    """How many decimal digits the currency has."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units of `currency` (ISO 4217): Money(1250, "EUR") is 12.50 euro."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read a decimal amount such as "12.50"; ValueError where a minor unit would be lost."""
        try:
            minor = Decimal(text).scaleb(exponent(currency))
        except (InvalidOperation, Overflow) as error:
            raise ValueError(f"{text!r} is not an amount such as 12.50") from error
        if not minor.is_finite() or minor.adjusted() >= _DIGITS:
            raise ValueError(f"{text!r} is not an amount such as 12.50")
        if minor != minor.to_integral_value():
            raise ValueError(f"{text!r} has more decimals than {currency} has ({exponent(currency)})")
        return cls(int(minor), currency)
