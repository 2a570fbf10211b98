"""Which shipment a scan belongs to. Pure."""

from collections.abc import Collection
from typing import Protocol


class Told(Protocol):
    """A scan, or its row."""

    @property
    def source(self) -> str:
        """Who told us."""

    @property
    def carrier(self) -> str:
        """Who moved the parcel."""

    @property
    def tracking_number(self) -> str:
        """As `normal_number` writes it."""


class Parcel(Protocol):
    """A shipment, as far as a scan can name it."""

    id: int
    carrier: str
    tracking_number: str
    reference: str


def parcel_of(scan: Told, parcels: Collection[Parcel]) -> int | None:
    """The id of the scan's shipment, or None where it is not among `parcels`.

    The same carrier and number, and of several (carriers use numbers again) the newest. An aggregator may
    name the carrier in its own way, so its scan also finds the only parcel of that number. A shop system
    that tells no number tells the parcel's reference instead.
    """
    relayed = scan.source != scan.carrier
    numbered = [p for p in parcels if scan.tracking_number == p.tracking_number]
    exact = [p for p in numbered if p.carrier == scan.carrier]
    if exact:
        return max(p.id for p in exact)
    named = numbered or [p for p in parcels if scan.tracking_number == p.reference]
    return named[0].id if relayed and len(named) == 1 else None
