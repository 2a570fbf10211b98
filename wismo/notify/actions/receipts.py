"""What providers say of messages they took: kept once, and an attempt only ever moves up by it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import transaction

from wismo.notify.actions import consequences
from wismo.notify.actions.alerts import AlertKind, close_alerts
from wismo.notify.actions.consequences import Failed, Told
from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.journey.model import Journey
from wismo.notify.models import Attempt, AttemptState, Message, MessageState, Receipt
from wismo.notify.port import HeardReceipt
from wismo.notify.queries.attempts import history
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.rules.after_receipts import Standing, Then, after_receipt
from wismo.notify.rules.endings import stopped_state
from wismo.notify.rules.receipts import moved
from wismo.notify.rules.verdict import Code, Ruling
from wismo.notify.words import Failure, ReceiptState
from wismo.plumbing.bulk import insert_new, update_rows

_MESSAGE = ("state", "code", "step", "due_at", "lease_until", "finished_at")
_NAMES = ("shop", "provider", "key", "attempt", "provider_id", "state", "code", "at", "received_at")


@transaction.atomic
def apply(shop_id: int, provider: str, heard: Sequence[HeardReceipt], now: datetime) -> None:
    """Keep these receipts and move their attempts. Told twice, or in whatever order, they say the same.

    One whose attempt has no answer yet, and so is not known by the provider's id, waits for it.
    """
    if not heard:
        return
    new = _unheard(shop_id, provider, heard)
    found = list(zip(new, _attempts(shop_id, provider, new), strict=True))
    rows = [(shop_id, provider, one.key[:250], pk, *_told_by(one, now)) for one, pk in found]
    insert_new(Receipt, _NAMES, rows)
    _move(shop_id, [(pk, one) for one, pk in found if pk], now)
    waiting = {one.provider_id[:200] for one, pk in found if not pk and one.provider_id}
    if waiting:
        # The answer may be committed beside this, neither seeing the other: whoever is last looks again.
        transaction.on_commit(partial(_look_again, shop_id, provider, waiting, now), robust=True)


def _unheard(shop_id: int, provider: str, heard: Sequence[HeardReceipt]) -> list[HeardReceipt]:
    """Each of these once, without those kept already: a signed one that is played back says nothing."""
    once: dict[str, HeardReceipt] = {}
    for one in heard:
        once.setdefault(one.key[:250], one)
    rows = Receipt.objects.filter(shop_id=shop_id, provider=provider, key__among=list(once))
    known = set(rows.values_list("key", flat=True))
    return [one for key, one in once.items() if key not in known]


def _look_again(shop_id: int, provider: str, provider_ids: Collection[str], now: datetime) -> None:
    named = Attempt.objects.filter(shop_id=shop_id, provider=provider, provider_id__in=provider_ids)
    apply_waiting(list(named.values_list("pk", flat=True)), now)


def _told_by(one: HeardReceipt, now: datetime) -> tuple[object, ...]:
    return (one.provider_id[:200], one.state.value, one.code[:60], one.at or now, now)


def _attempts(shop_id: int, provider: str, heard: Sequence[HeardReceipt]) -> list[int | None]:
    """The attempt each of these speaks of, if it is known; only of this shop.

    A provider's ids are its own. A reference is ours, and LINE has one webhook for two of its services.
    """
    ours = Attempt.objects.filter(shop_id=shop_id)
    references = {one.reference for one in heard if one.reference}
    ids = {one.provider_id for one in heard if one.provider_id}
    by_reference = dict(ours.filter(reference__in=references).values_list("reference", "pk"))
    by_id = dict(
        ours.filter(provider=provider, provider_id__in=ids).order_by("pk").values_list("provider_id", "pk")
    )
    return [by_reference.get(one.reference) or by_id.get(one.provider_id) for one in heard]


@transaction.atomic
def apply_waiting(attempt_ids: Collection[int], now: datetime) -> None:
    """Apply what came before these attempts' answers did, in one look where nothing waits."""
    told = Attempt.objects.filter(pk__among=list(attempt_ids)).exclude(provider_id="")
    names = ("shop_id", "provider", "provider_id", "pk")
    by_id = {(shop, provider, known): pk for shop, provider, known, pk in told.values_list(*names)}
    if not by_id:
        return
    rows = Receipt.objects.filter(
        attempt=None,
        shop_id__in={shop for shop, _, _ in by_id},
        provider_id__in={known for _, _, known in by_id},
    ).select_for_update(of=("self",))
    waiting: dict[int, list[tuple[int, HeardReceipt]]] = defaultdict(list)
    for row in rows.order_by("pk"):
        pk = by_id.get((row.shop_id, row.provider, row.provider_id))
        if pk is not None:
            waiting[row.shop_id].append((pk, _heard(row)))
            Receipt.objects.filter(pk=row.pk).update(attempt_id=pk)
    for shop_id, found in waiting.items():
        _move(shop_id, found, now)


def _heard(row: Receipt) -> HeardReceipt:
    return HeardReceipt(row.key, ReceiptState(row.state), row.at, row.provider_id, code=row.code)


@dataclass
class _Moving:
    """An attempt while its receipts are applied."""

    row: Attempt
    state: str
    code: str
    delivered_at: datetime | None
    read_at: datetime | None
    provider_id: str = ""  # told first by a receipt where the answer got lost
    failure: Failure | None = None

    def hear(self, one: HeardReceipt, now: datetime) -> bool:
        """Whether the receipt moved it."""
        before, at = self.state, one.at or now
        self.provider_id = self.provider_id or one.provider_id[:200]
        self.state = moved(self.state, one.state)
        if self.state == before:
            return False
        if self.state in {AttemptState.DELIVERED, AttemptState.READ}:
            self.delivered_at = self.delivered_at or at
            self.code = ""
        if self.state == AttemptState.READ:
            self.read_at = self.read_at or at
        if self.state == AttemptState.FAILED:
            self.code, self.failure = one.code[:60], one.failure
        return True


def _move(shop_id: int, found: Sequence[tuple[int, HeardReceipt]], now: datetime) -> None:
    attempts = {row.pk: row for row in Attempt.objects.filter(pk__in={pk for pk, _ in found})}
    messages = _locked({row.message_id for row in attempts.values()})
    fresh = Attempt.objects.filter(pk__in=attempts, message_id__in=messages)  # under their messages' locks
    moving = {
        row.pk: _Moving(row, row.state, row.code, row.delivered_at, row.read_at, row.provider_id)
        for row in fresh
    }
    told_of = [(moving[pk].row, one) for pk, one in found if pk in moving]
    for row, one in told_of:
        moving[row.pk].hear(one, now)
    journeys = journeys_of(shop_id)
    told = [_told(row, one, journeys.get(messages[row.message_id].journey)) for row, one in told_of]
    changed = [one for one in moving.values() if one.state != one.row.state]
    news = [
        one for one in moving.values() if one.state != one.row.state or one.provider_id != one.row.provider_id
    ]
    rows = [(m.row.pk, m.state, m.code, m.delivered_at, m.read_at, m.provider_id) for m in news]
    update_rows(Attempt, ("state", "code", "delivered_at", "read_at", "provider_id"), rows)
    _settle(shop_id, changed, messages, journeys, now)
    _click(told_of, now)
    consequences.of_receipts(shop_id, told, now)
    consequences.of_failures(
        [failed for one in changed if (failed := _failed(one, messages[one.row.message_id]))], now
    )


def _locked(ids: Collection[int]) -> Mapping[int, Message]:
    rows = Message.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def _told(row: Attempt, one: HeardReceipt, journey: Journey | None) -> Told:
    kind = journey.kind if journey else None
    return Told(row.channel, row.digest, one.state, one.soft, one.failure, kind, one.code)


def _click(told_of: Sequence[tuple[Attempt, HeardReceipt]], now: datetime) -> None:
    """A link was followed, as the provider saw it; the first time counts."""
    for row, one in told_of:
        if one.state is ReceiptState.CLICKED:
            Message.objects.filter(pk=row.message_id, clicked_at=None).update(clicked_at=one.at or now)


def _failed(one: _Moving, message: Message) -> Failed | None:
    if one.state != AttemptState.FAILED or one.failure is None:
        return None
    row = one.row
    whom = (message.shop_id, message.buyer_id, row.channel, row.digest)
    return Failed(*whom, failure=one.failure, code=one.code, journey=message.journey)


def _settle(
    shop_id: int,
    changed: Sequence[_Moving],
    messages: Mapping[int, Message],
    journeys: Mapping[str, Journey],
    now: datetime,
) -> None:
    """What the moved attempts mean for their messages, each judged by its journey as it holds now."""
    judged, settled = [], {}
    failed = {one.row.message_id for one in changed if one.state == AttemptState.FAILED}
    made = history([pk for pk in failed if messages[pk].attempts > 1])
    for one in changed:
        message = messages[one.row.message_id]
        last = one.row.number == message.attempts
        standing = Standing(message.state, message.step, last, now, message.expires_at)
        then = after_receipt(one.state, one.failure, one.code, standing, journeys.get(message.journey))
        if then.verdict is not None:
            facts = {**then.verdict.facts, "channel": one.row.channel, "attempt": one.row.number}
            judged.append(Judged(shop_id, message.pk, replace(then.verdict, facts=facts)))
        if then.state and then.verdict is not None:
            then = _taken_before(then, made.furthest(message.pk))
            settled[message.pk] = _moved_on(message, then, now)
    update_rows(Message, _MESSAGE, list(settled.values()))
    decide(judged, now)
    if settled:
        close_alerts(shop_id, AlertKind.UNKNOWN, [f"message {pk}" for pk in settled], now)


def _taken_before(then: Then, furthest: str) -> Then:
    """Where the last of several channels failed: what an earlier one took was sent."""
    if then.state != MessageState.NOT_SENT or stopped_state(furthest) != MessageState.SENT:
        return then
    return replace(then, state=MessageState.SENT.value)


def _moved_on(message: Message, then: Then, now: datetime) -> tuple[object, ...]:
    """The message's row as it stands then; the next receipt of the batch sees it so."""
    code = str(then.verdict.code) if then.verdict else ""
    if then.verdict and then.verdict.ruling is Ruling.STOP and then.state == MessageState.SENT:
        code = Code.SENT.value
    message.state, message.step = MessageState(then.state), then.step
    message.due_at = then.due_at or message.due_at
    ended = then.state in {MessageState.SENT, MessageState.NOT_SENT}
    message.finished_at = (message.finished_at or now) if ended else None
    return (message.pk, then.state, code, then.step, message.due_at, None, message.finished_at)
