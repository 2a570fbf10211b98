"""The one inbox of every outside party: a row is durable before its sender hears 202.

A row is claimed with a lease and finished in the transaction of its consequences, so a crash at any
point loses nothing and doubles nothing: the lease ends and another worker takes the row.
"""

import functools
import json
import logging
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BinaryField, Case, F, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils.module_loading import import_string

from wismo.plumbing.models import InboxRow, InboxTask
from wismo.plumbing.packing import plain
from wismo.plumbing.trouble import in_trouble

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
TRIES = 3
RETRY_AFTER = timedelta(seconds=10)
FAR = timedelta(minutes=15)  # no lease or retry lies so far ahead, but of a clock that was set back since
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
    headers: Mapping[str, str] = MappingProxyType({})  # those its door kept, by lower-case name


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


_PAYLOAD = """
INSERT INTO plumbing_inboxrow (shop_id, source, receipt, body, headers, received_at)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_TASK = """
INSERT INTO plumbing_inboxtask (payload_id, shop_id, parked, due_at, attempts, error)
SELECT id, shop_id, false, received_at, 0, '' FROM {kept}
"""
_AT_ONCE = f"WITH kept AS ({_PAYLOAD} RETURNING id, shop_id, received_at) {_TASK.format(kept='kept')}"
_LAST = _TASK.format(kept="plumbing_inboxrow WHERE id = %s")


def keep(shop_id: int, source: str, body: bytes, *, headers: Mapping[str, str], now: datetime) -> str:
    """Store a payload durably; its receipt's id."""
    receipt = secrets.token_hex(12)
    at = connection.ops.adapt_datetimefield_value(now)
    values: list[Any] = [shop_id, source, receipt, body, json.dumps(dict(headers)), at]
    if connection.vendor == "postgresql":  # one statement, one way to the server and back
        with connection.cursor() as cursor:
            cursor.execute(_AT_ONCE, values)
        return receipt
    # Inside somebody's transaction the database is ours already: to queue for it would lock us out.
    queue = nullcontext() if connection.in_atomic_block else _writer
    with queue, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PAYLOAD, values)
        cursor.execute(_LAST, [cursor.lastrowid])
    return receipt


# Materialized: a plan that ran the inner query more than once would claim more than the limit.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT payload_id FROM plumbing_inboxtask
    WHERE NOT parked AND (attempts = 0 OR due_at <= %(now)s OR due_at > %(far)s)
        AND (lease_until IS NULL OR lease_until < %(now)s OR lease_until > %(far)s)
    ORDER BY due_at, payload_id LIMIT %(limit)s {skip}
)
UPDATE plumbing_inboxtask SET lease_until = %(lease)s WHERE payload_id IN (SELECT payload_id FROM due)
RETURNING payload_id, attempts
"""
_SKIP = {"postgresql": "FOR UPDATE SKIP LOCKED"}  # SQLite lets one writer in at a time anyway
LARGE = 32 * 1024  # bytes; a larger body is fetched when its turn comes, so that a batch does not fill memory
PARSING = 20.0  # seconds of one batch, well inside the lease; what is left goes back


def claim(now: datetime, limit: int) -> list[Payload]:
    """Due payloads that nobody works on, oldest first, leased to the caller.

    One that was never tried is due whatever the clock of its door says.
    """
    due = Q(attempts=0) | Q(due_at__lte=now) | Q(due_at__gt=now + FAR)
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + FAR)
    if not InboxTask.objects.filter(due, free, parked=False).exists():
        return []  # without this look an idle worker would take SQLite's write lock again and again
    moments = {"now": now, "far": now + FAR, "lease": now + LEASE}
    as_kept = {name: connection.ops.adapt_datetimefield_value(at) for name, at in moments.items()}
    with connection.cursor() as cursor:
        sql = _CLAIM.format(skip=_SKIP.get(connection.vendor, ""))
        cursor.execute(sql, {**as_kept, "limit": limit})
        attempts = dict(cursor.fetchall())
    rows = InboxRow.objects.filter(pk__among=attempts).annotate(size=Length("body")).order_by("pk")
    small = Case(When(size__lte=LARGE, then="body"), output_field=BinaryField())
    return [
        Payload(pk, shop, source, receipt, _bytes(pk, body, how), at, attempts[pk], now + LEASE, headers)
        for pk, shop, source, receipt, at, how, headers, body in rows.values_list(
            "pk", "shop_id", "source", "receipt", "received_at", "packing", "headers", small
        )
    ]


def _bytes(pk: int, body: bytes | memoryview | None, packing: str) -> Callable[[], bytes]:
    if body is None:
        return lambda: plain(*InboxRow.objects.values_list("body", "packing").get(pk=pk))
    return lambda: plain(body, packing)


def work(now: datetime, limit: int = BATCH) -> int:
    """Claim a batch of due payloads and see each through; how many.

    Where the database fails it raises: no payload is at fault, and all come again when the lease ends.
    """
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
        if in_trouble(error):
            raise
        log.exception("payload %s of %s broke its reader", row.receipt, row.source)
        _fail(row, f"{type(error).__name__}: {error}", now)
    return None


def _ours(rows: Sequence[Payload]) -> "QuerySet[InboxTask]":
    """The tasks of these rows of one batch, but for those another worker took when a lease ended."""
    return InboxTask.objects.filter(payload__id__among=[row.id for row in rows], lease_until=rows[0].lease)


def _release(rows: Sequence[Payload]) -> None:
    _ours(rows).update(lease_until=None)


def _record(reader: Reader, batch: Sequence[tuple[Payload, Parsed]], now: datetime) -> None:
    try:
        with transaction.atomic():
            reader.record(batch, now)
            _finish(batch, now)
    except Exception as error:
        if in_trouble(error):
            raise
        if len(batch) > 1:
            # One row must not hold up the others: halve until it stands alone.
            middle = len(batch) // 2
            _record(reader, batch[:middle], now)
            _record(reader, batch[middle:], now)
            return
        log.exception("payload %s of %s failed", batch[0][0].receipt, batch[0][0].source)
        _fail(batch[0][0], f"{type(error).__name__}: {error}", now)


def _finish(batch: Sequence[tuple[Payload, Parsed]], now: datetime) -> None:
    whole = [row for row, parsed in batch if not parsed.problems]
    if whole:
        _ours(whole)._raw_delete(connection.alias)
    for row, parsed in batch:
        if parsed.problems:
            _park(row, f"{len(parsed.facts)} read, the rest not: " + "; ".join(parsed.problems), now)


def _park(row: Payload, error: str, now: datetime) -> None:
    """Nothing but a person can help: keep the row where people see it."""
    _ours([row]).update(
        parked=True, error=error[:4000], attempts=F("attempts") + 1, due_at=now, lease_until=None
    )


def _fail(row: Payload, error: str, now: datetime) -> None:
    """Try again a little later; after the third failure, park."""
    if row.attempts + 1 >= TRIES:
        _park(row, error, now)
        return
    _ours([row]).update(
        attempts=row.attempts + 1,
        error=error[:4000],
        due_at=now + RETRY_AFTER * (row.attempts + 1),
        lease_until=None,
    )


def replay(shop_id: int, now: datetime, receipts: Sequence[str] | None = None) -> int:
    """Put parked rows (all, or those named) back to work; how many."""
    tasks = InboxTask.objects.filter(shop_id=shop_id, parked=True)
    if receipts is not None:
        tasks = tasks.filter(payload__shop_id=shop_id, payload__receipt__in=receipts)
    return tasks.update(parked=False, due_at=now, attempts=0, lease_until=None, error="")


def bodies(shop_id: int, receipts: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """(receipt, source, body) of those of these payloads that are still kept, one at a time."""
    rows = InboxRow.objects.filter(shop_id=shop_id, receipt__in=receipts)
    told = rows.values_list("receipt", "source", "body", "packing")
    for receipt, source, body, packing in told.iterator(chunk_size=50):
        yield receipt, source, plain(body, packing)
