"""The one inbox of every outside party: a row is durable before its sender hears 202.

A row is claimed with a lease and finished in the transaction of its consequences, so a crash at any
point loses nothing and doubles nothing: the lease ends and another worker takes the row.
"""

import functools
import logging
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from wismo.plumbing.models import InboxRow, InboxState

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
TRIES = 3
RETRY_AFTER = timedelta(seconds=10)
BATCH = 1000

# SQLite lets one writer in at a time and makes the others poll; a queue of our threads is fairer and faster.
_writer = threading.Lock()


class Unreadable(Exception):
    """The payload cannot be read, and no second try will change that. The message says why."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a payload says, and what in it could not be read."""

    facts: Sequence[Any]
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a source: `parse` is pure and runs outside any transaction, `record` inside one."""

    parse: Callable[[InboxRow], Parsed]
    record: Callable[[Sequence[tuple[InboxRow, Parsed]], datetime], None]


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


def claim(now: datetime, limit: int) -> list[InboxRow]:
    """Due rows that nobody works on, oldest first, leased to the caller."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = InboxRow.objects.filter(free, state=InboxState.PENDING, due_at__lte=now).order_by("due_at", "id")
    if not due.exists():  # without this look an idle worker would take SQLite's write lock again and again
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:limit])
        InboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=now + LEASE)
    return rows


def work(now: datetime, limit: int = BATCH) -> int:
    """Claim a batch of due payloads and see each through; how many."""
    rows = claim(now, limit)
    parsed: dict[Reader, list[tuple[InboxRow, Parsed]]] = defaultdict(list)
    for row in rows:
        reader = readers().get(row.source)
        if reader is None:
            _park(row, f"nobody reads the source {row.source!r}: is its carrier pack still there?", now)
            continue
        try:
            parsed[reader].append((row, reader.parse(row)))
        except Unreadable as error:
            _park(row, str(error), now)
    for reader, batch in parsed.items():
        _record(reader, batch, now)
    return len(rows)


def _record(reader: Reader, batch: Sequence[tuple[InboxRow, Parsed]], now: datetime) -> None:
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


def _finish(batch: Sequence[tuple[InboxRow, Parsed]], now: datetime) -> None:
    whole = [row.pk for row, parsed in batch if not parsed.problems]
    InboxRow.objects.filter(pk__in=whole).update(
        state=InboxState.DONE, finished_at=now, lease_until=None, error=""
    )
    for row, parsed in batch:
        if parsed.problems:
            _park(row, f"{len(parsed.facts)} read, the rest not: " + "; ".join(parsed.problems), now)


def _park(row: InboxRow, error: str, now: datetime) -> None:
    """Nothing but a person can help: keep the row where people see it."""
    InboxRow.objects.filter(pk=row.pk).update(
        state=InboxState.PARKED,
        error=error[:4000],
        attempts=F("attempts") + 1,
        finished_at=now,
        lease_until=None,
    )


def _fail(row: InboxRow, error: str, now: datetime) -> None:
    """Try again a little later; after the third failure, park."""
    if row.attempts + 1 >= TRIES:
        _park(row, error, now)
        return
    InboxRow.objects.filter(pk=row.pk).update(
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
