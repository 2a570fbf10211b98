"""Lanes and their names, from the narrowest to the widest: what a clock is kept of. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Timed(StrEnum):
    """What a clock times."""

    HANDLING = "handling"  # ready to handed over
    TRANSIT = "transit"  # handed over to first at the door
    TOTAL = "total"  # ready to first at the door; only the model's, which sees both at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From where to where, and how. "" is what is not told."""

    warehouse: str = ""
    origin: str = ""  # its `area`
    carrier: str = ""
    service: str = ""
    product_class: str = ""
    country: str = ""
    region: str = ""  # ISO 3166-2 without the country
    postcode: str = ""


# Which rung the lanes of each borrow from, in the order of the keys below: a wider one that holds them.
HANDLING_WIDER = (1, 2, 3)
TRANSIT_WIDER = (1, 3, 3, 4, 5, 6, 7)


def area(country: str, region: str, postcode: str) -> str:
    """The part of a country: "BR-SP" by its region, else "BR:0" by its postcode's beginning."""
    plain = postcode.replace(" ", "").upper()
    return f"{country}-{region}" if region else f"{country}:{plain[:1]}"


def handling_keys(way: Way) -> tuple[str, ...]:
    """Whose handling may speak for this way's, the narrowest first; the last is the shop's as a whole."""
    house = f"w={way.warehouse}"
    goods = f"{house}|c={way.product_class}"
    return (f"{goods}|s={way.service}", goods, house, "")


def transit_keys(way: Way) -> tuple[str, ...]:
    """Whose transit may speak for this way's, the narrowest first; the last is the shop's as a whole."""
    sent = f"s={way.carrier}/{way.service}"
    plain = way.postcode.replace(" ", "").upper()
    there = area(way.country, way.region, way.postcode)
    near = f"{way.country}:{plain[:3]}" if plain else there
    return (
        f"w={way.warehouse}|{sent}|to={near}",
        f"w={way.warehouse}|{sent}|to={there}",
        f"from={way.origin}|{sent}|to={near}",
        f"from={way.origin}|{sent}|to={there}",
        f"{sent}|to={there}",
        f"{sent}|to={way.country}",
        f"to={way.country}",
        "",
    )
