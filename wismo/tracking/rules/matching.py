"""Which shipment a scan belongs to. Pure."""

import math
from collections.abc import Collection
from datetime import datetime
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
    opened: int


# Shops' clocks and the wall clocks of carriers disagree by hours, and a label may be older than its order.
LEEWAY = 3 * 86_400.0  # seconds


def parcel_of(scan: Told, at: datetime | None, parcels: Collection[Parcel]) -> int | None:
    """The id of the shipment that a scan of the moment `at` speaks of, or None: it is not among `parcels`.

    The same carrier and number. Carriers use numbers again, so a number is a parcel's only from its order on:
    what happened before is another parcel's, and of several the one ordered last before the scan. An
    aggregator may name the carrier in its own way, so its scan also finds the only parcel of that number. A
    shop system that tells no number tells the parcel's reference instead.
    """
    relayed = scan.source != scan.carrier
    numbered = [p for p in parcels if scan.tracking_number == p.tracking_number]
    exact = [p for p in numbered if p.carrier == scan.carrier]
    if exact:
        return _latest(exact, at)
    named = numbered or [p for p in parcels if scan.tracking_number == p.reference]
    return _latest(named, at) if relayed and len({p.id for p in named}) == 1 else None


def _latest(parcels: Collection[Parcel], at: datetime | None) -> int | None:
    """Of parcels that had their number one after the other, the one whose turn it was."""
    until = (at.timestamp() + LEEWAY) * 1_000_000 if at else math.inf
    open_by_then = [(p.opened, p.id) for p in parcels if p.opened <= until]
    return max(open_by_then)[1] if open_by_then else None
