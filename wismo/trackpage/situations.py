"""What a parcel's status and leg mean to its shopper: one situation, decided here alone. Pure."""

from enum import StrEnum

from wismo.tracking.queries.page import Parcel
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status


class Situation(StrEnum):
    """How things stand, as a shopper would put it."""

    PACKING = "packing"  # no parcel yet
    ANNOUNCED = "announced"  # the carrier knows of it, and has not got it
    HANDED_OVER = "handed_over"  # the shop has sent it, and nobody has scanned it
    UNCLEAR = "unclear"  # scanned, with codes nobody has mapped
    SHIPPED = "shipped"
    CUSTOMS = "customs"
    DELAYED = "delayed"
    HELD = "held"
    OUT = "out"
    TRIED = "tried"
    READY = "ready"
    ADDRESS = "address"
    SILENT = "silent"
    DELIVERED = "delivered"
    LOST = "lost"
    DAMAGED = "damaged"
    DISPOSED = "disposed"
    BACK = "back"
    RETURNED = "returned"
    CANCELLED = "cancelled"


# Still coming, so that a day of arrival makes sense.
COMING = frozenset({
    Situation.ANNOUNCED,
    Situation.HANDED_OVER,
    Situation.UNCLEAR,
    Situation.SHIPPED,
    Situation.CUSTOMS,
    Situation.DELAYED,
    Situation.HELD,
    Situation.OUT,
})
# Waits for the shopper, or will not come: shown before the others.
TROUBLE = frozenset(set(Situation) - COMING - {Situation.PACKING, Situation.DELIVERED, Situation.CANCELLED})
_NEVER_COMES = frozenset({Situation.LOST, Situation.DAMAGED, Situation.DISPOSED})

# On these legs "delivered" means delivered to the shop: the buyer never hears of an arrival.
_TO_THE_SHOP = frozenset({Leg.RETURN, Leg.RTO})
_ADDRESS = frozenset({
    Reason.CARRIER_ADDRESS_NOT_FOUND,
    Reason.BUYER_WRONG_ADDRESS,
    Reason.MERCHANT_WRONG_DATA,
})
_STUCK = frozenset({Status.DELAYED, Status.HELD, Status.FAILED_ATTEMPT})

_FORWARD = {
    Status.INFO_RECEIVED: Situation.ANNOUNCED,
    Status.PICKUP_SCHEDULED: Situation.ANNOUNCED,
    Status.PICKUP_FAILED: Situation.ANNOUNCED,
    Status.PICKED_UP: Situation.SHIPPED,
    Status.IN_TRANSIT: Situation.SHIPPED,
    Status.CUSTOMS: Situation.CUSTOMS,
    Status.ARRIVED_LOCAL: Situation.SHIPPED,
    Status.DELAYED: Situation.DELAYED,
    Status.HELD: Situation.HELD,
    Status.OUT_FOR_DELIVERY: Situation.OUT,
    Status.FAILED_ATTEMPT: Situation.TRIED,
    Status.AVAILABLE_FOR_PICKUP: Situation.READY,
    Status.EXPIRED: Situation.SILENT,
    Status.CANCELLED: Situation.CANCELLED,
    Status.LOST: Situation.LOST,
    Status.DAMAGED: Situation.DAMAGED,
    Status.DISPOSED: Situation.DISPOSED,
    Status.DELIVERED: Situation.DELIVERED,
    Status.RETURNED: Situation.RETURNED,
}


def towards_shop(leg: Leg) -> bool:
    """Whether a parcel on this leg travels to the shop, not to the buyer."""
    return leg in _TO_THE_SHOP


def situation_of(parcel: Parcel) -> Situation:
    """The one situation a parcel is in."""
    if parcel.status is Status.UNKNOWN and not towards_shop(parcel.leg):
        return Situation.HANDED_OVER if parcel.last_scan_at is None else Situation.UNCLEAR
    if parcel.status in _STUCK and parcel.reason in _ADDRESS and not towards_shop(parcel.leg):
        return Situation.ADDRESS
    return situation_at(parcel.status, parcel.leg)


def situation_at(status: Status, leg: Leg) -> Situation:
    """The situation a status stands for on its leg, all else unknown."""
    found = _FORWARD.get(status, Situation.UNCLEAR)
    if not towards_shop(leg) or found in _NEVER_COMES:
        return found
    return Situation.RETURNED if status in {Status.DELIVERED, Status.RETURNED} else Situation.BACK


def in_trouble(parcel: Parcel) -> bool:
    """Whether the shopper should see this parcel before the others."""
    situation = situation_of(parcel)
    return situation in TROUBLE or (situation in COMING and parcel.late)
