"""Dates as they were shown: the newest of a shop, and all that were shown for one parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from wismo.promise.models import Outlook, Promise

LONGEST = 50  # dates of one parcel's story; none has as many


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One date, where it was shown, what it stood on, and what came of it."""

    id: int
    order_number: str  # "" where nobody ordered
    shipment_id: int | None
    place: str  # see models/ledger.py
    shown_at: datetime
    earliest: date
    latest: date
    level: float
    rung: str
    sample: int
    reasons: Sequence[Mapping[str, Any]]
    service: str
    country: str
    area: str
    plan_version: int
    learning_id: int | None
    arrived_on: date | None
    kept: bool | None
    first: bool


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """What is expected of one parcel now."""

    shown_on: date | None
    likely_on: date | None
    carrier_on: date | None
    risk: float | None
    reasons: Sequence[Mapping[str, Any]]
    alerted_at: datetime | None
    looked_at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Story:
    """Why a parcel's date is what it is."""

    first: LedgerRow | None  # the one the order was placed under
    later: tuple[LedgerRow, ...]  # what was shown after it, oldest first
    outlook: OutlookRow | None


def newest(shop_id: int, *, before: int | None = None, limit: int = 20) -> list[LedgerRow]:
    """The dates shown last, newest first, starting below the id `before`."""
    found = Promise.objects.filter(shop_id=shop_id).select_related("order")
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_row(row) for row in found.order_by("-pk")[:limit]]


def story_of(shop_id: int, order_id: int, shipment_id: int) -> Story:
    """All that was shown for the parcel, and what is expected of it now, in two statements."""
    rows = [
        _row(row)
        for row in Promise.objects
        .filter(Q(shipment_id=shipment_id) | Q(shipment=None), shop_id=shop_id, order_id=order_id)
        .select_related("order")
        .order_by("shown_at", "pk")[:LONGEST]
    ]
    outlook = Outlook.objects.filter(shop_id=shop_id, shipment_id=shipment_id).first()
    first = next((row for row in rows if row.first), None)
    later = tuple(row for row in rows if row is not first)
    return Story(first, later, _outlook(outlook) if outlook else None)


def _row(row: Promise) -> LedgerRow:
    copied = (
        *("shipment_id", "place", "shown_at", "earliest", "latest", "level", "rung", "sample"),
        *("reasons", "service", "country", "area", "plan_version", "learning_id"),
        *("arrived_on", "kept", "first"),
    )
    number = row.order.number if row.order else ""
    return LedgerRow(id=row.pk, order_number=number, **{name: getattr(row, name) for name in copied})


def _outlook(row: Outlook) -> OutlookRow:
    copied = (*("shown_on", "likely_on", "carrier_on", "risk", "reasons", "alerted_at", "looked_at", "open"),)
    return OutlookRow(**{name: getattr(row, name) for name in copied})
