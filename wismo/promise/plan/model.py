"""A shop's plan as the engine knows it: where goods lie, who carries them, and what may be promised. Pure.

Days of the week count as Python has them, Monday being 0. Spans of days are (least, most) in operating days.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

Days = tuple[int, int]  # the least and the most, in operating days
WORKWEEK = frozenset(range(5))


class Show(StrEnum):
    """How a promise is shown."""

    DAY = "day"
    RANGE = "range"
    AUTO = "auto"  # a range where the spread is wide


@dataclass(frozen=True, slots=True)
class Week:
    """Which days of the week something works, and whose holidays it keeps."""

    days: frozenset[int] = WORKWEEK
    # Names of calendars: "DE" and "DE-BY" are public holidays, "dhl-de" one of our own overlays (calendars/),
    # "destination" the holidays of wherever a parcel goes. None: only the closed days below.
    holidays: tuple[str, ...] = ()
    closed: tuple[tuple[date, date], ...] = ()  # first and last day, both closed: a merchant's vacation
    extra: tuple[date, ...] = ()  # days worked although the week or a holiday says otherwise


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Until when an order still starts the same day, at the warehouse's clock; the narrowest counts."""

    at: time  # at that very second it is too late
    warehouse: str = ""  # "" is any, as below
    service: str = ""
    product_class: str = ""
    days: frozenset[int] = frozenset(range(7))
    eves: bool = False  # only on a working day before one that is not, by holiday


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Where goods start."""

    key: str
    country: str
    timezone: str
    region: str = ""
    postcode: str = ""
    week: Week = Week()
    handling: Days = (0, 1)
    capacity: int | None = None  # orders a working day; what is over waits for the next


@dataclass(frozen=True, slots=True)
class Area:
    """Where something holds: a country, and there all of it or only some postcodes, by their beginnings."""

    country: str
    postcodes: tuple[str, ...] = ()
    region: str = ""

    def holds(self, country: str, region: str, postcode: str) -> bool:
        """Whether the destination lies in it."""
        if country != self.country or (self.region and region != self.region):
            return False
        plain = postcode.replace(" ", "").upper()
        return not self.postcodes or any(plain.startswith(start) for start in self.postcodes)


@dataclass(frozen=True, slots=True)
class Service:
    """A way to be sent: a carrier's product as the shop sells it."""

    key: str
    carrier: str
    name: str = ""
    warehouses: tuple[str, ...] = ()  # none: all
    areas: tuple[Area, ...] = ()  # none: everywhere
    pickup: Week = Week()  # when the carrier takes parcels from a warehouse
    delivery: Week = Week(holidays=("destination",))  # when it brings them
    published: str = ""  # a key of published/, "carrier/product"
    handover_by: time | None = None  # the lorry's hour; readiness after it waits for the next pick-up
    customs: Days = (0, 0)  # added where the destination is another country and no own lane says better


@dataclass(frozen=True, slots=True)
class Extra:
    """Other delivery days in some places: Saturdays in towns, none on islands but Tuesdays."""

    service: str
    area: Area
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class TypedDays:
    """Transit days as the merchant believes them."""

    service: str
    area: Area
    days: Days
    warehouse: str = ""


@dataclass(frozen=True, slots=True)
class ProductClass:
    """Goods that are handled alike."""

    key: str
    skus: tuple[str, ...] = ()  # patterns as in a shell: "ENG-*"
    handling: Days | None = None  # made to order, engraved; None: the warehouse's
    available_on: date | None = None  # a pre-order's day
    warehouses: tuple[str, ...] = ()  # where they lie; none: everywhere
    alone: bool = False  # travels in a parcel of its own


@dataclass(frozen=True, slots=True)
class Payment:
    """A way to pay that holds the order back until the money or a check is there."""

    key: str
    hold: Days  # working days of the warehouse


@dataclass(frozen=True, slots=True)
class Event:
    """A day people order for, "Christmas"; how long before it the countdown is shown."""

    key: str
    day: date
    lead_days: int = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All a shop decided about its promises."""

    warehouses: tuple[Warehouse, ...]
    services: tuple[Service, ...]
    level: float = 0.95  # the share of parcels that shall arrive by the promised day
    cost: tuple[float, float] | None = None  # of a day early and a day late; the level comes of it
    show: Show = Show.AUTO
    range_over: int = 3  # calendar days between earliest and latest from which a range is shown
    mixed: str = "split"  # a cart of several classes: "split" or "together"
    horizon: int = 120  # calendar days beyond which nothing is promised
    cutoffs: tuple[Cutoff, ...] = ()
    extras: tuple[Extra, ...] = ()
    typed: tuple[TypedDays, ...] = ()
    classes: tuple[ProductClass, ...] = ()
    payments: tuple[Payment, ...] = ()
    events: tuple[Event, ...] = ()
    origins: tuple[str, ...] = ()  # web addresses ("https://shop.example") that may show the widget
    widget: int = 1  # the generation of the widget's public key: raised, the keys given out before end
