"""The inbox as people read it: what came in, what is parked and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, Count, F, IntegerField, Max, Q, QuerySet
from django.db.models.functions import Length, Substr

from wismo.plumbing.models import InboxRow, InboxTask, ParkedReaction

SHOWN = 400  # characters of a body
# An index by time would cost every payload three entries in its life; these are read by their keys instead.
NEWEST = 200_000
ENOUGH = 100  # how far one counts what waits for a person: every page shows it, and "99+" is as good


@dataclass(frozen=True, slots=True)
class ParkedPayload:
    """A payload that could not be read."""

    id: int
    source: str
    receipt: str
    received_at: datetime
    error: str
    attempts: int
    size: int  # bytes
    body: str  # its first characters


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How the inbox stands, beside what is parked."""

    pending: int
    done: int  # among those received since the asked time


@dataclass(frozen=True, slots=True)
class Feed:
    """What one source sent."""

    source: str
    last_at: datetime
    count: int  # since the asked time


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """An event one of the house's reactions failed on."""

    id: int
    handler: str
    event: str
    facts: dict[str, Any]
    error: str
    attempts: int
    due_at: datetime
    at: datetime


def parked(shop_id: int, *, before: int | None, limit: int) -> list[ParkedPayload]:
    """Parked payloads, newest first, starting below the id `before`. Bodies are cut in the database."""
    tasks = InboxTask.objects.filter(shop_id=shop_id, parked=True)
    if before is not None:
        tasks = tasks.filter(pk__lt=before)
    # A character of UTF-8 is at most four bytes.
    rows = tasks.values(
        "pk",
        "error",
        "attempts",
        source=F("payload__source"),
        receipt=F("payload__receipt"),
        received_at=F("payload__received_at"),
        size=Length("payload__body", output_field=IntegerField()),
        head=Substr("payload__body", 1, SHOWN * 4, output_field=BinaryField()),
    )
    return [_payload(row) for row in rows.order_by("-pk")[:limit]]


def _payload(row: Mapping[str, Any]) -> ParkedPayload:
    # SQLite's part of an empty body is NULL.
    return ParkedPayload(
        id=row["pk"],
        source=row["source"],
        receipt=row["receipt"],
        received_at=row["received_at"],
        error=row["error"],
        attempts=row["attempts"],
        size=row["size"],
        body=bytes(row["head"] or b"").decode("utf-8", "replace")[:SHOWN],
    )


def parked_count(shop_id: int) -> int:
    """How many payloads wait for a person; ENOUGH stands for that many or more."""
    return InboxTask.objects.filter(shop_id=shop_id, parked=True)[:ENOUGH].count()


def counts(shop_id: int, since: datetime) -> InboxCounts:
    """How many wait, and were read since then, among the newest of all payloads (NEWEST)."""
    pending = InboxTask.objects.filter(shop_id=shop_id, parked=False).count()
    done = _newest(shop_id).filter(task=None, received_at__gte=since).count()
    return InboxCounts(pending, done)


def feeds(shop_id: int, *, since: datetime, oldest: datetime) -> list[Feed]:
    """Each source that sent anything since `oldest`, among the newest of all payloads (NEWEST).

    With its last time, and its count since `since`.
    """
    rows = (
        _newest(shop_id)
        .filter(received_at__gte=oldest)
        .values("source")
        .annotate(last=Max("received_at"), n=Count("pk", filter=Q(received_at__gte=since)))
        .order_by("source")
    )
    return [Feed(row["source"], row["last"], row["n"]) for row in rows]


def _newest(shop_id: int) -> QuerySet[InboxRow]:
    last = InboxRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return InboxRow.objects.filter(shop_id=shop_id, pk__gt=last - NEWEST)


def parked_events(shop_id: int, limit: int) -> list[ParkedEvent]:
    """Events whose reaction failed, the next to be retried first."""
    rows = ParkedReaction.objects.filter(shop_id=shop_id).order_by("due_at", "pk")[:limit]
    return [ParkedEvent(r.pk, r.handler, r.event, r.facts, r.error, r.attempts, r.due_at, r.at) for r in rows]
