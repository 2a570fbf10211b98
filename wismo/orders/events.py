"""Facts orders announce."""

from dataclasses import dataclass

from wismo.plumbing.events import Event


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """A new order came in; `at` is when the buyer placed it."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderRevised(Event):
    """What parcels and messages hang on changed: the promised day, the destination, or it was cancelled."""

    order_id: int
