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


@dataclass(frozen=True, slots=True)
class OrderPacked(Event):
    """Everything of it lies packed, waiting for the carrier; `at` is when the shop says it was."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """Nothing more of it will be sent; `at` is when the shop says it was cancelled."""

    order_id: int


@dataclass(frozen=True, slots=True)
class CartChanged(Event):
    """Somebody put something together that they have not bought; told with each change, at its time."""

    cart_id: int
