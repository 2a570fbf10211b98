"""What is done inside the measured database, in child processes: fill, work, count."""

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone

from wismo.bench.payloads import number_of, pushes
from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.plumbing import inbox
from wismo.plumbing.models import InboxRow, InboxState, ParkedReaction
from wismo.plumbing.work import Job, Worker
from wismo.shops.actions import open_shop, set_source_secrets
from wismo.shops.queries import shop_key
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.models import ScanRecord
from wismo.tracking.rules.shipment import ShipmentSnapshot

SOURCE = "delhivery"
T = TypeVar("T")


def open_door() -> dict[str, Any]:
    """A shop with a door; its key and the secret."""
    shop = _shop("bench")
    return {"key": shop_key(shop), "secret": set_source_secrets(shop, [SOURCE])[SOURCE]}


def kept() -> dict[str, Any]:
    """How many payloads lie in the inbox."""
    return {"rows": InboxRow.objects.count()}


def fill(shipments: int, scans: int) -> dict[str, Any]:
    """A shop with its orders and parcels, and an inbox full of what a carrier says of them."""
    shop, now = _shop("bench"), timezone.now()
    for part in _parts(range(shipments), 500):
        keep_orders(shop, [_order(n, now) for n in part], now)
        keep_shipments(shop, [_parcel(n) for n in part], now)
    rows = [_pushed(shop, n, body, now) for n, body in enumerate(pushes(shipments, scans, now))]
    InboxRow.objects.bulk_create(rows, batch_size=1000)
    return {"shop": shop, "payloads": len(rows)}


def work(shop: int, payloads: int) -> dict[str, Any]:
    """Let a worker empty the inbox; its rates and memory."""
    turns = _Turns(shop, _shop("bare"))
    Worker([Job("inbox", turns.take)]).until_idle()
    recorded = ScanRecord.objects.filter(shop_id=shop).count()
    _check(payloads, recorded)
    quarter = next(peak for done, peak in turns.peaks if done * 4 >= payloads)
    return {
        "scans_per_s": round(recorded / turns.piped),
        "bare_insert_per_s": round(recorded / turns.bare),
        "ratio_to_bare_insert": round(turns.bare / turns.piped, 3),
        "rss_mib": round(turns.peaks[-1][1], 1),
        "rss_growth_mib": round(turns.peaks[-1][1] - quarter, 1),
    }


@dataclass
class _Turns:
    """A batch through the pipeline, then the same scans inserted bare, as another shop's, in the same table.

    They take turns in one process so that a busy neighbour, a growing index and a checkpoint that is due
    cost both the same. Each is timed alone.
    """

    shop: int
    other: int
    piped: float = 0.0  # seconds
    bare: float = 0.0
    done: int = 0  # payloads
    newest: int = 0
    peaks: list[tuple[int, float]] = field(default_factory=list)  # payloads done, MiB

    def take(self, now: datetime) -> int:
        """One turn; how many payloads there were."""
        began = time.perf_counter()
        took = inbox.work(now)
        self.piped += time.perf_counter() - began
        self.done += took
        self.peaks.append((self.done, _peak_mib()))
        rows = list(ScanRecord.objects.filter(shop_id=self.shop, pk__gt=self.newest).order_by("pk"))
        self.newest = rows[-1].pk if rows else self.newest
        for row in rows:
            row.pk, row.shop_id = None, self.other
        began = time.perf_counter()
        ScanRecord.objects.bulk_create(rows, batch_size=1000)
        self.bare += time.perf_counter() - began
        return took


def _check(payloads: int, recorded: int) -> None:
    """A run that lost, parked or left anything is not a measurement."""
    finished = InboxRow.objects.filter(state=InboxState.DONE).count()
    parked = ParkedReaction.objects.count()
    if (finished, recorded, parked) != (payloads, payloads, 0):
        raise RuntimeError(
            f"{payloads} payloads: {finished} done, {recorded} scans recorded, {parked} reactions parked"
        )


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)  # bytes there, KiB elsewhere


def _shop(slug: str) -> int:
    return open_shop(slug=slug, name=slug, country="IN", synthetic=True)


def _order(n: int, now: datetime) -> OrderSnapshot:
    return OrderSnapshot(
        reference=f"o-{n}",
        number=f"#{n}",
        placed_at=now - timedelta(days=4),
        country="IN",
        email=f"buyer{n}@example.com",
        name="Asha Rao",
        language="en",
        postcode="411028",
        city="Pune",
        promised_on=(now + timedelta(days=2)).date(),
        lines=(LineSnapshot(title="Ridge mug", sku="MUG"),),
    )


def _parcel(n: int) -> ShipmentSnapshot:
    return ShipmentSnapshot(f"s-{n}", f"o-{n}", SOURCE, number_of(n))


def _pushed(shop: int, n: int, body: bytes, now: datetime) -> InboxRow:
    return InboxRow(shop_id=shop, source=SOURCE, receipt=f"{n:024x}", body=body, received_at=now, due_at=now)


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
