"""The one inbox of every outside party: a row is durable before its sender hears 202.

A row is claimed with a lease and finished in the transaction of its consequences, so a crash at any
point loses nothing and doubles nothing: the lease ends and another worker takes the row.
"""

import functools
import logging
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string

from wismo.plumbing.models import InboxRow, InboxState

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
TRIES = 3
RETRY_AFTER = timedelta(seconds=10)
BATCH = 2000

# SQLite lets one writer in at a time and makes the others poll; a queue of our threads is fairer and faster.
_writer = threading.Lock()


class Unreadable(Exception):
    """The payload cannot be read, and no second try will change that. The message says why."""


class Payload(NamedTuple):
    """A row of the inbox as its reader sees it."""

    id: int
    shop_id: int
    source: str
    receipt: str
    body: Callable[[], bytes]
    received_at: datetime
    attempts: int
    lease: datetime  # until when it is this worker's


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a payload says, and what in it could not be read."""

    facts: Sequence[Any]
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a source: `parse` is pure and runs outside any transaction, `record` inside one."""

    parse: Callable[[Payload], Parsed]
    record: Callable[[Sequence[tuple[Payload, Parsed]], datetime], None]


@functools.cache
def readers() -> dict[str, Reader]:
    """Every source's reader, as `settings.READERS` lists them."""
    listed: dict[str, Reader] = import_string(settings.READERS)
    return listed


def keep(shop_id: int, source: str, body: bytes, *, headers: Mapping[str, str], now: datetime) -> str:
    """Store a payload durably; its receipt's id."""
    receipt = secrets.token_hex(12)
    row = InboxRow(
        shop_id=shop_id,
        source=source,
        receipt=receipt,
        body=body,
        headers=dict(headers),
        received_at=now,
        due_at=now,
    )
    with _writer if connection.vendor == "sqlite" else nullcontext():
        row.save(force_insert=True)
    return receipt


_FREE = "state = 'pending' AND due_at <= %s AND (lease_until IS NULL OR lease_until < %s)"
_SKIP = {"postgresql": "FOR UPDATE SKIP LOCKED"}  # SQLite lets one writer in at a time anyway
# Materialized: a plan that ran the inner query more than once would claim more than the limit.
# A large body is fetched when its turn comes, so that a batch of them does not fill the memory.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM plumbing_inboxrow WHERE {free} ORDER BY due_at, id LIMIT %s {skip}
)
UPDATE plumbing_inboxrow SET lease_until = %s WHERE id IN (SELECT id FROM due)
RETURNING id, shop_id, source, receipt, CASE WHEN length(body) <= {large} THEN body END, received_at, attempts
"""
LARGE = 32 * 1024  # bytes
PARSING = 20.0  # seconds of one batch, well inside the lease; what is left goes back


def claim(now: datetime, limit: int) -> list[Payload]:
    """Due payloads that nobody works on, oldest first, leased to the caller."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    if not InboxRow.objects.filter(free, state=InboxState.PENDING, due_at__lte=now).exists():
        return []  # without this look an idle worker would take SQLite's write lock again and again
    as_kept = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        sql = _CLAIM.format(free=_FREE, skip=_SKIP.get(connection.vendor, ""), large=LARGE)
        cursor.execute(sql, [as_kept(now), as_kept(now), limit, as_kept(now + LEASE)])
        rows = sorted(cursor.fetchall(), key=lambda row: row[0])
    return [
        Payload(pk, shop_id, source, receipt, _bytes(pk, body), _aware(received_at), attempts, now + LEASE)
        for pk, shop_id, source, receipt, body, received_at, attempts in rows
    ]


def _bytes(pk: int, body: bytes | memoryview | None) -> Callable[[], bytes]:
    if body is None:
        return lambda: bytes(InboxRow.objects.values_list("body", flat=True).get(pk=pk))
    return lambda: bytes(body)


def _aware(kept: datetime | str) -> datetime:
    """A moment as read by hand: SQLite keeps it as text, in UTC."""
    return datetime.fromisoformat(kept).replace(tzinfo=UTC) if isinstance(kept, str) else kept


def work(now: datetime, limit: int = BATCH) -> int:
    """Claim a batch of due payloads and see each through; how many."""
    rows = claim(now, limit)
    parsed: dict[Reader, list[tuple[Payload, Parsed]]] = defaultdict(list)
    began = time.monotonic()
    for place, row in enumerate(rows):
        if time.monotonic() - began > PARSING:
            _release(rows[place:])
            break
        reader = readers().get(row.source)
        found = _parse(reader, row, now) if reader else None
        if reader is None:
            _park(row, f"nobody reads the source {row.source!r}: is its carrier pack still there?", now)
        elif found is not None:
            parsed[reader].append((row, found))
    for reader, batch in parsed.items():
        _record(reader, batch, now)
    return len(rows)


def _parse(reader: Reader, row: Payload, now: datetime) -> Parsed | None:
    """What the payload says; None where it cannot be read, which is then kept with the row."""
    try:
        return reader.parse(row)
    except Unreadable as error:
        _park(row, str(error), now)
    except Exception as error:
        log.exception("payload %s of %s broke its reader", row.receipt, row.source)
        _fail(row, f"{type(error).__name__}: {error}", now)
    return None


def _ours(row: Payload) -> "QuerySet[InboxRow]":
    """The row, unless its lease ended and another worker took it."""
    return InboxRow.objects.filter(pk=row.id, lease_until=row.lease)


def _release(rows: Sequence[Payload]) -> None:
    if rows:
        ids = [row.id for row in rows]
        InboxRow.objects.filter(pk__among=ids, lease_until=rows[0].lease).update(lease_until=None)


def _record(reader: Reader, batch: Sequence[tuple[Payload, Parsed]], now: datetime) -> None:
    try:
        with transaction.atomic():
            reader.record(batch, now)
            _finish(batch, now)
    except Exception as error:
        if len(batch) > 1:
            # One row must not hold up the others: halve until it stands alone.
            middle = len(batch) // 2
            _record(reader, batch[:middle], now)
            _record(reader, batch[middle:], now)
            return
        log.exception("payload %s of %s failed", batch[0][0].receipt, batch[0][0].source)
        _fail(batch[0][0], f"{type(error).__name__}: {error}", now)


def _finish(batch: Sequence[tuple[Payload, Parsed]], now: datetime) -> None:
    whole = [row.id for row, parsed in batch if not parsed.problems]
    InboxRow.objects.filter(pk__among=whole, lease_until=batch[0][0].lease).update(
        state=InboxState.DONE, finished_at=now, lease_until=None, error=""
    )
    for row, parsed in batch:
        if parsed.problems:
            _park(row, f"{len(parsed.facts)} read, the rest not: " + "; ".join(parsed.problems), now)


def _park(row: Payload, error: str, now: datetime) -> None:
    """Nothing but a person can help: keep the row where people see it."""
    _ours(row).update(
        state=InboxState.PARKED,
        error=error[:4000],
        attempts=F("attempts") + 1,
        finished_at=now,
        lease_until=None,
    )


def _fail(row: Payload, error: str, now: datetime) -> None:
    """Try again a little later; after the third failure, park."""
    if row.attempts + 1 >= TRIES:
        _park(row, error, now)
        return
    _ours(row).update(
        attempts=row.attempts + 1,
        error=error[:4000],
        due_at=now + RETRY_AFTER * (row.attempts + 1),
        lease_until=None,
    )


def replay(shop_id: int, now: datetime, receipts: Sequence[str] | None = None) -> int:
    """Put parked rows (all, or those named) back to work; how many."""
    rows = InboxRow.objects.filter(shop_id=shop_id, state=InboxState.PARKED)
    if receipts is not None:
        rows = rows.filter(receipt__in=receipts)
    return rows.update(state=InboxState.PENDING, due_at=now, attempts=0, lease_until=None, finished_at=None)


def bodies(shop_id: int, receipts: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """(receipt, source, body) of these payloads, one at a time."""
    rows = InboxRow.objects.filter(shop_id=shop_id, receipt__in=receipts)
    for receipt, source, body in rows.values_list("receipt", "source", "body").iterator(chunk_size=50):
        yield receipt, source, bytes(body)
