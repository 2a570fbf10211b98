"""What is done inside the measured database, in child processes: fill, work, count."""

import resource
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from wismo.bench.payloads import number_of, pushes
from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.plumbing.models import InboxRow, InboxTask, ParkedReaction
from wismo.plumbing.work import Job, Worker
from wismo.shops.actions import open_shop, set_source_secrets
from wismo.shops.models import Shop
from wismo.shops.queries import shop_key
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.models import ScanRecord
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.wiring import WORK

SOURCE = "delhivery"
ROUNDS = 4
T = TypeVar("T")


def open_door() -> dict[str, Any]:
    """A shop with a door; its key and the secret."""
    shop = _shop("bench")
    return {"key": shop_key(shop), "secret": set_source_secrets(shop, [SOURCE])[SOURCE]}


def kept() -> dict[str, Any]:
    """How many payloads lie in the inbox."""
    return {"rows": InboxRow.objects.count()}


def fill(first: int, shipments: int) -> dict[str, Any]:
    """A shop with this many orders and parcels more, numbered from `first` on."""
    shop, now = _shop("bench"), timezone.now()
    for part in _parts(range(first, first + shipments), 500):
        keep_orders(shop, [_order(n, now) for n in part], now)
        keep_shipments(shop, [_parcel(n) for n in part], now)
    return {"shop": shop}


def work(shop: int, shipments: int, scans: int) -> dict[str, Any]:
    """Let a worker empty the inbox, in rounds; its rates and memory.

    Each round fills the inbox, empties it by the worker's own lanes, and inserts the same scans bare, as
    another shop's, in the same table: so a busy neighbour, a growing index and a checkpoint that is due cost
    both the same. On PostgreSQL the same payloads are also copied bare into a table like the inbox's.
    """
    other, total = _shop("bare"), shipments * scans
    pushed = pushes(range(shipments), scans, timezone.now())
    piped = bare = copied = 0.0
    peaks, newest = [], 0
    for _ in range(ROUNDS):
        kept = _fill_inbox(shop, islice(pushed, total // ROUNDS))
        piped += _timed(empty_inbox)
        peaks.append(_peak_mib())
        rows = list(ScanRecord.objects.filter(shop_id=shop, pk__gt=newest).order_by("pk"))
        newest = rows[-1].pk
        bare += _timed(partial(_insert_bare, rows, other))
        copied += _copied(kept)
    recorded = ScanRecord.objects.filter(shop_id=shop).count()
    _check(total, recorded)
    return {
        "scans_per_s": round(recorded / piped),
        "bare_insert_per_s": round(recorded / bare),
        "ratio_to_bare_insert": round(bare / piped, 3),
        "bare_copy_per_s": round(recorded / copied) if copied else None,
        "ratio_to_bare_copy": round(copied / piped, 3) if copied else None,
        "rss_mib": round(peaks[-1], 1),
        # From the second round on: the first had not yet held the rows to insert bare.
        "rss_growth_mib": round(peaks[-1] - peaks[1], 1),
    }


def load(first: int, shipments: int, scans: int) -> dict[str, Any]:
    """As `fill`, and an inbox full of these parcels' scans; how many."""
    shop = fill(first, shipments)["shop"]
    bodies = pushes(range(first, first + shipments), scans, timezone.now())
    return {"shop": shop, "payloads": len(_fill_inbox(shop, bodies))}


def drain(here: str, go: str) -> dict[str, Any]:
    """Empty the inbox, alone or beside others: from the moment the file `go` is there. When, in seconds."""
    Path(here).touch()
    while not Path(go).exists():
        time.sleep(0.001)
    began = time.time()
    empty_inbox()
    return {"began_at": began, "ended_at": time.time()}


def _fill_inbox(shop: int, bodies: Iterable[bytes]) -> list[InboxRow]:
    kept: list[InboxRow] = []
    bodies = iter(bodies)
    while part := list(islice(bodies, 500)):
        rows = InboxRow.objects.bulk_create([_pushed(shop, body, timezone.now()) for body in part])
        InboxTask.objects.bulk_create([
            InboxTask(payload_id=row.pk, shop_id=shop, due_at=row.received_at) for row in rows
        ])
        kept += rows
    return kept


def empty_inbox() -> None:
    """As `wismo work` does: each lane that reads the inbox in a thread of its own."""
    lanes = [[job for job in jobs if job.name == "inbox"] for jobs in WORK.values()]
    threads = [threading.Thread(target=_drain, args=[jobs]) for jobs in lanes if jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _drain(jobs: Sequence[Job]) -> None:
    Worker(jobs).until_idle()
    connection.close()


def _insert_bare(rows: Sequence[ScanRecord], shop: int) -> None:
    for row in rows:
        row.pk, row.shop_id = None, shop
    ScanRecord.objects.bulk_create(rows, batch_size=1000)


def _copied(rows: Sequence[InboxRow]) -> float:
    """The seconds PostgreSQL takes to copy these payloads with their tasks into bare tables; else 0."""
    if connection.vendor != "postgresql":
        return 0.0
    payloads = [(r.pk, r.shop_id, r.source, r.receipt, r.body, "{}", r.received_at) for r in rows]
    tasks = [(r.pk, r.shop_id, False, r.received_at, 0, "") for r in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        for name in ("plumbing_inboxrow", "plumbing_inboxtask"):
            cursor.execute(f"CREATE TABLE IF NOT EXISTS bench_{name} (LIKE {name} INCLUDING ALL)")
        began = time.perf_counter()
        _copy(cursor, "inboxrow (id, shop_id, source, receipt, body, headers, received_at)", payloads)
        _copy(cursor, "inboxtask (payload_id, shop_id, parked, due_at, attempts, error)", tasks)
    return time.perf_counter() - began


def _copy(cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY bench_plumbing_{table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _timed(does: Callable[[], None]) -> float:
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def _check(payloads: int, recorded: int) -> None:
    """A run that lost, parked or left anything is not a measurement."""
    finished = InboxRow.objects.filter(task=None).count()
    parked = ParkedReaction.objects.count()
    if (finished, recorded, parked) != (payloads, payloads, 0):
        raise RuntimeError(
            f"{payloads} payloads: {finished} done, {recorded} scans recorded, {parked} reactions parked"
        )


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)  # bytes there, KiB elsewhere


def _shop(slug: str) -> int:
    known = Shop.objects.filter(slug=slug).values_list("pk", flat=True).first()
    return known or open_shop(slug=slug, name=slug, country="IN", synthetic=True)


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


def _pushed(shop: int, body: bytes, now: datetime) -> InboxRow:
    receipt = secrets.token_hex(12)
    return InboxRow(shop_id=shop, source=SOURCE, receipt=receipt, body=body, received_at=now)


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
