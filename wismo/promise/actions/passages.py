"""The fact row of each parcel: when its clock started, when it was handed over, when it came to the door.

All of it follows from the parcel's own row: news in any order, told twice or late, gives the same passage.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from wismo.orders.models import OrderLine
from wismo.plumbing import bulk
from wismo.promise.actions.held import Held
from wismo.promise.models import Passage
from wismo.promise.rules.travelling import Sent
from wismo.vocabulary.status import Status

_NAMES = (
    *("shop", "shipment", "reference", "origin", "warehouse", "carrier", "service", "product_class"),
    *("country", "region", "postcode", "bought_on", "ready_on", "handed_on", "arrived_on", "ended_on"),
    "promised_on",
)
_DAYS = ("ready_on", "handed_on", "arrived_on", "ended_on")


@dataclass(frozen=True, slots=True)
class Days:
    """A passage's days, each where it happened."""

    ready_on: date
    handed_on: date | None
    arrived_on: date | None
    ended_on: date | None


def skus_of(held: Collection[Held]) -> dict[int, tuple[str, ...]]:
    """What is in these parcels, by parcel: their own items, else all of their order's; one query at most."""
    whole = {parcel.order_id for parcel in held if not parcel.items}
    ordered: dict[int, list[str]] = defaultdict(list)
    if whole:
        rows = OrderLine.objects.filter(order__id__among=list(whole)).exclude(sku="")
        for order_id, sku in rows.values_list("order_id", "sku"):
            ordered[order_id].append(sku)
    return {
        parcel.id: tuple(str(item.get("sku", "")) for item in parcel.items) or tuple(ordered[parcel.order_id])
        for parcel in held
    }


def keep_passages(parcels: Sequence[tuple[Held, Sent]]) -> None:
    """Write what has changed of these parcels' passages, in a few statements; `Held` is brought up to it."""
    new, changed = [], []
    for parcel, sent in parcels:
        days = _days(parcel, sent)
        kept = (parcel.ready_on, parcel.handed_on, parcel.arrived_on, parcel.ended_on)
        if parcel.passage_id is None:
            new.append(_row(parcel, sent, days))
        elif kept != (days.ready_on, days.handed_on, days.arrived_on, days.ended_on):
            changed.append((parcel.passage_id, *(getattr(days, name) for name in _DAYS)))
        for name in _DAYS:
            setattr(parcel, name, getattr(days, name))
    _keep_new(new)
    bulk.update_rows(Passage, _DAYS, changed)


def _keep_new(rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert them; what a file told before under the same reference becomes the parcel's own row."""
    if not rows:
        return
    shops, references = {row[0] for row in rows}, [row[2] for row in rows]
    of_files = Passage.objects.filter(shop_id__in=shops, reference__among=references, shipment=None)
    told = {
        (shop, reference): pk for pk, shop, reference in of_files.values_list("pk", "shop_id", "reference")
    }
    bulk.update_rows(
        Passage, _NAMES, [(told[row[0], row[2]], *row) for row in rows if (row[0], row[2]) in told]
    )
    bulk.insert_new(Passage, _NAMES, [row for row in rows if (row[0], row[2]) not in told])


def _days(parcel: Held, sent: Sent) -> Days:
    told, bought_on = parcel.moments, parcel.placed_at.astimezone(sent.zone).date()
    ready_on = parcel.ready_on or sent.ready_on or bought_on
    handed_on, arrived_on = _on(told.handed_at, sent.zone), _on(told.arrived_at, parcel.zone)
    ended_on = _on(told.ended_at, parcel.zone)
    if parcel.status == Status.CANCELLED:
        ended_on = ended_on or _on(parcel.status_at, parcel.zone)
    return Days(min(ready_on, handed_on or ready_on), handed_on, arrived_on, ended_on)


def _on(at: datetime | None, zone: tzinfo) -> date | None:
    return at.astimezone(zone).date() if at else None


def _row(parcel: Held, sent: Sent, days: Days) -> tuple[Any, ...]:
    way = sent.way
    return (
        *(parcel.shop_id, parcel.id, parcel.reference, way.origin, way.warehouse, way.carrier, way.service),
        *(way.product_class, way.country, way.region, way.postcode),
        parcel.placed_at.astimezone(sent.zone).date(),
        *(getattr(days, name) for name in _DAYS),
        parcel.promised_on,
    )
