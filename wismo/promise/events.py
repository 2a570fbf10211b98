"""Facts the promise announces."""

from dataclasses import dataclass
from datetime import date

from wismo.plumbing.events import Event


@dataclass(frozen=True, slots=True)
class PromiseChanged(Event):
    """The day a shopper is told has moved, by enough to matter; `at` is when we knew."""

    order_id: int
    shipment_id: int
    was: date
    now: date
    by: str  # "carrier" named it, or "forecast" saw it first


@dataclass(frozen=True, slots=True)
class PromiseMissed(Event):
    """The promised day is over at the destination, and nobody came to the door; `at` is that midnight."""

    order_id: int
    shipment_id: int
    promised_on: date
