"""The one inbox of every outside party: a row is durable before its sender hears 202.

A row is claimed with a lease and finished in the transaction of its consequences, so a crash at any
point loses nothing and doubles nothing: the lease ends and another worker takes the row.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from wismo.plumbing.models import InboxRow, InboxState

LEASE = timedelta(seconds=60)
TRIES = 3
RETRY_AFTER = timedelta(seconds=10)


def keep(
    shop_id: int, source: str, body: bytes, *, headers: Mapping[str, str], now: datetime, due_at: datetime | None = None
) -> str:
    """Store a payload durably; its receipt's id."""
    receipt = secrets.token_hex(12)
    InboxRow.objects.create(
        shop_id=shop_id,
        source=source,
        receipt=receipt,
        body=body,
        headers=dict(headers),
        received_at=now,
        due_at=due_at or now,
    )
    return receipt


def claim(now: datetime, limit: int) -> list[InboxRow]:
    """Due rows that nobody works on, oldest first, leased to the caller."""
    with transaction.atomic():
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        rows = list(
            InboxRow.objects.select_for_update(skip_locked=True)
            .filter(free, state=InboxState.PENDING, due_at__lte=now)
            .order_by("due_at", "id")[:limit]
        )
        InboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=now + LEASE)
    return rows


def finish(rows: Sequence[InboxRow], now: datetime) -> None:
    """The rows' consequences are in this transaction: they are done."""
    ids = [row.pk for row in rows]
    InboxRow.objects.filter(pk__in=ids).update(
        state=InboxState.DONE, finished_at=now, lease_until=None, error=""
    )


def park(row: InboxRow, error: str, now: datetime) -> None:
    """Nothing but a person can help: keep the row where people see it."""
    InboxRow.objects.filter(pk=row.pk).update(
        state=InboxState.PARKED, error=error[:4000], attempts=F("attempts") + 1, finished_at=now, lease_until=None
    )


def fail(row: InboxRow, error: str, now: datetime) -> None:
    """Try again a little later; after the third failure, park."""
    if row.attempts + 1 >= TRIES:
        park(row, error, now)
        return
    InboxRow.objects.filter(pk=row.pk).update(
        attempts=row.attempts + 1, error=error[:4000], due_at=now + RETRY_AFTER * (row.attempts + 1), lease_until=None
    )


def replay(shop_id: int, now: datetime, receipts: Sequence[str] | None = None) -> int:
    """Put parked rows (all, or those named) back to work; how many."""
    rows = InboxRow.objects.filter(shop_id=shop_id, state=InboxState.PARKED)
    if receipts is not None:
        rows = rows.filter(receipt__in=receipts)
    return rows.update(state=InboxState.PENDING, due_at=now, attempts=0, lease_until=None, finished_at=None)
