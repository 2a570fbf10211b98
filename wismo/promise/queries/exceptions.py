"""Parcels under way whose promise may break, the likeliest first, and how early the team was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q

from wismo.promise.models import Outlook
from wismo.vocabulary.status import Status

LIMIT = 100  # parcels of one list: more than a team works through in a day
NEWEST = 1000  # alerts that the lead is taken of
HOUR = timedelta(hours=1)
LIKELY = 0.5  # from here on, it breaks rather than holds


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A parcel whose promise is at risk."""

    shipment_id: int
    order_number: str
    carrier: str
    country: str
    city: str
    status: Status
    promised_on: date | None
    likely_on: date | None
    shown_on: date | None
    risk: float  # of missing the promise, 0 to 1
    reasons: Sequence[Mapping[str, Any]]
    alerted_at: datetime | None
    excepted_at: datetime | None  # the carrier itself admitted trouble

    @property
    def ahead(self) -> timedelta | None:
        """How long before the carrier the team was told; None where it was not."""
        if self.alerted_at and self.excepted_at and self.alerted_at < self.excepted_at:
            return self.excepted_at - self.alerted_at
        return None


@dataclass(frozen=True, slots=True)
class Watched:
    """How many parcels are looked after."""

    parcels: int  # under way with a promise
    likely: int  # that will rather miss it
    alerted: int  # of which the team was told


@dataclass(frozen=True, slots=True)
class Leads:
    """How early the team was told, against the carrier's own word."""

    alerted: int  # parcels the team was told of
    excepted_later: int  # of these, those whose carrier admitted trouble after that
    median_hours: float | None  # from the one to the other


def at_risk(shop_id: int, *, alerted: bool = False, limit: int = LIMIT) -> list[RiskRow]:
    """The open parcels with the highest risk; only those the team was told of, where asked for."""
    found = Outlook.objects.filter(shop_id=shop_id, open=True, risk__gt=0)
    if alerted:
        found = found.filter(alerted_at__isnull=False)
    rows = found.select_related("shipment__order").order_by("-risk", "pk")[:limit]
    return [_row(row) for row in rows]


def _row(row: Outlook) -> RiskRow:
    parcel = row.shipment
    return RiskRow(
        shipment_id=parcel.pk,
        order_number=parcel.order.number,
        carrier=parcel.carrier,
        country=parcel.order.country,
        city=parcel.order.city,
        status=Status(parcel.status),
        promised_on=row.promised_on,
        likely_on=row.likely_on,
        shown_on=row.shown_on,
        risk=row.risk or 0.0,
        reasons=row.reasons,
        alerted_at=row.alerted_at,
        excepted_at=row.excepted_at,
    )


def watched(shop_id: int) -> Watched:
    """How many open parcels are under a promise, and how many of them will rather miss it."""
    found = Outlook.objects.filter(shop_id=shop_id, open=True, promised_on__isnull=False).aggregate(
        parcels=Count("pk"),
        likely=Count("pk", filter=Q(risk__gte=LIKELY)),
        alerted=Count("pk", filter=Q(alerted_at__isnull=False)),
    )
    return Watched(found["parcels"], found["likely"], found["alerted"])


def lead_times(shop_id: int, since: datetime) -> Leads:
    """Of the newest parcels the team was told of since then, how long that was before the carrier's word."""
    found = list(
        Outlook.objects
        .filter(shop_id=shop_id, alerted_at__gte=since)
        .order_by("-pk")
        .values_list("alerted_at", "excepted_at")[:NEWEST]
    )
    hours = [
        (excepted - alerted) / HOUR
        for alerted, excepted in found
        if alerted and excepted and alerted < excepted
    ]
    return Leads(len(found), len(hours), median(hours) if hours else None)
