"""The log of a shop's messages, as its team reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wismo.notify.explain import explain
from wismo.notify.models import Message, MessageState


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """One message and its last decision."""

    id: int
    order_id: int | None
    order_number: str  # "" where it is about none
    shipment_id: int | None
    journey: str
    trigger: str  # the milestone or happening it tells of
    channel: str
    state: MessageState
    code: str
    why: str  # the last decision in words; "" while none was made
    language: str
    subject: str
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None


def log(
    shop_id: int, *, state: str = "", code: str = "", before: int | None = None, limit: int = 50
) -> list[LoggedMessage]:
    """Messages, newest first, starting below the id `before`; of one state or code where asked.

    A code without its detail ("superseded") finds every detail of it ("superseded:delivered").
    """
    rows = Message.objects.filter(shop_id=shop_id)
    if state:
        rows = rows.filter(state=state)
    if code:
        rows = rows.filter(code=code) | rows.filter(code__startswith=f"{code}:")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = rows.select_related("order").prefetch_related("decisions").order_by("-pk")[:limit]
    return [_logged(message) for message in found]


def unknown_count(shop_id: int) -> int:
    """Messages of which nobody can tell whether they were sent."""
    return Message.objects.filter(shop_id=shop_id, state=MessageState.UNKNOWN).count()


def own(shop_id: int, message_ids: Iterable[int]) -> frozenset[int]:
    """Which of these messages are the shop's."""
    rows = Message.objects.filter(shop_id=shop_id, pk__in=list(message_ids))
    return frozenset(rows.values_list("pk", flat=True))


def _logged(message: Message) -> LoggedMessage:
    made = sorted(message.decisions.all(), key=lambda d: d.pk, reverse=True)
    last = next((d for d in made if d.code == message.code), None)
    return LoggedMessage(
        id=message.pk,
        order_id=message.order_id,
        order_number=message.order.number if message.order else "",
        shipment_id=message.shipment_id,
        journey=message.journey,
        trigger=message.trigger,
        channel=message.channel,
        state=MessageState(message.state),
        code=message.code,
        why=explain(last.code, last.facts) if last else "",
        language=message.language,
        subject=message.subject,
        due_at=message.due_at,
        created_at=message.created_at,
        finished_at=message.finished_at,
    )
