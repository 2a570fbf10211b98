"""How far a carrier's own days can be trusted: how many it named, and how many of them held."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Count, F, Q

from wismo.promise.models import Outlook

LATELY = timedelta(days=60)  # carriers change; what they said a season ago says little
_LASTS = 3600  # seconds: a count over two months of parcels is not taken for each batch of scans

Held = tuple[int, int]  # days that held, days named


def trusts(shop_ids: Collection[int], now: datetime) -> Mapping[tuple[int, str], Held]:
    """By shop and carrier, of the parcels that came to the door lately; at most an hour old."""
    hour = int(now.timestamp()) // _LASTS
    found: dict[tuple[int, str], Held] = {}
    for shop_id in shop_ids:
        found |= {(shop_id, carrier): held for carrier, held in _of_shop(shop_id, hour)}
    return found


@lru_cache(maxsize=2000)
def _of_shop(shop_id: int, hour: int) -> tuple[tuple[str, Held], ...]:
    since = datetime.fromtimestamp(hour * _LASTS).date() - LATELY  # noqa: DTZ006  # to the day is enough
    rows = Outlook.objects.filter(
        shop_id=shop_id, open=False, carrier_on__isnull=False, shipment__passage__arrived_on__gte=since
    )
    counted = (
        rows
        .order_by()
        .values("shipment__carrier")
        .annotate(
            n=Count("pk"), held=Count("pk", filter=Q(shipment__passage__arrived_on__lte=F("carrier_on")))
        )
    )
    return tuple((row["shipment__carrier"], (row["held"], row["n"])) for row in counted)
