"""A shipment as its shop tells it, and what makes it acceptable."""

import re
from dataclasses import dataclass
from datetime import datetime

from wismo.vocabulary.calendar import is_plausible_moment
from wismo.vocabulary.status import Leg, normal_number
from wismo.vocabulary.text import is_line

_CARRIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True)
class ShipmentSnapshot:
    """A parcel as its shop has it. `reference` is the shop's own key: the same one is the same shipment."""

    reference: str
    order_reference: str
    carrier: str
    tracking_number: str
    leg: Leg = Leg.FORWARD
    shipped_at: datetime | None = None
    items: tuple[tuple[str, int], ...] = ()  # (sku, quantity); empty: all of the order


def problems_of(shipment: ShipmentSnapshot) -> list[str]:
    """What is wrong with it, each as "field: what to do"; empty where nothing is."""
    number = normal_number(shipment.tracking_number)
    checks = {
        "reference: 1 to 80 characters": len(shipment.reference.strip()) > 0
        and len(shipment.reference) <= 80,
        "order_reference: 1 to 80 characters": 0 < len(shipment.order_reference) <= 80,
        f"carrier: {shipment.carrier!r} is not an id such as ups or dhl_express": bool(
            _CARRIER.fullmatch(shipment.carrier)
        ),
        "tracking_number: 1 to 80 characters": 0 < len(number) <= 80,
        "shipped_at: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00": (
            is_plausible_moment(shipment.shipped_at)
        ),
        "items: a sku of 1 to 80 characters and a quantity of 1 to 100000, 500 at most": len(shipment.items)
        <= 500
        and all(0 < len(sku) <= 80 and 1 <= quantity <= 100_000 for sku, quantity in shipment.items),
    }
    texts = {
        "reference": shipment.reference,
        "order_reference": shipment.order_reference,
        "tracking_number": shipment.tracking_number,
        "items": "".join(sku for sku, _ in shipment.items),
    }
    return [message for message, fine in checks.items() if not fine] + [
        f"{name}: one line of text, without control characters and lone surrogates"
        for name, text in texts.items()
        if not is_line(text)
    ]
