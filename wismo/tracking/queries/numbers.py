"""The other numbers of a shipment: of the carrier who takes it over, and of its further boxes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from wismo.carriers import registry
from wismo.tracking.models import Shipment, ShipmentNumber


@dataclass(frozen=True, slots=True)
class OtherNumber:
    """A number beside the main one, with its carrier's own page where we know it."""

    role: str  # a NumberRole
    carrier_name: str
    tracking_number: str
    tracking_url: str


def other_numbers(shop_id: int, shipments: Sequence[Shipment]) -> dict[int, tuple[OtherNumber, ...]]:
    """The other numbers of each of these shipments; no query where none has any."""
    with_others = [row.pk for row in shipments if row.pieces > 1 or row.handovers]
    found: dict[int, list[OtherNumber]] = defaultdict(list)
    if with_others:
        rows = ShipmentNumber.objects.filter(shop_id=shop_id, shipment_id__in=with_others).order_by("pk")
        for row in rows:
            name, url = (
                registry.carrier_name(row.carrier),
                registry.tracking_url(row.carrier, row.tracking_number),
            )
            found[row.shipment_id].append(OtherNumber(row.role, name, row.tracking_number, url))
    return {pk: tuple(others) for pk, others in found.items()}
