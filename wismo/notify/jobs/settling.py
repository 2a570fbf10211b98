"""What providers answered becomes what is recorded of messages, accounts and people."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from wismo.notify.actions import circuits, consequences, feed, outcomes, receipts
from wismo.notify.actions.circuits import Line
from wismo.notify.actions.consequences import Failed
from wismo.notify.actions.outcomes import Answered
from wismo.notify.channels import passports, providers
from wismo.notify.jobs.candidates import Ready
from wismo.notify.port import Outcome, Outgoing, Result
from wismo.notify.rules.attempts import Tried, after_attempt
from wismo.notify.rules.repeats import in_doubt, repeatable, tries_by
from wismo.notify.rules.verdict import Code, Ruling, Verdict


@dataclass(frozen=True, slots=True)
class Came:
    """One hand-over and what came of it."""

    ready: Ready
    outcome: Outcome

    @property
    def meant(self) -> Outcome:
        """What it says of the message: "not now" to a repetition leaves open what the first time did."""
        return in_doubt(self.outcome) if self.ready.candidate.again else self.outcome


def settle(came: Sequence[Came], now: datetime) -> int:
    """Record these answers with all that follows from them; how many messages came to an end.

    Receipts that came before are applied once the answers are committed: see receipts.apply.
    """
    ended, kept = _settle(came, now)
    receipts.apply_waiting(kept, now)
    return ended


@transaction.atomic
def _settle(came: Sequence[Came], now: datetime) -> tuple[int, Sequence[int]]:
    verdicts = [verdict_on(one, now) for one in came]
    feeds: dict[int, list[Outgoing]] = defaultdict(list)
    answers: dict[Line, list[Outcome]] = defaultdict(list)
    for one in came:
        answers[one.ready.candidate.line].append(one.outcome)
        if getattr(one.ready.provider, "local", False):
            feeds[one.ready.case.shop_id].append(one.ready.outgoing)
    kept = outcomes.record(
        [_answered(one, verdict) for one, verdict in zip(came, verdicts, strict=True)], now
    )
    for shop_id, taken in feeds.items():
        feed.keep(shop_id, taken, now)
    circuits.learn(answers, now)
    consequences.of_failures(list(_failures(came)), now)
    return sum(verdict.ruling is not Ruling.WAIT for verdict in verdicts), kept


def verdict_on(one: Came, now: datetime) -> Verdict:
    """What an answer means for its message."""
    ready, candidate = one.ready, one.ready.candidate
    waits, again = passports()[candidate.channel].retry_after, candidate.again
    tried = Tried(
        number=tries_by(again.started_at, now, waits) if again else ready.tried,
        step=candidate.step,
        now=now,
        expires_at=ready.case.facts.expires_at,
        waits=waits,
        seed=ready.case.message_id,
    )
    remembered = again is None or repeatable(again.started_at, now)
    if one.meant.result is Result.UNKNOWN and remembered and providers()[candidate.line.provider].idempotent:
        # It may be repeated under the same reference: the provider knows whether it has it.
        later = after_attempt(replace(one.outcome, result=Result.RETRY), tried, candidate.journey)
        if later.code == Code.RETRY:
            return later
    return after_attempt(one.meant, tried, candidate.journey)


def _answered(one: Came, verdict: Verdict) -> Answered:
    ready = one.ready
    facts = {**verdict.facts, "channel": ready.candidate.channel, "provider": ready.candidate.line.provider}
    account = ready.candidate.destination.account
    cost = _cost(one.outcome, account.price_micros, ready.outgoing.parts)
    return Answered(
        shop_id=ready.case.shop_id,
        message_id=ready.case.message_id,
        attempt_id=ready.attempt_id,
        step=ready.candidate.step,
        outcome=one.meant,
        verdict=Verdict(verdict.gate, verdict.ruling, verdict.code, facts, verdict.again_at),
        earlier=ready.earlier,
        cost_micros=cost,
        currency=account.currency if cost is not None else "",
    )


def _cost(outcome: Outcome, price: int | None, parts: int) -> int | None:
    """What a message that was taken costs; what was refused costs nothing."""
    return price * parts if price is not None and outcome.result is Result.SENT else None


def _failures(came: Sequence[Came]) -> Iterator[Failed]:
    """Of what was refused for good."""
    for one in came:
        candidate, outcome = one.ready.candidate, one.outcome
        if outcome.result is Result.REFUSED and outcome.failure is not None:
            yield Failed(
                shop_id=one.ready.case.shop_id,
                buyer_id=one.ready.case.buyer_id,
                channel=candidate.channel,
                digest=candidate.destination.place.digest,
                failure=outcome.failure,
                code=outcome.detail,
                journey=one.ready.case.key,
            )
