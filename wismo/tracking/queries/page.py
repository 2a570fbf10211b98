"""One order as its shopper may see it: plain frozen values, all joins done."""

from dataclasses import dataclass
from datetime import date, datetime

from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of thing in a parcel."""

    title: str
    variant: str
    quantity: int
    image_url: str


@dataclass(frozen=True, slots=True)
class Update:
    """A scan with a mapped status. `at` is aware, in the carrier's own offset where `zone_known`."""

    at: datetime
    zone_known: bool
    status: Status
    leg: Leg
    reason: Reason | None
    place: str
    text: str  # the carrier's own words


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment of the order."""

    id: int
    carrier: str  # id, e.g. "ups"
    carrier_name: str
    tracking_number: str
    tracking_url: str  # of the carrier's own page; "" where we know none
    status: Status
    leg: Leg
    reason: Reason | None
    status_at: datetime | None
    expected_on: date | None  # the carrier's day; else the promised one while not late
    late: bool
    delivered_at: datetime | None
    last_scan_at: datetime | None
    ended: bool
    attempts: int
    milestones: dict[Milestone, datetime]  # first time of each
    items: tuple[Item, ...]
    updates: tuple[Update, ...]  # newest first


@dataclass(frozen=True, slots=True)
class TrackedOrder:
    """The order with its parcels."""

    id: int
    shop_id: int
    number: str
    placed_at: datetime
    promised_on: date | None
    cancelled: bool
    buyer_name: str
    buyer_language: str
    city: str
    country: str
    postcode: str
    timezone: str  # of the destination; "" where unknown
    items: tuple[Item, ...]  # all lines
    parcels: tuple[Parcel, ...]  # outbound ones (forward, rto, exchange), in the order they were created
