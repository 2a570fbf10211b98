"""What becomes of messages at the hands of a dispatcher: every write, in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from wismo.notify.actions.alerts import AlertKind, close_alerts
from wismo.notify.actions.claims import LEASE
from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.models import Attempt, AttemptState, Message, MessageState
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.plumbing import audit
from wismo.plumbing.bulk import insert_new, update_rows

_OPEN = (AttemptState.SENDING, AttemptState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Start:
    """A hand-over that is about to begin: kept before the provider is called."""

    shop_id: int
    message_id: int
    buyer_id: int | None
    number: int  # of all the message's hand-overs, from 1
    step: int
    channel: str
    provider: str
    address_id: int | None
    digest: str
    reference: str
    wording: str
    language: str
    subject: str
    again: int | None = None  # the attempt that is repeated under the same reference


def start(starts: Sequence[Start], now: datetime) -> dict[int, int]:
    """From the commit of this on, these messages may have been sent; their attempts by message."""
    new = [one for one in starts if one.again is None]
    insert_new(Attempt, _ATTEMPT, [_attempt(one, now) for one in new])
    # Twice as fast as to make objects of them that know their ids.
    made = Attempt.objects.filter(reference__among=[one.reference for one in new])
    found = dict(made.values_list("message_id", "pk"))
    again = {one.message_id: one.again for one in starts if one.again is not None}
    if again:
        Attempt.objects.filter(pk__in=again.values()).update(state=AttemptState.SENDING)
    names = ("state", "lease_until", "attempts", "step", "channel", "language", "subject", "buyer")
    rows = [
        (one.message_id, MessageState.SENDING.value, now + LEASE, one.number, *_of(one)) for one in starts
    ]
    update_rows(Message, names, rows)
    return found | again


def _of(one: Start) -> tuple[object, ...]:
    return (one.step, one.channel, one.language, one.subject[:250], one.buyer_id)


_ATTEMPT = (
    *("shop", "message", "number", "channel", "provider", "address", "digest", "reference", "wording"),
    *("started_at", "state", "code", "provider_id", "currency"),
)


def _attempt(one: Start, now: datetime) -> tuple[object, ...]:
    whose = (one.shop_id, one.message_id, one.number, one.channel, one.provider, one.address_id, one.digest)
    return (*whose, one.reference, one.wording[:80], now, AttemptState.SENDING.value, "", "", "")


@dataclass(frozen=True, slots=True)
class End:
    """A message that goes no further: as it stands then, and the code that says why."""

    message_id: int
    state: str
    code: str
    merged_into: int | None = None


def finish(ends: Sequence[End], now: datetime) -> None:
    """These locked messages have come to their end."""
    names = ("state", "code", "merged_into", "lease_until", "finished_at")
    rows = [(end.message_id, end.state, end.code, end.merged_into, None, now) for end in ends]
    update_rows(Message, names, rows)


def put_off(waits: Mapping[int, Verdict], now: datetime) -> None:
    """These locked messages are looked at again when their verdicts say."""
    names = ("state", "code", "lease_until", "due_at")
    rows = [
        (message_id, MessageState.QUEUED.value, str(verdict.code), None, verdict.again_at or now)
        for message_id, verdict in waits.items()
    ]
    update_rows(Message, names, rows)


class Choice(StrEnum):
    """What a person says of a message whose fate is unknown."""

    ARRIVED = "arrived"
    AGAIN = "again"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class _Settled:
    """Where a choice puts message and attempt."""

    message: str
    attempt: str


_SETTLED = {
    Choice.ARRIVED: _Settled(MessageState.SENT.value, AttemptState.DELIVERED.value),
    Choice.AGAIN: _Settled(MessageState.QUEUED.value, AttemptState.FAILED.value),
    Choice.LEAVE: _Settled(MessageState.NOT_SENT.value, AttemptState.FAILED.value),
}


@transaction.atomic
def settle_by_hand(shop_id: int, message_id: int, choice: str, *, who: str, now: datetime) -> bool:
    """What a person decided of an unknown message; whether it still was one.

    Sent again, it passes every gate anew, and so may end as too old.
    """
    message = (
        Message.objects
        .select_for_update(of=("self",))
        .filter(shop_id=shop_id, pk=message_id, state=MessageState.UNKNOWN)
        .first()
    )
    if message is None:
        return False
    said = Choice(choice)
    then, ruling = _SETTLED[said], Ruling.WAIT if said is Choice.AGAIN else Ruling.DONE
    attempts = Attempt.objects.filter(message_id=message_id, state__in=_OPEN)
    attempts.update(state=then.attempt, code=Code.BY_HAND.value)
    ended = None if said is Choice.AGAIN else now
    Message.objects.filter(pk=message_id).update(
        state=then.message, code=Code.BY_HAND.value, due_at=now, lease_until=None, finished_at=ended
    )
    decide([Judged(shop_id, message_id, Verdict("hand", ruling, Code.BY_HAND, {"choice": said.value}))], now)
    close_alerts(shop_id, AlertKind.UNKNOWN, [f"message {message_id}"], now)
    did = f"settled an unknown message: {said.value}"
    audit.record(shop_id, who=who, did=did, subject=f"message {message_id}", now=now)
    return True
