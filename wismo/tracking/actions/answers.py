"""What came of a request: in one transaction, the answer is kept as if pushed and the next request is set."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from wismo.carriers.port import Answer, Outcome
from wismo.plumbing import bulk, inbox
from wismo.tracking.actions.polls import WRITTEN, Turn, heard_of, save_gate, save_polls
from wismo.tracking.models import Poll, PollGate
from wismo.tracking.queries.polling import gate_of
from wismo.tracking.rules.polling import backoff, next_ask

REGISTERED = timedelta(minutes=10)  # what an aggregator needs to fetch a number it was just told
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)  # of a parcel whose request failed
FRESH = timedelta(hours=1)  # news so shortly after other news change nothing
_SAID = 300  # characters of an error that are kept
_FAILURES = (Outcome.DENIED, Outcome.BUSY, Outcome.FAILED)


@transaction.atomic
def settle(turn: Turn, answers: Sequence[Answer], chance: float, now: datetime) -> int:
    """Keep the answers to a turn's request and move its parcels on; how many were still ours to move.

    Waits count from `now`, after the request: a slow answer would else have its own pause behind it. Those
    whose lease ended meanwhile are another worker's: their answer is dropped, and comes again.
    """
    gate = PollGate.objects.select_for_update(no_key=True).filter(pk=turn.gate_id).first()
    if gate is None:
        return 0  # the account was removed
    polls = list(
        Poll.objects
        .filter(shop_id=turn.shop_id, pk__in=turn.parcels, lease_until=turn.lease)
        .select_for_update(of=("self",), no_key=True)
        .select_related("shipment")
        .only(*WRITTEN, "shop_id", "shipment__delivered_at", "shipment__ended")
        .order_by("pk")
    )
    told = {number: answer for answer in answers for number in answer.numbers}
    silence = Answer((), Outcome.ABSENT)
    for poll in polls:
        poll.lease_until = None
        _move(poll, turn, told.get(turn.parcels[poll.pk].number, silence), now, chance)
    for answer in answers:
        mine = [poll for poll in polls if turn.parcels[poll.pk].number in answer.numbers]
        if answer.outcome is Outcome.TOLD and mine and not turn.register:
            _keep(turn, answer, mine, now)
    save_polls(polls)
    _settle_gate(gate, turn, answers, now, chance)
    return len(polls)


def _move(poll: Poll, turn: Turn, answer: Answer, now: datetime, chance: float) -> None:
    """When it is asked about next. It is taken for silence here; whoever reads the answer knows of news."""
    outcome = answer.outcome
    if outcome in {Outcome.BUSY, Outcome.DENIED}:
        return  # no fault of this parcel's: it stays due, behind a gate that is shut
    if outcome is Outcome.FAILED or (outcome is Outcome.REFUSED and len(turn.parcels) > 1):
        pause = backoff(poll.attempts + 1, chance, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        poll.attempts += 1
        poll.error = answer.said[:_SAID]
        # Of many that were refused together one may be at fault: they are asked again at once, in halves.
        poll.due_at = now + pause if outcome is Outcome.FAILED else now
        return
    poll.attempts = 0
    poll.error = answer.said[:_SAID] if outcome is Outcome.REFUSED else ""
    if turn.register:
        # By the account as it was when asked: one entered anew since then is told the number anew.
        poll.registered_at, poll.due_at = turn.at, now + REGISTERED
        return
    poll.silent += 1 if poll.answered_at else 0  # the first answer has none before it to be no news to
    poll.answered_at, poll.due_at = now, next_ask(heard_of(poll), now)


def _keep(turn: Turn, answer: Answer, polls: Sequence[Poll], now: datetime) -> None:
    """Keep the answer's bytes in the inbox, unless each of its parcels was told the very same before."""
    digest = sha256(b"\0".join(answer.bodies)).hexdigest()[:32]
    if all(poll.answer == digest for poll in polls):
        return
    for poll in polls:
        poll.answer = digest
    for body in answer.bodies:
        inbox.keep(turn.shop_id, turn.account.source, body, headers={}, now=now)


def _settle_gate(row: PollGate, turn: Turn, answers: Sequence[Answer], now: datetime, chance: float) -> None:
    gate = gate_of(row)
    further = sum(answer.requests for answer in answers) - 1  # pages, tokens
    if further > 0:
        gate = gate.count(further, turn.rate, now)
    by_outcome = {answer.outcome: answer for answer in answers}
    worst = next((by_outcome[outcome] for outcome in _FAILURES if outcome in by_outcome), None)
    if worst is None:
        save_gate(row, gate.succeeded(turn.at, probe=turn.probe))
        return
    if worst.outcome is Outcome.DENIED:
        gate = gate.denied(now, chance)
    elif worst.outcome is Outcome.BUSY:
        gate = gate.busy(now, chance, worst.retry_after)
    else:
        gate = gate.failed(now, chance)
    save_gate(row, gate, error=worst.said[:_SAID], error_at=turn.at)


def heard(shop_ids: Collection[int], shipment_ids: Collection[int], now: datetime) -> None:
    """There was news of these shipments: ask soon again, also about those that rest or had expired.

    In the caller's transaction, which holds the shipments. Rows that would hardly change are not touched.
    """
    stale = Q(due_at=None) | Q(silent__gt=0) | Q(last_news_at__lt=now - FRESH)
    polls = list(
        Poll.objects
        .filter(stale, shop_id__in=shop_ids, shipment__id__among=shipment_ids)
        .select_for_update(of=("self",), no_key=True)
        .select_related("shipment")
        .only("due_at", "last_news_at", "silent", "shipment__delivered_at", "shipment__ended")
        .order_by("pk")
    )
    news = []
    for poll in polls:
        poll.last_news_at, poll.silent = now, 0
        due_at = next_ask(heard_of(poll), now)
        sooner = min(due_at, poll.due_at) if due_at and poll.due_at else due_at
        news.append((poll.pk, now, 0, None, sooner))
    bulk.update_rows(Poll, ("last_news_at", "silent", "expired_at", "due_at"), news)
