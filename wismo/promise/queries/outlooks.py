"""What is expected of parcels under way: the one answer to "when does it come" that everybody shows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from wismo.promise.models import Outlook
from wismo.tracking.queries.page import Parcel, TrackedOrder, tracked_order


@dataclass(frozen=True, slots=True)
class Seen:
    """A parcel's outlook as it was last looked at."""

    shipment_id: int
    promised_on: date | None  # the first, for ever
    shown_on: date | None  # None: no day is of use
    told_on: date | None  # the latest later day that shoppers were told of
    likely_on: date | None
    carrier_on: date | None
    risk: float | None  # of missing the promise, 0 to 1
    reasons: Sequence[Mapping[str, Any]]
    alerted_at: datetime | None  # the team was told
    excepted_at: datetime | None  # the carrier itself first admitted trouble
    open: bool

    @property
    def slips(self) -> bool | None:
        """Whether it is shown to come after the promised day; None where one of the days is not known."""
        if self.shown_on is None or self.promised_on is None:
            return None
        return self.shown_on > self.promised_on


_NAMES = tuple(Seen.__dataclass_fields__)


def outlooks_of(shop_id: int, shipment_ids: Collection[int]) -> dict[int, Seen]:
    """By parcel, those that there are; one query."""
    rows = Outlook.objects.filter(shop_id=shop_id, shipment_id__in=shipment_ids).values_list(*_NAMES)
    return {seen.shipment_id: seen for seen in (Seen(*row) for row in rows)}


def days_told(shipment_ids: Collection[int]) -> dict[int, date]:
    """By parcel, the later day its shopper is told of; only of those whose promise is seen to slip."""
    rows = Outlook.objects.filter(shipment__id__among=list(shipment_ids), told_on__isnull=False)
    return {pk: day for pk, day in rows.values_list("shipment_id", "told_on") if day}


def foreseen_order(shop_id: int, order_id: int) -> TrackedOrder | None:
    """As `tracked_order`, with the days its parcels are now expected on; one query more."""
    order = tracked_order(shop_id, order_id)
    if order is None:
        return None
    seen = outlooks_of(shop_id, [parcel.id for parcel in order.parcels])
    return replace(order, parcels=tuple(_foreseen(order.parcels, seen)))


def _foreseen(parcels: Sequence[Parcel], seen: Mapping[int, Seen]) -> Iterator[Parcel]:
    for parcel in parcels:
        found = seen.get(parcel.id)
        if found is None or parcel.ended:
            yield parcel
        else:
            late = parcel.late if found.slips is None else found.slips
            yield replace(parcel, expected_on=found.shown_on, late=late)


def under_promise(shop_ids: Collection[int]) -> dict[int, int]:
    """By shop, how many open parcels are under a promise."""
    rows = Outlook.objects.filter(shop_id__in=shop_ids, open=True, promised_on__isnull=False)
    return dict(rows.order_by().values("shop_id").annotate(n=Count("pk")).values_list("shop_id", "n"))
