"""Parcels as promises look at them: read under their rows' locks, with all that is kept of their way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from wismo.promise.models import Promise
from wismo.promise.rules.passing import Moments, Reached, moments_of
from wismo.tracking.models import Shipment
from wismo.tracking.queries.milestones import reached
from wismo.tracking.rules.state import day_over
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.status import Leg

_READ = (
    *("pk", "shop_id", "order_id", "reference", "carrier", "service", "warehouse", "items"),
    *("leg", "status", "status_at", "eta", "milestones", "last_scan_at", "ended"),
    *("order__placed_at", "order__country", "order__region", "order__postcode", "order__timezone"),
    *("first_latest", "passage__id", "passage__ready_on", "passage__handed_on"),
    *("passage__arrived_on", "passage__ended_on", "outlook__id", "outlook__promised_on"),
    *("outlook__shown_on", "outlook__told_on", "outlook__risk"),
)


# What the order was placed under, whatever its shop said later; else what it says.
_FIRST = Coalesce(
    Subquery(Promise.objects.filter(order_id=OuterRef("order_id"), first=True).values("latest")[:1]),
    "order__promised_on",
)


@dataclass(slots=True)
class Held:
    """A parcel on its way to a buyer, with its order, its passage and its outlook, where there are any."""

    id: int
    shop_id: int
    order_id: int
    reference: str
    carrier: str
    service: str
    warehouse: str
    items: list[dict[str, object]]
    leg: str
    status: str
    status_at: datetime | None
    eta: date | None
    milestones: str
    last_scan_at: datetime | None
    ended: bool
    placed_at: datetime
    country: str
    region: str
    postcode: str
    timezone: str
    order_promised_on: date | None
    passage_id: int | None
    ready_on: date | None
    handed_on: date | None
    arrived_on: date | None
    ended_on: date | None
    outlook_id: int | None
    first_promised_on: date | None
    shown_on: date | None
    told_on: date | None
    risk: float | None
    reached: Sequence[Reached] = ()
    moments: Moments = field(default_factory=Moments)

    @property
    def zone(self) -> tzinfo:
        """The destination's; UTC where it is not known."""
        return zone_of(self.timezone) or UTC

    @property
    def promised_on(self) -> date | None:
        """The first promise, which is never changed; for a parcel not looked at yet, the order's."""
        return self.first_promised_on if self.outlook_id else self.order_promised_on

    @property
    def over_at(self) -> datetime | None:
        """When the promised day is over where it goes."""
        return day_over(self.promised_on, self.zone) if self.promised_on else None


def hold(ids: Sequence[int]) -> list[Held]:
    """The outbound ones of these parcels, locked until the transaction ends; by id, as by the fold."""
    rows = Shipment.objects.filter(id__among=list(ids), base_leg=Leg.FORWARD).order_by("pk")
    locked = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    # Read once they are ours: what stood beside them while we waited may be what another look has changed.
    told = rows.filter(id__among=locked).annotate(first_latest=_FIRST)
    held = [Held(*row) for row in told.values_list(*_READ)]
    for parcel in held:
        parcel.reached = reached(parcel.milestones)
        parcel.moments = moments_of(parcel.reached, parcel.over_at)
    return held
