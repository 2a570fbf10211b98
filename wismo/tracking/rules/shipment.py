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
    service: str = ""  # as the shop calls it: "express"
    warehouse: str = ""  # the shop's key of where it was sent from
    shipped_at: datetime | None = None
    items: tuple[tuple[str, int], ...] = ()  # (sku, quantity); empty: all of the order
    handovers: tuple[tuple[str, str], ...] = ()  # (carrier, number) of those who take the parcel over
    pieces: tuple[str, ...] = ()  # numbers of its further boxes, of the same carrier


def other_numbers(shipment: ShipmentSnapshot) -> set[tuple[str, str, str]]:
    """(role, carrier, number as compared) of each number beside the main one."""
    main = (shipment.carrier, normal_number(shipment.tracking_number))
    told = [("handover", carrier, normal_number(number)) for carrier, number in shipment.handovers]
    told += [("piece", shipment.carrier, normal_number(number)) for number in shipment.pieces]
    return {(role, carrier, number) for role, carrier, number in told if (carrier, number) != main}


def _is_number(told: str) -> bool:
    return 0 < len(normal_number(told)) <= 80


def problems_of(shipment: ShipmentSnapshot) -> list[str]:
    """What is wrong with it, each as "field: what to do"; empty where nothing is."""
    checks = {
        "reference: 1 to 80 characters": len(shipment.reference.strip()) > 0
        and len(shipment.reference) <= 80,
        "order_reference: 1 to 80 characters": 0 < len(shipment.order_reference) <= 80,
        f"carrier: {shipment.carrier!r} is not an id such as ups or dhl_express": bool(
            _CARRIER.fullmatch(shipment.carrier)
        ),
        "service and warehouse: at most 40 characters each": (
            max(len(shipment.service), len(shipment.warehouse)) <= 40
        ),
        "tracking_number: 1 to 80 characters": _is_number(shipment.tracking_number),
        "shipped_at: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00": (
            is_plausible_moment(shipment.shipped_at)
        ),
        "items: a sku of 1 to 80 characters and a quantity of 1 to 100000, 500 at most": len(shipment.items)
        <= 500
        and all(0 < len(sku) <= 80 and 1 <= quantity <= 100_000 for sku, quantity in shipment.items),
        "handovers: an id such as usps and a number of 1 to 80 characters each, 5 at most": (
            len(shipment.handovers) <= 5
            and all(
                _CARRIER.fullmatch(carrier) and _is_number(number) for carrier, number in shipment.handovers
            )
        ),
        "pieces: numbers of 1 to 80 characters, 200 at most": (
            len(shipment.pieces) <= 200 and all(map(_is_number, shipment.pieces))
        ),
    }
    return [*(message for message, fine in checks.items() if not fine), *_unkept_texts(shipment)]


def _unkept_texts(shipment: ShipmentSnapshot) -> list[str]:
    texts = {
        "reference": shipment.reference,
        "order_reference": shipment.order_reference,
        "tracking_number": shipment.tracking_number,
        "service": shipment.service,
        "warehouse": shipment.warehouse,
        "handovers": "".join(number for _, number in shipment.handovers),
        "pieces": "".join(shipment.pieces),
        "items": "".join(sku for sku, _ in shipment.items),
    }
    return [
        f"{name}: one line of text, without control characters and lone surrogates"
        for name, text in texts.items()
        if not is_line(text)
    ]
