"""What is asked of a promise, and what is answered. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Rung(StrEnum):
    """Where an answer stands on the ladder, the surest first."""

    OWN_LANE = "own_lane"  # the shop's own parcels on just this lane
    WIDER_LANE = "wider_lane"  # its own parcels on a wider one: region, country, carrier
    MODEL = "model"  # geography and goods, learned from all of the shop's parcels
    PUBLISHED = "published"  # the carrier's own word, from its public pages
    TYPED = "typed"  # days the merchant wrote into the plan
    NONE = "none"  # no promise, and the reasons say why


@dataclass(frozen=True, slots=True)
class Item:
    """Something in the cart."""

    sku: str = ""
    product_class: str = ""  # "" asks the plan, by the sku
    quantity: int = 1
    available_on: date | None = None  # a pre-order's day


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One destination and one service, at one moment."""

    at: datetime  # aware; when the order would be placed
    country: str  # ISO 3166, of the destination
    region: str = ""  # ISO 3166-2 without the country: "SP", "BY"
    postcode: str = ""
    service: str = ""  # a key of the plan; "" is its first that goes there
    warehouse: str = ""  # "" lets the plan choose
    items: tuple[Item, ...] = ()
    payment: str = ""  # a key of the plan's payments, whose hold delays the start
    level: float | None = None  # None: the plan's


@dataclass(frozen=True, slots=True)
class Because:
    """One reason of an answer: a code of `rules/reasons.py`, and the facts its sentence names."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel of a split answer."""

    warehouse: str
    skus: tuple[str, ...]
    hand_over: date
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The promise: never a day without delivery, never before it is possible; `latest` None is no promise."""

    service: str
    warehouse: str = ""
    earliest: date | None = None  # equal to `latest` where a single day is shown
    latest: date | None = None
    likely: date | None = None  # the middle of what may happen: never shown as a promise
    hand_over: date | None = None  # the latest likely day of handing it to the carrier
    level: float = 0.0  # the share that shall arrive by `latest`
    rung: Rung = Rung.NONE
    sample: int = 0  # parcels behind it
    order_by: datetime | None = None  # until then the same promise holds
    reasons: tuple[Because, ...] = ()
    parcels: tuple[Parcel, ...] = ()  # more than one where it is split
