"""What is read of messages: the cases a dispatcher judges, and what the console shows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Q

from wismo.notify.explain import explain
from wismo.notify.models import Message, MessageState
from wismo.notify.port import LetterItem
from wismo.notify.rules import Facts, Reached
from wismo.orders.models import OrderLine
from wismo.tracking.models import Shipment
from wismo.tracking.queries.contents import contents
from wismo.tracking.queries.expected import expected_on
from wismo.tracking.queries.milestones import reached
from wismo.vocabulary.status import Leg, Status

_MESSAGE = (
    *("pk", "shop_id", "order_id", "shipment_id", "journey", "channel", "attempts", "created_at"),
    *("happened_at", "expires_at", "order__cancelled_at", "order__number", "order__promised_on"),
    *("order__timezone", "order__buyer__email", "order__buyer__language"),
)
_PARCEL = (
    *("pk", "order_id", "base_leg", "leg", "status", "late", "eta", "milestones", "items"),
    *("carrier", "tracking_number"),
)
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A message with all it takes to judge and to write it, as things stand now."""

    message_id: int
    shop_id: int
    order_id: int
    shipment_id: int | None
    journey: str
    channel: str
    attempts: int
    created_at: datetime
    facts: Facts
    number: str
    promised_on: date | None
    expected_on: date | None
    carrier: str  # its id; "" where the message is about an order
    tracking_number: str
    timezone: str  # of the destination; "" where unknown
    email: str = field(repr=False)
    language: str  # the buyer's; "" where unknown
    told_items: tuple[_Row, ...]  # of the parcel, as its shop told them; empty: all of the order


def anything_due(now: datetime) -> bool:
    """Whether a dispatcher has anything to do; one look, no lock."""
    due = Q(state=MessageState.QUEUED, due_at__lte=now)
    left = Q(state__in=(MessageState.CLAIMED, MessageState.SENDING), lease_until__lt=now)
    return Message.objects.filter(due | left).exists()


def cases(ids: Sequence[int], now: datetime) -> dict[int, Case]:
    """The cases of these messages, by id, in two queries. A dispatcher works for all shops at once."""
    rows = list(Message.objects.filter(pk__in=ids).values(*_MESSAGE))
    shops, orders = {row["shop_id"] for row in rows}, {row["order_id"] for row in rows}
    parcels: dict[int, list[_Row]] = defaultdict(list)
    for parcel in Shipment.objects.filter(shop_id__in=shops, order_id__in=orders).values(*_PARCEL):
        parcels[parcel["order_id"]].append(parcel)
    return {row["pk"]: _case(row, parcels[row["order_id"]], now) for row in rows}


def _case(row: _Row, of_order: Sequence[_Row], now: datetime) -> Case:
    parcel = next((p for p in of_order if p["pk"] == row["shipment_id"]), None)
    about = [parcel] if parcel else [p for p in of_order if p["base_leg"] == Leg.FORWARD]
    facts = Facts(
        now=now,
        happened_at=row["happened_at"],
        expires_at=row["expires_at"],
        cancelled_at=row["order__cancelled_at"],
        leg=Leg(parcel["leg"]) if parcel else None,
        status=Status(parcel["status"]) if parcel else None,
        late=parcel["late"] if parcel else None,
        milestones=_reached(about),
        usable_address=_is_email(row["order__buyer__email"]),
    )
    promised = row["order__promised_on"]
    return Case(
        message_id=row["pk"],
        **{name: row[name] for name in ("shop_id", "order_id", "shipment_id", "journey", "channel")},
        attempts=row["attempts"],
        created_at=row["created_at"],
        facts=facts,
        number=row["order__number"],
        promised_on=promised,
        expected_on=expected_on(parcel["eta"], promised, late=parcel["late"]) if parcel else promised,
        carrier=parcel["carrier"] if parcel else "",
        tracking_number=parcel["tracking_number"] if parcel else "",
        timezone=row["order__timezone"],
        email=row["order__buyer__email"],
        language=row["order__buyer__language"],
        told_items=tuple(parcel["items"]) if parcel else (),
    )


def _reached(parcels: Iterable[_Row]) -> tuple[Reached, ...]:
    return tuple(Reached(name, at) for parcel in parcels for name, _, at in reached(parcel["milestones"]))


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def items_of(case: Case) -> tuple[LetterItem, ...]:
    """What the message is about: the parcel's contents, or all that was ordered."""
    lines = list(OrderLine.objects.filter(shop_id=case.shop_id, order_id=case.order_id))
    found = contents(case.told_items, lines)
    return tuple(LetterItem(item.title, item.variant, item.quantity) for item in found)


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
class MessageRow:
    """A message as the console shows it, with its decisions in the order they were made."""

    id: int
    journey: str
    milestone: str
    episode: str
    shipment_id: int | None
    channel: str
    state: MessageState
    code: str
    why: str  # the last decision in words; "" while none was made
    language: str
    subject: str
    attempts: int
    happened_at: datetime
    due_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None
    decisions: tuple[DecisionRow, ...]


def messages_of(shop_id: int, order_id: int) -> list[MessageRow]:
    """Every message of an order, newest first, in two queries."""
    found = Message.objects.filter(shop_id=shop_id, order_id=order_id).prefetch_related("decisions")
    return [_message_row(message) for message in found.order_by("-happened_at", "-pk")]


def _message_row(message: Message) -> MessageRow:
    decisions = tuple(
        DecisionRow(d.at, d.gate, d.outcome, d.code, explain(d.code, d.facts), d.facts)
        for d in sorted(message.decisions.all(), key=lambda d: d.pk)
    )
    # A repeat says nothing of what became of the message itself.
    last = next((d for d in reversed(decisions) if d.code == message.code), None)
    copied = ("journey", "milestone", "episode", "shipment_id", "channel", "code", "language", "subject")
    times = ("attempts", "happened_at", "due_at", "expires_at", "finished_at")
    return MessageRow(
        id=message.pk,
        state=MessageState(message.state),
        why=last.why if last else "",
        decisions=decisions,
        **{name: getattr(message, name) for name in (*copied, *times)},
    )


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
        elif state == MessageState.SENT:
            totals["sent"] += n
        elif state == MessageState.UNKNOWN:
            totals["unknown"] += n
        else:
            totals["queued"] += n
    return totals
