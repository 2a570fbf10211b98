"""Every write to messages and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from wismo.notify.journey import Journey
from wismo.notify.models import Decision, Message, MessageState
from wismo.notify.rules import Code, Ruling, Verdict
from wismo.plumbing.bulk import insert_new, update_rows

# Longer than any one hand-over: six SMTP commands of EMAIL_TIMEOUT (20 s) each, and room.
LEASE = timedelta(minutes=5)
_DRAFT = (
    *("shop", "order", "shipment", "journey", "version", "milestone", "episode", "dedupe_key", "channel"),
    *("happened_at", "due_at", "expires_at", "created_at"),
)
_DECISION = ("shop", "message", "at", "gate", "outcome", "code", "facts")


@dataclass(frozen=True, slots=True)
class Draft:
    """A journey started by a fact: the message it makes, unless that thing was told already."""

    shop_id: int
    order_id: int
    shipment_id: int | None
    journey: Journey
    episode: str
    at: datetime  # when it happened

    @property
    def dedupe_key(self) -> str:
        """What makes two messages the same thing told twice."""
        if self.shipment_id is None:
            return f"{self.journey.key}|order:{self.order_id}"
        return f"{self.journey.key}|shipment:{self.shipment_id}|{self.episode}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A message and the verdict on it."""

    shop_id: int
    message_id: int
    verdict: Verdict


def queue(drafts: Sequence[Draft], now: datetime) -> None:
    """Queue each thing once; one queued before gets a `duplicate` decision. Three statements at most."""
    if not drafts:
        return
    keyed = [(draft.shop_id, draft.dedupe_key, draft) for draft in drafts]
    known = {
        (shop_id, key): pk
        for shop_id, key, pk in Message.objects.filter(
            shop_id__in={draft.shop_id for draft in drafts}, dedupe_key__among=[key for _, key, _ in keyed]
        ).values_list("shop_id", "dedupe_key", "pk")
    }
    # A thing told twice within one batch is one row: the unique key leaves the second out.
    insert_new(Message, _DRAFT, [_row(d, key, now) for shop, key, d in keyed if (shop, key) not in known])
    repeats = [(shop, key, draft) for shop, key, draft in keyed if (shop, key) in known]
    _decide(
        [
            Judged(
                shop,
                known[shop, key],
                Verdict("dedupe", Ruling.STOP, Code.DUPLICATE, {"happened_at": draft.at.isoformat()}),
            )
            for shop, key, draft in repeats
        ],
        now,
    )


def _row(draft: Draft, key: str, now: datetime) -> tuple[object, ...]:
    journey = draft.journey
    due = min(draft.at, now)  # a carrier's clock that runs ahead neither delays a message nor keeps it fresh
    return (
        *(draft.shop_id, draft.order_id, draft.shipment_id, journey.key, journey.version),
        *(journey.milestone.value, draft.episode, key, journey.route[0]),
        *(draft.at, due, due + journey.max_age, now),
    )


def claim(now: datetime, limit: int) -> list[int]:
    """Due messages that nobody works on, oldest first, leased to the caller until `now + LEASE`."""
    with transaction.atomic():
        Message.objects.filter(state=MessageState.CLAIMED, lease_until__lt=now).update(
            state=MessageState.QUEUED, lease_until=None
        )
        ids = list(
            Message.objects
            .select_for_update(skip_locked=True)
            .filter(state=MessageState.QUEUED, due_at__lte=now)
            .order_by("due_at", "id")
            .values_list("pk", flat=True)[:limit]
        )
        Message.objects.filter(pk__in=ids).update(state=MessageState.CLAIMED, lease_until=now + LEASE)
    return ids


def lock(ids: Sequence[int], lease: datetime) -> list[int]:
    """Those of the messages whose lease is still the caller's, locked until the transaction ends.

    The lease is the token: whoever claimed a message later holds a later one.
    """
    return list(
        Message.objects
        .select_for_update()
        .filter(pk__in=ids, state=MessageState.CLAIMED, lease_until=lease)
        .values_list("pk", flat=True)
    )


def release(ids: Sequence[int], lease: datetime, due_at: datetime) -> None:
    """Put back what the caller claimed and did not get to."""
    Message.objects.filter(pk__in=ids, state=MessageState.CLAIMED, lease_until=lease).update(
        state=MessageState.QUEUED, lease_until=None, due_at=due_at
    )


def stop(judged: Sequence[Judged], now: datetime) -> None:
    """These locked messages will not be sent: finish them, with the reason."""
    rows = [(j.message_id, MessageState.NOT_SENT.value, str(j.verdict.code), None, now) for j in judged]
    update_rows(Message, ("state", "code", "lease_until", "finished_at"), rows)
    _decide(judged, now)


def start_sending(message_id: int, now: datetime) -> None:
    """From the commit of this on, the message may have been sent."""
    Message.objects.filter(pk=message_id).update(state=MessageState.SENDING, lease_until=now + LEASE)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is kept of a hand-over beside its verdict."""

    number: int
    language: str
    subject: str
    provider_id: str


_AFTER = {
    Ruling.DONE: MessageState.SENT,
    Ruling.WAIT: MessageState.QUEUED,
    Ruling.STOP: MessageState.NOT_SENT,
}


@transaction.atomic
def record(judged: Judged, attempt: Attempt, now: datetime) -> None:
    """Keep what became of a hand-over. Only the one who handed it over knows, so this overrules a sweep."""
    verdict = judged.verdict
    state = MessageState.UNKNOWN if verdict.code == Code.UNKNOWN else _AFTER[verdict.ruling]
    changes: dict[str, object] = {
        "state": state,
        "code": str(verdict.code),
        "attempts": attempt.number,
        "language": attempt.language,
        "subject": attempt.subject[:250],
        "provider_id": attempt.provider_id[:200],
        "lease_until": None,
        "finished_at": None if verdict.again_at else now,
    }
    if verdict.again_at:
        changes["due_at"] = verdict.again_at
    if Message.objects.filter(pk=judged.message_id).update(**changes):  # 0: erased meanwhile
        _decide([judged], now)


def sweep_lost(now: datetime, limit: int = 1000) -> int:
    """Messages whose sender died while handing over become UNKNOWN: shown, never sent again. How many."""
    with transaction.atomic():
        lost = list(
            Message.objects
            .select_for_update(skip_locked=True)
            .filter(state=MessageState.SENDING, lease_until__lt=now)
            .values_list("shop_id", "pk", "attempts")[:limit]
        )
        Message.objects.filter(pk__in=[pk for _, pk, _ in lost]).update(
            state=MessageState.UNKNOWN, code=Code.UNKNOWN.value, lease_until=None, finished_at=now
        )
        _decide(
            [
                Judged(
                    shop_id,
                    pk,
                    Verdict(
                        "send",
                        Ruling.DONE,
                        Code.UNKNOWN,
                        {"attempt": attempts + 1, "detail": "sender stopped"},
                    ),
                )
                for shop_id, pk, attempts in lost
            ],
            now,
        )
    return len(lost)


def _decide(judged: Sequence[Judged], at: datetime) -> None:
    rows = [
        (
            j.shop_id,
            j.message_id,
            at,
            j.verdict.gate,
            j.verdict.ruling.value,
            str(j.verdict.code),
            dict(j.verdict.facts),
        )
        for j in judged
    ]
    insert_new(Decision, _DECISION, rows)
