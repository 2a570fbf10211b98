"""What a text may ask for: the closed list of variables, with a made-up value of each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from wismo.notify.wording.dates import day_in, money_in, time_in
from wismo.notify.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing a text may ask for."""

    name: str
    means: str
    may_be_empty: bool = False  # ask with {% if … %} before you speak of it


VARIABLES: Mapping[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable("brand", "the shop’s name"),
        Variable("number", "the order’s number"),
        Variable("carrier", "the carrier’s name", may_be_empty=True),
        Variable("day", "the day it should arrive", may_be_empty=True),
        Variable("promised", "the day that was promised first", may_be_empty=True),
        Variable("date", "the day it happened"),
        Variable("time", "the time it happened, on the destination’s clock"),
        Variable("count", "how many parcels this message speaks of"),
        Variable("delivered", "how many parcels of the order have arrived"),
        Variable("total", "how many parcels the order has"),
        Variable("worth", "what the voucher is worth, in words", may_be_empty=True),
        Variable("voucher", "a voucher’s code given with a delay", may_be_empty=True),
        Variable("product", "the product’s name"),
        Variable("title", "a campaign’s title"),
        Variable("offer", "a campaign’s offer", may_be_empty=True),
        Variable("text", "a campaign’s text, or what your team wrote"),
    )
}
HAPPENED = datetime(2026, 11, 26, 9, 12, tzinfo=UTC)
_EXPECTED, _PROMISED = date(2026, 11, 27), date(2026, 11, 26)


def made_up(texts: Texts, brand: str, *, count: int = 1) -> dict[str, Any]:
    """Values of a made-up order, in the language of these texts; none is empty."""
    return {
        "brand": brand,
        "number": "#1042",
        "carrier": "DHL",
        "day": day_in(texts, _EXPECTED),
        "promised": day_in(texts, _PROMISED),
        "date": day_in(texts, HAPPENED.date()),
        "time": time_in(texts, HAPPENED, UTC),
        "count": count,
        "delivered": 1,
        "total": max(2, count),
        "worth": money_in(texts, Decimal(5), "EUR"),
        "voucher": "THANKS5",
        "product": "Oslo lamp",
        "title": "The new lamps are here",
        "offer": "20 % less until Sunday.",
        "text": "Made of oak and brass, in three sizes.",
    }


def barely(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with everything empty that may be."""
    return {
        name: "" if name in VARIABLES and VARIABLES[name].may_be_empty else value
        for name, value in values.items()
    }
