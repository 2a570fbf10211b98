"""How well carriers tell of their parcels, as counted day by day."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count

from wismo.tracking.models import CarrierDay, ScanRecord
from wismo.tracking.rules.quality import Counts, total

DAYS = 30  # of the window, today among them


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One carrier's day."""

    day: date
    counts: Counts


def carriers(shop_id: int, now: datetime, days: int = DAYS) -> dict[str, Counts]:
    """Each carrier's counts in the window, by id. Two queries.

    Scans that name no carrier, as those of a shop platform may, say nothing of how any carrier tells.
    What is unmapped is counted now, as a code may get a meaning long after its scans came in.
    """
    since = _first_day(now, days)
    by_carrier: dict[str, list[Counts]] = defaultdict(list)
    for row in CarrierDay.objects.filter(shop_id=shop_id, day__gte=since).exclude(carrier=""):
        by_carrier[row.carrier].append(_counts(row))
    unmapped = _unmapped(shop_id, since)
    return {
        carrier: replace(total(counts), unmapped=unmapped.get(carrier, 0))
        for carrier, counts in sorted(by_carrier.items())
    }


def by_day(shop_id: int, carrier: str, now: datetime, days: int = DAYS) -> list[DayCounts]:
    """One carrier's days of the window that had scans, the newest first, without what is unmapped."""
    rows = CarrierDay.objects.filter(shop_id=shop_id, carrier=carrier, day__gte=_first_day(now, days))
    return [DayCounts(row.day, _counts(row)) for row in rows.order_by("-day")]


def _first_day(now: datetime, days: int) -> date:
    return now.astimezone(UTC).date() - timedelta(days=days - 1)


def _unmapped(shop_id: int, since: date) -> dict[str, int]:
    midnight = datetime.combine(since, time(), UTC)
    rows = ScanRecord.objects.filter(shop_id=shop_id, status="", received_at__gte=midnight)
    return dict(rows.order_by().values_list("carrier").annotate(n=Count("pk")))


def _counts(row: CarrierDay) -> Counts:
    return Counts(
        scans=row.scans,
        repeats=row.repeats,
        unzoned=row.unzoned,
        ahead=row.ahead,
        delivered=row.delivered,
        without_pickup=row.without_pickup,
        without_out=row.without_out,
        before_pickup=row.before_pickup,
        attempts=row.attempts,
        attempts_without_out=row.attempts_without_out,
        lags=tuple(row.lags),
    )
