"""Whether all of an order has arrived. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wismo.vocabulary.status import Leg, Status


@dataclass(frozen=True, slots=True)
class Sent:
    """One outbound parcel of the order."""

    status: Status
    leg: Leg
    delivered_at: datetime | None
    items: Sequence[Mapping[str, Any]]  # [{"sku", "quantity"}]; empty: all of the order


def complete_since(parcels: Sequence[Sent], ordered: Mapping[str, int]) -> datetime | None:
    """When the last parcel had arrived, where they hold all that was ordered; else None.

    A parcel that is lost, or on its way back, has not arrived, and then neither has the order; one that was
    cancelled never left. `ordered` is the quantity by sku; a line without one cannot be told of a parcel and
    is taken to be in it.
    """
    sent = [parcel for parcel in parcels if parcel.status is not Status.CANCELLED]
    if not sent or any(parcel.delivered_at is None or parcel.leg is Leg.RTO for parcel in sent):
        return None
    if all(parcel.items for parcel in sent) and not _covers(sent, ordered):
        return None
    return max(parcel.delivered_at for parcel in sent if parcel.delivered_at)


def _covers(sent: Sequence[Sent], ordered: Mapping[str, int]) -> bool:
    held: Counter[str] = Counter()
    for parcel in sent:
        for item in parcel.items:
            held[item["sku"]] += item["quantity"]
    return all(held[sku] >= quantity for sku, quantity in ordered.items())
