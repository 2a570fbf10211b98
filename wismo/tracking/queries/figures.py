"""What a team's overview counts: parcels under way, and deliveries held against the promised day."""

import statistics
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from wismo.tracking.models import Shipment
from wismo.tracking.queries.lists import OPEN
from wismo.tracking.rules.silence import Silence
from wismo.tracking.rules.summary import instant, unpack_reached
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

SAMPLE = 1000  # deliveries the median is taken of
FEWEST = 5  # below this a median says nothing


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Parcels that have not come to an end."""

    parcels: int
    unscanned: int
    late: int
    stalled: int
    not_picked_up: int
    failed_attempts: int
    going_back: int


@dataclass(frozen=True, slots=True)
class DayOfDeliveries:
    """One day's deliveries against their promised day."""

    day: date
    on_time: int
    late: int
    unpromised: int


def under_way(shop_id: int) -> UnderWay:
    """How many parcels are open, and what is the matter with them."""
    found = Shipment.objects.filter(shop_id=shop_id, status__in=OPEN).aggregate(
        parcels=Count("pk"),
        unscanned=Count("pk", filter=Q(last_scan_at=None)),
        late=Count("pk", filter=Q(late=True, ended=False)),
        stalled=Count("pk", filter=Q(silent=Silence.STALLED, ended=False)),
        unpicked=Count("pk", filter=Q(silent=Silence.NOT_PICKED_UP, ended=False)),
        failed=Count("pk", filter=Q(status=Status.FAILED_ATTEMPT)),
        back=Count("pk", filter=Q(leg=Leg.RTO)),
    )
    names = ("parcels", "unscanned", "late", "stalled", "unpicked", "failed", "back")
    return UnderWay(*(found[name] for name in names))


def deliveries_by_day(shop_id: int, *, since: datetime, zone: ZoneInfo) -> list[DayOfDeliveries]:
    """Deliveries to buyers since then, per day of the shop's zone; days without any are left out."""
    promised = Q(order__promised_on__isnull=False)
    rows = (
        _delivered(shop_id, since)
        .annotate(day=TruncDate("delivered_at", tzinfo=zone))
        .values("day")
        .annotate(
            on_time=Count("pk", filter=promised & Q(late=False)),
            missed=Count("pk", filter=promised & Q(late=True)),
            unpromised=Count("pk", filter=Q(order__promised_on=None)),
        )
        .order_by("day")
    )
    return [DayOfDeliveries(r["day"], r["on_time"], r["missed"], r["unpromised"]) for r in rows]


def median_days_to_door(shop_id: int, *, since: datetime) -> tuple[float, int] | None:
    """The median days from the carrier's first scan of movement to delivery, and of how many deliveries.

    Of the last deliveries since then only, so that its cost has a bound; None where too few are known.
    """
    rows = _delivered(shop_id, since).order_by("-pk").values_list("milestones", "delivered_at")[:SAMPLE]
    told = [(unpack_reached(kept).get(Milestone.PICKED_UP), end) for kept, end in rows]
    days = [
        (end - instant(start)).total_seconds() / 86400 for start, end in told if start is not None and end
    ]
    return (statistics.median(days), len(days)) if len(days) >= FEWEST else None


def _delivered(shop_id: int, since: datetime) -> QuerySet[Shipment]:
    return Shipment.objects.filter(shop_id=shop_id, status=Status.DELIVERED, delivered_at__gte=since)
