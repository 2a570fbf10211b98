"""What is known of how parcels are heard of: what their lanes have taught, and which carriers speak."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Max, Sum

from wismo.tracking.models import CarrierDay, LaneQuiet, Poll, Shipment
from wismo.tracking.rules.silence import Counts, Feed, Lane, Limit, Silence, unpack_limit
from wismo.vocabulary.calendar import WorkingTime, zone_of

MONTH = timedelta(days=30)
LATELY = timedelta(days=2)  # a parcel is asked about once a day at least


@dataclass(frozen=True, slots=True)
class Silent:
    """A parcel's silence, and by what it was judged."""

    kind: Silence
    since: datetime  # its last scan, or its label
    quiet: timedelta  # of working time at the destination, up to now
    limit: Limit


def silent_of(row: Shipment, now: datetime) -> Silent | None:
    """The shipment's silence, its order read with it; None where it is not silent."""
    limit = unpack_limit(row.silent_limit)
    if not row.silent or row.silent_since is None or limit is None:
        return None
    clock = WorkingTime(zone_of(row.order.timezone) or UTC, row.order.country)
    return Silent(Silence(row.silent), row.silent_since, clock.between(row.silent_since, now), limit)


def learned(shop_ids: Collection[int], carriers: Collection[str]) -> dict[int, dict[Lane, Counts]]:
    """What the lanes of these carriers have taught, by shop."""
    found: dict[int, dict[Lane, Counts]] = defaultdict(dict)
    rows = LaneQuiet.objects.filter(shop_id__in=shop_ids, carrier__in=carriers)
    for shop_id, counts, *lane in rows.values_list("shop_id", "counts", "carrier", "origin", "destination"):
        found[shop_id][Lane(*lane)] = counts
    return found


def feeds(shop_ids: Collection[int], carriers: Collection[str], now: datetime) -> dict[tuple[int, str], Feed]:
    """By (shop, carrier), how much the carrier has told in the last month; not those that told nothing."""
    days = CarrierDay.objects.filter(
        shop_id__in=shop_ids, carrier__in=carriers, day__gte=(now - MONTH).date()
    )
    rows = days.values_list("shop_id", "carrier").annotate(Sum("scans"), Max("day")).order_by()
    return {(shop_id, carrier): Feed(scans, day) for shop_id, carrier, scans, day in rows}


def answered(shop_ids: Collection[int], shipment_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the shipments whose carrier was asked about them and has answered lately."""
    polls = Poll.objects.filter(shop_id__in=shop_ids, shipment_id__in=shipment_ids)
    return set(polls.filter(answered_at__gte=now - LATELY).values_list("shipment_id", flat=True))
