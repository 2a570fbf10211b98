"""What is in a parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wismo.orders.models import OrderLine


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of thing in a parcel."""

    title: str
    variant: str
    quantity: int
    image_url: str


def contents(told: Sequence[Mapping[str, Any]], lines: Sequence[OrderLine]) -> tuple[Item, ...]:
    """The parcel's items by the order's lines; where the shop told none, all that was ordered.

    `told` is as `Shipment.items` keeps it. An item whose sku is in no line has no name to show.
    """
    if not told:
        return tuple(_item(line, line.quantity) for line in lines)
    by_sku = {line.sku: line for line in lines}
    return tuple(_item(by_sku[item["sku"]], item["quantity"]) for item in told if item["sku"] in by_sku)


def _item(line: OrderLine, quantity: int) -> Item:
    return Item(line.title, line.variant, quantity, line.image_url)
