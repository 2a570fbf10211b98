"""Why a parcel did not move as planned, with the party at fault.

The list follows the reasons public carrier vocabularies share: the incident reasons by party that the
open-source field uses, and ClickPost's non-delivery codes (docs.clickpost.ai, tracking-status-codes).
"""

from enum import StrEnum


class Fault(StrEnum):
    """The party whose doing it was."""

    CARRIER = "carrier"
    MERCHANT = "merchant"
    BUYER = "buyer"
    CUSTOMS = "customs"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """The value names the fact; `fault` names the party."""

    # the carrier
    CARRIER_DAMAGED = "carrier_damaged"
    CARRIER_MISROUTED = "carrier_misrouted"
    CARRIER_ADDRESS_NOT_FOUND = "carrier_address_not_found"
    CARRIER_LOST = "carrier_lost"
    CARRIER_NO_TIME = "carrier_no_time"
    CARRIER_VEHICLE = "carrier_vehicle"
    CARRIER_CAPACITY = "carrier_capacity"
    CARRIER_DELAY = "carrier_delay"
    CARRIER_NO_ATTEMPT = "carrier_no_attempt"
    CARRIER_OUT_OF_AREA = "carrier_out_of_area"
    # the merchant
    MERCHANT_CANCELLED = "merchant_cancelled"
    MERCHANT_WRONG_DATA = "merchant_wrong_data"
    MERCHANT_NOT_READY = "merchant_not_ready"
    MERCHANT_PACKAGING = "merchant_packaging"
    # the buyer
    BUYER_REFUSED = "buyer_refused"
    BUYER_CLOSED = "buyer_closed"
    BUYER_NOT_AVAILABLE = "buyer_not_available"
    BUYER_UNREACHABLE = "buyer_unreachable"
    BUYER_CANCELLED = "buyer_cancelled"
    BUYER_RESCHEDULED = "buyer_rescheduled"
    BUYER_WRONG_ADDRESS = "buyer_wrong_address"
    BUYER_NO_ACCESS = "buyer_no_access"
    BUYER_PAYMENT = "buyer_payment"
    BUYER_COLLECTS = "buyer_collects"
    BUYER_OPEN_DELIVERY = "buyer_open_delivery"
    BUYER_SEIZED = "buyer_seized"
    BUYER_VERIFICATION = "buyer_verification"
    # customs
    CUSTOMS_DELAY = "customs_delay"
    CUSTOMS_DOCUMENTS = "customs_documents"
    CUSTOMS_DUTIES = "customs_duties"
    CUSTOMS_PROHIBITED = "customs_prohibited"
    CUSTOMS_INSPECTION = "customs_inspection"
    # nobody
    WEATHER = "weather"
    DISASTER = "disaster"
    FORCE_MAJEURE = "force_majeure"
    # not known
    INVESTIGATION = "investigation"
    SECURITY = "security"
    UNKNOWN = "unknown"

    @property
    def fault(self) -> Fault:
        """The party at fault."""
        for fault in (Fault.CARRIER, Fault.MERCHANT, Fault.BUYER, Fault.CUSTOMS):
            if self.value.startswith(f"{fault.value}_"):
                return fault
        nobody = {Reason.WEATHER, Reason.DISASTER, Reason.FORCE_MAJEURE}
        return Fault.NOBODY if self in nobody else Fault.UNKNOWN
