"""The words of the tracking page, one table each. Data: `present.py` translates and fills them in.

Plain, short, specific: what happened, what it means, what you can do.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from wismo.tracking.rules.silence import Silence
from wismo.trackpage.situations import Situation
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Status


@dataclass(frozen=True, slots=True)
class Words:
    """A situation in words; `tone` is good, info, warn or bad, `icon` a name in design/icons.svg."""

    word: str
    tone: str
    icon: str
    headline: str
    meaning: str = ""
    next_step: str = ""


_ASK = _("Contact %(shop)s: ask for it to be sent again, or for your money back.")

SITUATIONS: dict[Situation, Words] = {
    Situation.PACKING: Words(_("Ordered"), "info", "package", _("We’re packing it")),
    Situation.ANNOUNCED: Words(
        _("Packed"),
        "info",
        "package",
        _("Packed"),
        _("The carrier knows of it, and has not scanned it yet."),
    ),
    Situation.HANDED_OVER: Words(
        _("Shipped"),
        "info",
        "truck",
        _("Handed to the carrier"),
        _("We have handed it to the carrier. The first scan usually follows within 24 hours."),
    ),
    Situation.UNCLEAR: Words(
        _("Shipped"),
        "info",
        "truck",
        _("Handed to the carrier"),
        _("The carrier has reported on it, in words we cannot read yet."),
    ),
    Situation.SHIPPED: Words(_("Shipped"), "info", "truck", _("On its way")),
    Situation.CUSTOMS: Words(
        _("In customs"), "info", "shield-alert", _("In customs"), _("It is waiting to be cleared.")
    ),
    Situation.DELAYED: Words(
        _("Delayed"), "warn", "clock-alert", _("Delayed"), _("The carrier reports a delay.")
    ),
    Situation.HELD: Words(_("Delayed"), "warn", "clock-alert", _("On hold"), _("The carrier is holding it.")),
    Situation.OUT: Words(_("Out for delivery"), "good", "truck", _("Out for delivery")),
    Situation.TRIED: Words(
        _("Tried to deliver"),
        "warn",
        "package-x",
        _("We tried to deliver"),
        next_step=_(
            "Carriers usually try again. The carrier’s own page may let you choose another day or place."
        ),
    ),
    Situation.READY: Words(
        _("Ready to collect"),
        "info",
        "map-pin",
        _("Ready to collect"),
        _("It is waiting for you at a pick-up point."),
        _("Bring an ID and the tracking number. A parcel that nobody collects goes back."),
    ),
    Situation.ADDRESS: Words(
        _("Address problem"),
        "warn",
        "map-pin",
        _("There is a problem with the address"),
        next_step=_("Contact %(shop)s, so that the address can be put right."),
    ),
    Situation.SILENT: Words(
        _("No news"),
        "warn",
        "timer-off",
        _("No news from the carrier"),
        _("The carrier has stopped reporting on it."),
        _("If you do not have it, contact %(shop)s."),
    ),
    Situation.DELIVERED: Words(
        _("Delivered"),
        "good",
        "package-check",
        _("Delivered"),
        next_step=_(
            "Look where drivers leave parcels and ask your neighbours. Still missing? Contact %(shop)s."
        ),
    ),
    Situation.LOST: Words(
        _("Lost"),
        "bad",
        "package-search",
        _("We think this parcel is lost"),
        _("The carrier cannot find it."),
        _ASK,
    ),
    Situation.DAMAGED: Words(
        _("Damaged"),
        "bad",
        "package-x",
        _("It was damaged on the way"),
        _("The carrier reports damage."),
        _ASK,
    ),
    Situation.DISPOSED: Words(
        _("Will not come"),
        "bad",
        "package-x",
        _("It will not come"),
        _("The carrier has disposed of it."),
        _ASK,
    ),
    Situation.BACK: Words(
        _("On its way back"),
        "warn",
        "undo-2",
        _("On its way back"),
        _("It could not be handed over, and travels back to %(shop)s."),
        _ASK,
    ),
    Situation.RETURNED: Words(
        _("Returned"), "warn", "undo-2", _("Returned"), _("It is back with %(shop)s."), _ASK
    ),
    Situation.CANCELLED: Words(_("Cancelled"), "info", "minus", _("Cancelled"), _("It will not be sent.")),
}

# What is true of a parcel that has been quiet for too long. Most of them move on by themselves.
QUIET: dict[Silence, str] = {
    Silence.STALLED: _("The carrier has not scanned it for longer than usual."),
    Silence.NOT_PICKED_UP: _("The carrier has not scanned it yet."),
}

# What an update is called where the situation's own word is too coarse.
UPDATES: dict[Status, str] = {
    Status.INFO_RECEIVED: _("Announced to the carrier"),
    Status.PICKUP_SCHEDULED: _("Collection from the shop planned"),
    Status.PICKUP_FAILED: _("Not collected from the shop"),
    Status.PICKED_UP: _("Collected from the shop"),
    Status.IN_TRANSIT: _("On its way"),
    Status.ARRIVED_LOCAL: _("At the depot near you"),
    Status.HELD: _("On hold"),
}

_ADDRESS = _("The carrier could not find the address.")
_BEHIND = _("The carrier is running behind.")
_NOT_READY = _("It was not ready when the carrier came.")
_LOOKING = _("The carrier is looking for it.")
_CHECKING = _("Customs is checking it.")
_BEYOND = _("Events beyond the carrier’s control are holding it up.")

# A reason that is not here is one we cannot put plainly: the page then says the carrier has not told us why.
CAUSES: dict[Reason, str] = {
    Reason.CARRIER_DAMAGED: _("The carrier reports damage."),
    Reason.CARRIER_MISROUTED: _("It went to the wrong depot."),
    Reason.CARRIER_ADDRESS_NOT_FOUND: _ADDRESS,
    Reason.CARRIER_LOST: _LOOKING,
    Reason.CARRIER_NO_TIME: _BEHIND,
    Reason.CARRIER_VEHICLE: _BEHIND,
    Reason.CARRIER_CAPACITY: _BEHIND,
    Reason.CARRIER_DELAY: _BEHIND,
    Reason.CARRIER_NO_ATTEMPT: _BEHIND,
    Reason.CARRIER_OUT_OF_AREA: _("The carrier does not deliver to this address."),
    Reason.MERCHANT_CANCELLED: _("The shop asked for it back."),
    Reason.MERCHANT_WRONG_DATA: _ADDRESS,
    Reason.MERCHANT_NOT_READY: _NOT_READY,
    Reason.MERCHANT_PACKAGING: _NOT_READY,
    Reason.BUYER_REFUSED: _("It was refused at the door."),
    Reason.BUYER_CLOSED: _("The address was closed."),
    Reason.BUYER_NOT_AVAILABLE: _("Nobody was there to take it."),
    Reason.BUYER_UNREACHABLE: _("The driver could not reach you."),
    Reason.BUYER_CANCELLED: _("It was cancelled."),
    Reason.BUYER_RESCHEDULED: _("Another day was asked for."),
    Reason.BUYER_WRONG_ADDRESS: _ADDRESS,
    Reason.BUYER_NO_ACCESS: _("The driver could not get to the door."),
    Reason.BUYER_PAYMENT: _("The amount due at the door was not paid."),
    Reason.BUYER_COLLECTS: _("It was to be collected."),
    Reason.BUYER_VERIFICATION: _("The name or code could not be checked at the door."),
    Reason.CUSTOMS_DELAY: _CHECKING,
    Reason.CUSTOMS_INSPECTION: _CHECKING,
    Reason.CUSTOMS_DOCUMENTS: _("Customs is asking for papers."),
    Reason.CUSTOMS_DUTIES: _("Customs is waiting for duties to be paid."),
    Reason.CUSTOMS_PROHIBITED: _("Customs does not let it in."),
    Reason.WEATHER: _("Bad weather is holding it up."),
    Reason.DISASTER: _BEYOND,
    Reason.FORCE_MAJEURE: _BEYOND,
    Reason.INVESTIGATION: _LOOKING,
}
