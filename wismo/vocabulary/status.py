"""Where a parcel is (`Status`), on which leg of its journey (`Leg`), and what a carrier said (`Scan`)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

from wismo.vocabulary.reason import Reason


class Status(StrEnum):
    """Where the parcel is. The order of the members is the order of progress, used to break ties."""

    UNKNOWN = "unknown"
    INFO_RECEIVED = "info_received"
    PICKUP_SCHEDULED = "pickup_scheduled"
    PICKUP_FAILED = "pickup_failed"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    ARRIVED_LOCAL = "arrived_local"
    DELAYED = "delayed"
    HELD = "held"
    OUT_FOR_DELIVERY = "out_for_delivery"
    FAILED_ATTEMPT = "failed_attempt"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    LOST = "lost"
    DAMAGED = "damaged"
    DISPOSED = "disposed"
    DELIVERED = "delivered"
    RETURNED = "returned"


RANK: dict[Status, int] = {status: rank for rank, status in enumerate(Status)}

# A parcel in one of these has ended its leg: only a correction, or a way back, moves it again.
TERMINAL = frozenset({Status.DELIVERED, Status.RETURNED, Status.DISPOSED, Status.CANCELLED})


class Leg(StrEnum):
    """Which way the parcel travels: FORWARD and EXCHANGE to the buyer, RETURN and RTO to the merchant."""

    FORWARD = "forward"
    RETURN = "return"
    RTO = "rto"
    EXCHANGE = "exchange"


# On these legs "delivered" means the merchant's door, never the buyer's.
TO_MERCHANT = frozenset({Leg.RETURN, Leg.RTO})


class TzSource(StrEnum):
    """How we know the zone of a scan's time."""

    OFFSET = "offset"  # the carrier gave a true offset
    UTC_FIELD = "utc_field"  # the carrier gave a field documented as UTC
    CARRIER_TZ = "carrier_tz"  # naive (or a lying Z); the carrier's own zone was applied
    FACILITY_TZ = "facility_tz"  # naive; the facility's country has one zone
    UNKNOWN = "unknown"  # naive, and nobody says which zone
    NONE = "none"  # no time at all


@dataclass(frozen=True, slots=True)
class Scan:
    """What a carrier said happened to a parcel. `status` is None where the code is not mapped."""

    source: str  # who told us: the pack that read the payload
    carrier: str  # who moved the parcel; the same as source unless an aggregator speaks
    tracking_number: str  # as `normal_number` writes it
    key: str  # identity: the same scan told twice has the same key
    code: str  # raw, as the pack composes it, e.g. "UD|Dispatched"
    text: str  # raw
    status: Status | None
    leg: Leg
    reason: Reason | None
    occurred_at: datetime | None  # aware, with the true offset; None where the zone is not known
    occurred_raw: str  # the carrier's own words for the time
    tz_source: TzSource
    place: str = ""
    eta: date | None = None  # the carrier's estimated day of delivery
    sort_at: datetime | None = None  # aware; the instant to order by where occurred_at is None
    correction: bool = False  # may reopen a parcel that had ended


_DASHES = re.compile("[\u2010-\u2015\u2212]")


def normal_number(raw: str) -> str:
    """A tracking number as we store and compare it: upper case, plain width, without spaces and dashes."""
    if not raw.isascii():
        raw = _DASHES.sub("-", normalize("NFKC", raw))
    return "".join(raw.split()).replace("-", "").upper()
