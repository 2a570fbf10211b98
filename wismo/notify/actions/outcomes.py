"""What providers answered is recorded, in bulk and in the order the rows are locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.models import Attempt, AttemptState, Message, MessageState
from wismo.notify.port import Outcome, Result
from wismo.notify.rules.endings import state_after, stopped_state
from wismo.notify.rules.receipts import higher
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.plumbing.bulk import update_rows

GRACE = timedelta(seconds=60)  # for a receipt to tell what a time-out did not; WhatsApp's come within seconds
_MESSAGE = ("state", "code", "step", "due_at", "lease_until", "finished_at")
_ATTEMPT = ("state", "code", "provider_id", "finished_at", "delivered_at", "cost_micros", "currency")
_OF = {
    Result.SENT: AttemptState.ACCEPTED,
    Result.RETRY: AttemptState.RETRY,
    Result.DOWN: AttemptState.RETRY,
    Result.REFUSED: AttemptState.FAILED,
    Result.UNKNOWN: AttemptState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """One hand-over's answer, and the verdict on it."""

    shop_id: int
    message_id: int
    attempt_id: int
    step: int
    outcome: Outcome
    verdict: Verdict
    earlier: str = ""  # how far other hand-overs of the message came
    cost_micros: int | None = None  # of what was taken, where its price is known
    currency: str = ""


@transaction.atomic
def record(answers: Sequence[Answered], now: datetime) -> list[int]:
    """Keep what became of these hand-overs; the attempts that still exist.

    Only the one who handed it over knows, so this overrules whoever swept a lease that ended meanwhile; but
    not a receipt: what is delivered stays delivered.
    """
    messages = _locked([answer.message_id for answer in answers])
    rows_of = Attempt.objects.filter(pk__among=[answer.attempt_id for answer in answers])
    states = {pk: (state, at) for pk, state, at in rows_of.values_list("pk", "state", "delivered_at")}
    known = [
        a for a in answers if a.message_id in messages and a.attempt_id in states
    ]  # not erased meanwhile
    attempts, rows, judged = [], [], []
    for answer in known:
        state, delivered_at = states[answer.attempt_id]
        attempts.append(_attempt_row(answer, state, delivered_at, now))
        if _told_more(state):
            continue  # a receipt was faster, and settled the message
        rows.append(_message_row(answer, messages[answer.message_id], now))
        judged.append(Judged(answer.shop_id, answer.message_id, answer.verdict))
    update_rows(Attempt, _ATTEMPT, attempts)
    update_rows(Message, _MESSAGE, rows)
    decide(judged, now)
    return [answer.attempt_id for answer in known]


def _locked(ids: Sequence[int]) -> Mapping[int, datetime]:
    """When each of the messages is due, locked in the order of their ids."""
    rows = Message.objects.select_for_update(of=("self",)).filter(pk__among=list(ids)).order_by("pk")
    return dict(rows.values_list("pk", "due_at"))


def _told_more(state: str) -> bool:
    return state in {AttemptState.ACCEPTED, AttemptState.DELIVERED, AttemptState.READ, AttemptState.FAILED}


def _attempt_row(
    answer: Answered, state: str, delivered_at: datetime | None, now: datetime
) -> tuple[object, ...]:
    outcome = answer.outcome
    told = AttemptState.DELIVERED if outcome.delivered else _OF[outcome.result]
    reached = told.value if state == AttemptState.SENDING else higher(state, told.value)
    code = "" if outcome.result is Result.SENT else outcome.detail[:60]
    at = delivered_at or (now if outcome.delivered else None)
    told_of = (answer.attempt_id, reached, code, outcome.provider_id[:200], now, at)
    return (*told_of, answer.cost_micros, answer.currency)


def _message_row(answer: Answered, due_at: datetime, now: datetime) -> tuple[object, ...]:
    verdict = answer.verdict
    state = state_after(verdict)
    if verdict.ruling is Ruling.STOP and answer.earlier:
        state = stopped_state(answer.earlier)  # an earlier channel took it
    code = Code.SENT if state == MessageState.SENT else verdict.code
    waits = verdict.again_at is not None
    step = answer.step + 1 if verdict.code == Code.NEXT_CHANNEL else answer.step
    lease = now + GRACE if state == MessageState.SENDING else None
    finished = None if waits or lease else now
    return (answer.message_id, state, str(code), step, verdict.again_at or due_at, lease, finished)
