"""The day a shop promised by itself, with the order: the first row of its ledger, kept for ever."""

from collections.abc import Sequence
from datetime import datetime

from wismo.orders.models import Order
from wismo.plumbing import bulk
from wismo.promise.models import Place, Promise
from wismo.promise.rules import lanes
from wismo.promise.rules.question import Rung

_NAMES = (
    *("shop", "key", "order", "place", "shown_at", "asked_at", "earliest", "latest", "level", "rung"),
    *("sample", "reasons", "warehouse", "carrier", "service", "country", "area", "plan_version"),
    *("calendar_version", "first"),
)


def keep_first_promises(order_ids: Sequence[int], now: datetime) -> None:
    """Those of these orders whose shop named a day get their first promise, once. Safe to repeat.

    Nothing is known of how the shop came to it: no level, no rung.
    """
    orders = Order.objects.filter(id__among=list(order_ids), promised_on__isnull=False)
    told = list(
        orders.values_list("pk", "shop_id", "placed_at", "promised_on", "country", "region", "postcode")
    )
    if not told:
        return
    firsts = Promise.objects.filter(order__id__among=[pk for pk, *_ in told], first=True)
    have = set(firsts.values_list("order_id", flat=True))
    bulk.insert_new(
        Promise,
        _NAMES,
        [
            (
                *(
                    shop_id,
                    f"o{pk}",
                    pk,
                    Place.ORDER,
                    min(placed_at, now),
                    placed_at,
                    day,
                    day,
                    0.0,
                    Rung.NONE,
                ),
                *(0, [], "", "", "", country, lanes.area(country, region, postcode)[:16], 0, "", True),
            )
            for pk, shop_id, placed_at, day, country, region, postcode in told
            if pk not in have
        ],
    )
