"""What became of messages, as people read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import Count

from wismo.notify.explain import explain
from wismo.notify.models import Attempt, Decision, Message, MessageState


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One gate's decision, and the sentence that says it."""

    at: datetime
    gate: str
    outcome: str
    code: str
    why: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One hand-over to a provider. Where it went is not told: whoever looks need not know."""

    number: int
    channel: str
    provider: str
    state: str
    code: str
    provider_id: str
    wording: str
    started_at: datetime
    finished_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as the console shows it, with its decisions in the order they were made."""

    id: int
    journey: str
    version: int
    trigger: str
    episode: str
    order_id: int | None
    shipment_id: int | None
    channel: str
    state: MessageState
    code: str
    why: str  # the last decision in words; "" while none was made
    language: str
    subject: str
    attempts: int
    merged_into: int | None
    happened_at: datetime
    due_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None
    clicked_at: datetime | None
    decisions: tuple[DecisionRow, ...]
    tries: tuple[AttemptRow, ...]


_COPIED = (
    *("journey", "version", "trigger", "episode", "order_id", "shipment_id", "channel", "code", "language"),
    *("subject", "attempts", "happened_at", "due_at", "expires_at", "finished_at", "clicked_at"),
)
_TRIED = (
    *("number", "channel", "provider", "state", "code", "provider_id", "wording"),
    *("started_at", "finished_at", "delivered_at", "read_at"),
)


def messages_of(shop_id: int, order_id: int) -> list[MessageRow]:
    """Every message of an order, newest first, in three queries."""
    found = Message.objects.filter(shop_id=shop_id, order_id=order_id)
    return _rows(found.order_by("-happened_at", "-pk"))


def message_of(shop_id: int, message_id: int) -> MessageRow | None:
    """One message; None where the shop has none of that id."""
    return next(iter(_rows(Message.objects.filter(shop_id=shop_id, pk=message_id))), None)


def _rows(found: Any) -> list[MessageRow]:
    told = found.prefetch_related("decisions", "attempts_made")
    return [_message_row(message) for message in told]


def _message_row(message: Message) -> MessageRow:
    decisions = tuple(_decision_row(d) for d in sorted(message.decisions.all(), key=lambda d: d.pk))
    # A repeat says nothing of what became of the message itself.
    last = next((d for d in reversed(decisions) if d.code == message.code), None)
    made = sorted(message.attempts_made.all(), key=lambda attempt: attempt.number)
    return MessageRow(
        id=message.pk,
        state=MessageState(message.state),
        why=last.why if last else "",
        merged_into=message.merged_into_id,
        decisions=decisions,
        tries=tuple(_attempt_row(attempt) for attempt in made),
        **{name: getattr(message, name) for name in _COPIED},
    )


def _decision_row(made: Decision) -> DecisionRow:
    return DecisionRow(
        made.at, made.gate, made.outcome, made.code, explain(made.code, made.facts), made.facts
    )


def _attempt_row(attempt: Attempt) -> AttemptRow:
    return AttemptRow(**{name: getattr(attempt, name) for name in _TRIED})


class Counts(TypedDict):
    """How many messages came to which end."""

    sent: int
    not_sent: dict[str, int]  # by code
    unknown: int
    queued: int  # still to be sent


def counts(shop_id: int, since: datetime) -> Counts:
    """The ends of the messages made since then, in one query."""
    totals: Counts = {"sent": 0, "not_sent": {}, "unknown": 0, "queued": 0}
    found = Message.objects.filter(shop_id=shop_id, created_at__gte=since).order_by()
    for state, code, n in found.values_list("state", "code").annotate(n=Count("pk")):
        if state == MessageState.NOT_SENT:
            totals["not_sent"][code] = n
        elif state in {MessageState.SENT, MessageState.AWAITING}:
            totals["sent"] += n
        elif state == MessageState.UNKNOWN:
            totals["unknown"] += n
        else:
            totals["queued"] += n
    return totals
