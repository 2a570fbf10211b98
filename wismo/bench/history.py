"""Parcels of the past, made inside the database: what a shop has gathered after some years."""

from typing import Any

from django.db import connection
from django.utils import timezone

from wismo.orders.models import Buyer, Order
from wismo.tracking.models import ScanRecord, Shipment

SCANS = 10  # of each parcel

# `n` counts up; a scan's key begins with an hour, as the packs' do, and the hours go by as rows come in.
_SERIES = {
    "postgresql": "SELECT n FROM generate_series(1, %(count)s) AS s(n)",
    "sqlite": """WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s WHERE n < %(count)s)
        SELECT n FROM s""",
}
_RANDOM = {"postgresql": "md5(random()::text)", "sqlite": "lower(hex(randomblob(16)))"}
_KEY = {
    "postgresql": "to_char(timestamp '2016-01-01' + n / 500 * interval '1 hour', 'YYYY-MM-DD\"T\"HH24')",
    "sqlite": "strftime('%%Y-%%m-%%dT%%H', '2016-01-01', '+' || (n / 500) || ' hours')",
}
_PAST = """
INSERT INTO tracking_scanrecord (shop_id, shipment_id, key, source, carrier, tracking_number, code, text,
    status, leg, reason, at, "offset", occurred_raw, tz_source, place, correction, received_at, receipt)
SELECT %(shop)s, %(parcel)s + n / 10, {key} || substr({random}, 1, 19), 'delhivery', 'delhivery',
    'OLD' || (n / 10), 'UD|In Transit|X-DBL1F', 'Added to Bag', 'in_transit',
    'forward', '', %(at)s, 330, '2016-01-01T00:00:00.000', 'carrier_tz', 'Pune_Hadapsar_D (Maharashtra)',
    %(no)s, %(at)s, substr({random}, 1, 24)
FROM ({series}) AS past
"""


def grow(shop: int, scans: int) -> dict[str, Any]:
    """Bring the shop to this many kept scans, of parcels delivered long ago; how many it has now."""
    missing = scans - ScanRecord.objects.filter(shop_id=shop).count()
    if missing > 0:
        _add(shop, missing)
    with connection.cursor() as cursor:  # years of rows have been swept by now, and their spread is known
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {"scans": ScanRecord.objects.filter(shop_id=shop).count()}


def _add(shop: int, scans: int) -> None:
    now, vendor = timezone.now(), connection.vendor
    parcel = _parcels(shop, scans // SCANS + 1)
    sql = _PAST.format(key=_KEY[vendor], random=_RANDOM[vendor], series=_SERIES[vendor])
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"shop": shop, "parcel": parcel, "count": scans, "at": at, "no": False})


def _parcels(shop: int, count: int) -> int:
    """This many delivered parcels with their orders; the id of the first."""
    now, past = timezone.now(), f"{ScanRecord.objects.count()}"
    buyer = Buyer.objects.filter(shop_id=shop).earliest("pk")
    of_shop = {"shop_id": shop}
    told = {**of_shop, "created_at": now, "delivered_at": now, "status": "delivered", "ended": True}
    first = 0
    for start in range(0, count, 5000):
        names = [f"{past}-{n}" for n in range(start, min(start + 5000, count))]
        orders = Order.objects.bulk_create([
            Order(shop_id=shop, buyer=buyer, reference=n, number=n, placed_at=now, country="IN")
            for n in names
        ])
        parcels = Shipment.objects.bulk_create([
            Shipment(order=o, reference=n, carrier="delhivery", tracking_number=f"OLD{n}", **told)
            for n, o in zip(names, orders, strict=True)
        ])
        first = first or parcels[0].pk
    return first
