"""A group of messages under its locks: what every gate says of each, and what is to be written of it."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import DatabaseError

from wismo.notify.actions import limits
from wismo.notify.actions.alerts import Alert, unknown_alert
from wismo.notify.actions.circuits import may_probe
from wismo.notify.actions.decisions import Judged
from wismo.notify.actions.limits import Purse
from wismo.notify.actions.sending import End, Start
from wismo.notify.channels import providers
from wismo.notify.jobs.candidates import Candidate, Ready
from wismo.notify.jobs.desk import Desk
from wismo.notify.letter import draw
from wismo.notify.models import MessageState
from wismo.notify.port import LetterError
from wismo.notify.queries.attempts import History, Made
from wismo.notify.queries.cases import Case
from wismo.notify.rules.endings import stopped_state
from wismo.notify.rules.facts import SentBefore
from wismo.notify.rules.gates import decide
from wismo.notify.rules.repeats import repeatable
from wismo.notify.rules.verdict import Code, Judgement, Ruling, Verdict

log = logging.getLogger(__name__)
_AGAIN = frozenset({"route", "quiet"})  # gates that another step of the route is asked anew


@dataclass
class Group:
    """What is decided of a group, until it is written."""

    made: History
    purse: Purse
    desk: Desk
    now: datetime
    judged: list[Judged] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    waits: dict[int, Verdict] = field(default_factory=dict)
    starts: list[Start] = field(default_factory=list)
    ready: list[Ready] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    _told: dict[int, list[SentBefore]] = field(default_factory=lambda: defaultdict(list))

    def judge(self, ours: Iterable[Case], others: Iterable[Case]) -> None:
        """Decide about every one of ours; others are only looked at where they become one with ours."""
        lots: dict[tuple[int, str], list[Case]] = defaultdict(list)
        mine = sorted(ours, key=_urgency)
        for case in (*mine, *sorted(others, key=_urgency)):
            lots[case.shop_id, _lot_of(case)].append(case)
        ids = {case.message_id for case in mine}
        for lot in lots.values():
            self._lot(lot, ids)

    def _lot(self, lot: Sequence[Case], mine: Collection[int]) -> None:
        """Messages that become one: the first of those still true leads, and speaks for the others."""
        passed = []
        for case in lot:
            judgement = self._decide(case)
            if judgement.passed:
                passed.append((case, judgement))
            elif case.message_id in mine:
                self._settle(case, judgement.verdicts)
        leader: Case | None = None
        for case, judgement in passed:
            if leader is not None:
                self._merge(case, judgement, leader)
            elif case.message_id in mine and self._go(case, judgement, len(passed) + self._spoken_for(case)):
                leader = case

    def _spoken_for(self, case: Case) -> int:
        """Messages that became one with it before an earlier hand-over."""
        return self.made.members(case.message_id)

    def _decide(self, case: Case) -> Judgement:
        if case.journey is None:
            return Judgement((unwritten(f"there is no journey {case.key!r} any more"),))
        facts = case.facts
        if case.journey.cap is not None and case.buyer_id in self._told:
            facts = replace(facts, sent=(*facts.sent, *self._told[case.buyer_id]))
        return decide(facts, case.journey)

    def _merge(self, case: Case, judgement: Judgement, leader: Case) -> None:
        verdict = Verdict("merge", Ruling.STOP, Code.MERGED, {"message": leader.message_id})
        self._keep(case, [*judgement.verdicts, verdict])
        state = MessageState.NOT_SENT.value
        self.ends.append(End(case.message_id, state, Code.MERGED, leader.message_id))

    def _settle(self, case: Case, verdicts: Sequence[Verdict]) -> None:
        """The message is not handed over now: it waits, or has come to its end."""
        self._keep(case, verdicts)
        last = verdicts[-1]
        if last.ruling is Ruling.WAIT:
            self.waits[case.message_id] = last
            return
        state = stopped_state(self.made.furthest(case.message_id))
        if state == MessageState.UNKNOWN:
            told = (case.shop_id, case.message_id, case.key, case.row["channel"])
            self.alerts.append(unknown_alert(*told))
        codes = {MessageState.SENT.value: Code.SENT, MessageState.UNKNOWN.value: Code.UNKNOWN}
        self.ends.append(End(case.message_id, state, str(codes.get(MessageState(state), last.code))))

    def _keep(self, case: Case, verdicts: Sequence[Verdict]) -> None:
        self.judged += [Judged(case.shop_id, case.message_id, verdict) for verdict in verdicts]

    def _go(self, case: Case, judgement: Judgement, count: int) -> bool:
        """Bring the message to its provider's form, by the first step that can; whether one could."""
        verdicts, step, journey = list(judgement.verdicts), judgement.step, case.journey
        again = self.made.last_open(case.message_id)
        reference = again.reference if again else str(uuid4())
        while step is not None and journey is not None:
            said = self._try(Candidate(case, journey, step, reference, again, count))
            verdicts += said
            if said[-1].ruling is Ruling.PASS:
                self._keep(case, verdicts)
                return True
            if said[-1].gate != "render" or again is not None or step + 1 >= len(journey.route):
                break
            after = decide(replace(case.facts, step=step + 1), journey)
            verdicts += [verdict for verdict in after.verdicts if verdict.gate in _AGAIN]
            step = after.step if after.passed else None
        self._settle(case, verdicts)
        return False

    def _try(self, candidate: Candidate) -> list[Verdict]:
        """The last gates: the provider's pace, and the text. Where both let it pass, it is ready."""
        held = self._held(candidate)
        if held is not None:
            return [held]
        seen = {"provider": candidate.line.provider}
        return [Verdict("bucket", Ruling.PASS, facts=seen), self._render(candidate)]

    def _held(self, candidate: Candidate) -> Verdict | None:
        """Why it cannot be handed over this moment; None where it can."""
        case, again, provider = candidate.case, candidate.again, candidate.line.provider
        account, seen = candidate.destination.account, {"provider": candidate.line.provider}
        if again is not None and (why := _unrepeatable(again, provider, self.now)):
            return Verdict("send", Ruling.STOP, Code.UNKNOWN, {**seen, "detail": why})
        if not may_probe(account, self.now):
            return Verdict("bucket", Ruling.WAIT, Code.RESTING, seen, self.now + limits.LATER)
        keys = limits.keys_of(case.shop_id, provider, candidate.destination.place.digest, case.lane)
        turn = self.purse.take(keys, case.lane, reserved=case.row["code"] == Code.RATE_WAIT)
        if turn is None:
            return None
        expires_at = case.facts.expires_at
        if expires_at is not None and turn.at >= expires_at:
            return Verdict("bucket", Ruling.STOP, Code.TOO_OLD, {**seen, **_ages(case)})
        # Only who has a token kept for them, or has stood in the queue, may come back by this bare code.
        code = Code.RATE_WAIT if turn.reserved else Code.RATE_WAIT.of("later")
        return Verdict("bucket", Ruling.WAIT, code, seen, turn.at)

    def _render(self, candidate: Candidate) -> Verdict:
        try:
            provider = self.desk.provider(candidate.destination.account)
            drawn = draw(candidate.case, candidate.drawing)
            outgoing = provider.compose(drawn.letter)
        except LetterError as error:
            return unwritten(str(error))
        except DatabaseError:  # not this message's fault
            raise
        except Exception as error:  # it would come first again, and hold up all behind it
            # No traceback: it may quote what a shop or buyer wrote.
            pk, name = candidate.case.message_id, type(error).__name__
            log.error("message %d cannot be written: %s", pk, name)  # noqa: TRY400
            return unwritten(name)
        self.starts.append(candidate.start(drawn, outgoing))
        self.ready.append(candidate.ready(provider, outgoing, self.made))
        if drawn.trouble:
            self.alerts.append(candidate.broken(drawn.trouble))
        self._count(candidate)
        seen = {"language": drawn.letter.language, "wording": drawn.wording}
        return Verdict(
            "render", Ruling.PASS, facts=seen | ({"count": c} if (c := candidate.count) > 1 else {})
        )

    def _count(self, candidate: Candidate) -> None:
        """What the caps of this buyer's other messages in the group count."""
        cap, buyer_id = candidate.journey.cap, candidate.case.buyer_id
        if cap is not None and buyer_id is not None:
            self._told[buyer_id].append(SentBefore(cap.group, self.now))


def _lot_of(case: Case) -> str:
    """What it may become one with. Whatever was handed over stays by itself: a provider may have it."""
    return str(case.message_id) if case.row["attempts"] else case.row["collapse_key"] or str(case.message_id)


def _unrepeatable(again: Made, provider: str, now: datetime) -> str:
    """Why a hand-over cannot be repeated, however long it waited for its turn; "" where it can."""
    if again.provider != provider:
        return "another provider"
    if not providers()[provider].idempotent:
        return "no repetition"
    return "" if repeatable(again.started_at, now) else "forgotten by the provider"


def _urgency(case: Case) -> tuple[Any, ...]:
    return case.lane, case.row["due_at"], case.message_id


def _ages(case: Case) -> dict[str, str]:
    expires_at = case.facts.expires_at
    expired_at = expires_at.isoformat() if expires_at else ""
    return {"happened_at": case.facts.happened_at.isoformat(), "expired_at": expired_at}


def unwritten(why: str) -> Verdict:
    """The verdict on a message that cannot be written."""
    return Verdict("render", Ruling.STOP, Code.RENDER_ERROR, {"error": why[:200]})
