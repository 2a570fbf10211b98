"""Facts that messages begin with, or end in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wismo.plumbing.events import Event


@dataclass(frozen=True, slots=True)
class HappeningTold(Event):
    """Something beside a parcel's milestones happened to an order, a cart or a buyer; one of them is named.

    `values` are what the shop's system told with it: conditions ask for them as event.<name>, texts by name.
    """

    name: str  # a Happening
    order_id: int | None = None
    cart_id: int | None = None
    buyer_id: int | None = None
    shipment_id: int | None = None
    episode: str = ""  # what tells a second one of the same from the first told twice
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShopperReplied(Event):
    """A shopper answered a message by one tap, and what they want was still possible then."""

    order_id: int | None
    shipment_id: int | None
    buyer_id: int | None
    message_id: int
    journey: str
    action: str  # a ReplyAction
    channel: str
