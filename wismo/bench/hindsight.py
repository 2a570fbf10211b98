"""How long a rule takes to be tried on a year's parcels: `wismo bench backtest`."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from resource import RUSAGE_SELF, getrusage
from typing import Any

from django.utils import timezone

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import place
from wismo.notify.backtest import backtest
from wismo.notify.journey.library import house
from wismo.orders.models import Buyer, Order
from wismo.plumbing.bulk import insert_new
from wismo.shops.actions import open_shop
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.rules.summary import micros, pack_reached
from wismo.vocabulary.milestone import Milestone

DAYS = 90
STEP = 5000
# A parcel's way and the hours each step takes; a tenth of them fails once.
_WAY = (
    (Milestone.PICKED_UP, 6),
    (Milestone.IN_TRANSIT, 20),
    (Milestone.ARRIVED_LOCAL, 18),
    (Milestone.OUT_FOR_DELIVERY, 7),
    (Milestone.DELIVERED, 5),
)
_COUNTRIES = (
    ("DE", "Europe/Berlin"),
    ("US", "America/New_York"),
    ("JP", "Asia/Tokyo"),
    ("IN", "Asia/Kolkata"),
)


def measure(engine: str, wismo: Command, *, shipments: int) -> dict[str, Any]:
    """Seconds to try the standard rules of three kinds on so many parcels, and the memory it took."""
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        ask("wismo.bench.hindsight.fill", environment, {"shipments": shipments})
        return ask("wismo.bench.hindsight.try_on", environment, {})


def fill(shipments: int) -> dict[str, Any]:
    """A shop with so many orders of one parcel each, spread over the days."""
    shop, chance, now = (
        open_shop(slug="past", name="Past", country="DE", languages=["en"]),
        Random(1),  # noqa: S311  # a made-up past
        timezone.now(),
    )
    for first in range(0, shipments, STEP):
        numbers = range(first, min(first + STEP, shipments))
        _fill(shop, numbers, chance, now)
    return {"shipments": shipments}


def _fill(shop: int, numbers: range, chance: Random, now: datetime) -> None:
    buyers = Buyer.objects.bulk_create([
        Buyer(shop_id=shop, email=f"b{n}@example.com", language="en") for n in numbers
    ])
    placed = [now - timedelta(days=chance.uniform(4, DAYS)) for _ in numbers]
    orders = Order.objects.bulk_create([
        _order(shop, buyer, n, at) for n, buyer, at in zip(numbers, buyers, placed, strict=True)
    ])
    ways = [_way(at, chance) for at in placed]
    parcels = Shipment.objects.bulk_create([
        Shipment(
            shop_id=shop,
            order=order,
            reference=order.reference,
            carrier="ups",
            tracking_number=f"1Z{order.reference}",
            status="delivered",
            milestones=pack_reached({name: micros(at) for name, at in way.items()}),
            delivered_at=way[Milestone.DELIVERED.value],
            ended=True,
            created_at=order.placed_at,
        )
        for order, way in zip(orders, ways, strict=True)
    ])
    rows = [
        _scan(shop, parcel.pk, name, at, chance)
        for parcel, way in zip(parcels, ways, strict=True)
        for name, at in way.items()
    ]
    insert_new(ScanRecord, _SCAN, rows)


def _order(shop: int, buyer: Buyer, n: int, at: datetime) -> Order:
    country, zone = _COUNTRIES[n % len(_COUNTRIES)]
    name = f"{n:07}"
    told = {"placed_at": at, "country": country, "timezone": zone}
    return Order(shop_id=shop, buyer=buyer, reference=name, number=name, **told)


def _way(at: datetime, chance: Random) -> dict[str, datetime]:
    found = {}
    for name, hours in _WAY:
        at += timedelta(hours=hours * chance.uniform(0.3, 2))
        found[name.value] = at
        if name is Milestone.OUT_FOR_DELIVERY and chance.random() < 0.1:
            at += timedelta(hours=5)
            found[f"{Milestone.FAILED_ATTEMPT}@{at.date().isoformat()}"] = at
    return found


_SCAN = (
    *("shop", "shipment", "key", "source", "carrier", "tracking_number", "code", "text", "status", "leg"),
    *("reason", "at", "occurred_raw", "tz_source", "place", "correction", "received_at", "receipt"),
)


def _scan(shop: int, parcel: int, name: str, at: datetime, chance: Random) -> tuple[Any, ...]:
    late = timedelta(minutes=chance.expovariate(1 / 20))
    key = f"{at:%Y-%m-%dT%H}{parcel:09}{name[:8]}"[:32]
    told = ("ups", "ups", f"1Z{parcel}", name[:20], name[:20], "in_transit", "forward")
    return (shop, parcel, key, *told, "", at, at.isoformat(), "offset", "", False, at + late, "")


def try_on() -> dict[str, Any]:
    """The seconds of each rule, and of the slowest."""
    shop, now = Buyer.objects.values_list("shop_id", flat=True).first() or 0, timezone.now()
    found: dict[str, Any] = {"shipments": Shipment.objects.count()}
    for key in ("out_for_delivery", "delivered", "csat"):
        draft = replace(house()[key], version=1001, max_age=timedelta(hours=2))
        began = time.perf_counter()
        report = backtest(shop, draft, days=DAYS, now=now)
        found[f"{key}_s"] = round(time.perf_counter() - began, 1)
        found[f"{key}_messages"] = report.draft.sent
    found["peak_mb"] = round(getrusage(RUSAGE_SELF).ru_maxrss / 1024)
    return found
