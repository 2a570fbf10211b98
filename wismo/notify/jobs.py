"""Sending what is due. Each message is judged again, marked, handed over and recorded, one at a time.

A crash at any point loses and doubles nothing: before the mark commits, the lease ends and another run
takes the message; after it, nobody can tell whether the provider has it, so it becomes UNKNOWN.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from wismo.notify import actions, queries
from wismo.notify.actions import LEASE, Attempt, Judged
from wismo.notify.channels import open_channel, passport
from wismo.notify.journey import journeys
from wismo.notify.letter import write
from wismo.notify.port import Channel, LetterError, Outcome, Outgoing, Result
from wismo.notify.queries import Case
from wismo.notify.rules import Code, Ruling, Verdict, after_attempt, decide
from wismo.shops.queries import BrandFacts, brand_of

log = logging.getLogger(__name__)
BATCH = 200
PAUSE = timedelta(seconds=30)  # for the rest of a batch, where nobody answers or something breaks

sweep_lost = actions.sweep_lost


def dispatch(now: datetime, open_channel: Callable[[str], Channel] = open_channel) -> int:
    """Send, or decide not to send, one batch of due messages; how many came to an end."""
    # Without this look an idle worker would keep taking SQLite's write lock.
    if not queries.anything_due(now):
        return 0
    finished = sweep_lost(now)
    ids = actions.claim(now, BATCH)
    if not ids:
        return finished
    with ExitStack() as held:
        run = _Run(now + LEASE, _clock(now), open_channel, held)
        try:
            return finished + run.work(ids)
        except Exception:  # those it did not get to need not wait for their lease to end
            run.put_back(ids)
            raise


def _clock(now: datetime) -> Callable[[], datetime]:
    """The time as it goes on from `now`: a run may wait long for a slow provider."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that passed every gate, in its channel's form."""

    case: Case
    passed: Verdict
    language: str
    outgoing: Outgoing


@dataclass
class _Run:
    """One batch under one lease: its open channels, and the brands it has read."""

    lease: datetime
    clock: Callable[[], datetime]
    open_channel: Callable[[str], Channel]
    held: ExitStack
    channels: dict[str, Channel] = field(default_factory=dict)
    brands: dict[int, BrandFacts] = field(default_factory=dict)
    down: bool = False  # a provider does not answer: no use to go on

    def work(self, ids: list[int]) -> int:
        """Bring each to its end, or what is left back where nobody answers; how many came to an end."""
        stale = self.drop_stale(ids)
        finished = len(stale)
        for message_id in ids:
            finished += 0 if message_id in stale else self.send(message_id)
            if self.down:
                self.put_back(ids)
                break
        return finished

    def put_back(self, ids: list[int]) -> None:
        """Leave to a later run what this one did not get to."""
        actions.release(ids, self.lease, self.clock() + PAUSE)

    def drop_stale(self, ids: list[int]) -> frozenset[int]:
        """Finish in a handful of statements those that a gate stops already, so that a backlog is cheap."""
        now = self.clock()
        with transaction.atomic():
            ours = queries.cases(actions.lock(ids, self.lease), now)
            judged = [(case, _judge(case)) for case in ours.values()]
            stopped = [_judged(case, verdict) for case, verdict in judged if verdict.ruling is Ruling.STOP]
            actions.stop(stopped, now)
        return frozenset(judged.message_id for judged in stopped)

    def send(self, message_id: int) -> int:
        """Judge the message once more under its lock and hand it over; 1 if it came to an end."""
        now = self.clock()
        with transaction.atomic():
            case = queries.cases(actions.lock([message_id], self.lease), now).get(message_id)
            if case is None:
                return 0  # another run has it
            verdict, ready = self._prepare(case)
            if ready is None:
                actions.stop([_judged(case, verdict)], now)
                return 1
            actions.start_sending(message_id, now)
        return self._record(ready, self._hand_over(ready))

    def _prepare(self, case: Case) -> tuple[Verdict, _Ready | None]:
        verdict = _judge(case)
        if verdict.ruling is Ruling.STOP:
            return verdict, None
        channel, items = self._channel(case.channel), queries.items_of(case)
        try:
            letter = write(case, journeys()[case.journey], self._brand(case.shop_id), items)
            outgoing = channel.compose(letter)
        except LetterError as error:
            return _unwritten(str(error)), None
        except DatabaseError:  # not this message's fault
            raise
        except Exception as error:  # it would come first again, and hold up all behind it
            # No traceback: it may quote what a shop or buyer wrote.
            log.error("message %d cannot be written: %s", case.message_id, type(error).__name__)  # noqa: TRY400
            return _unwritten(type(error).__name__), None
        return verdict, _Ready(case, verdict, letter.language, outgoing)

    def _hand_over(self, ready: _Ready) -> Outcome:
        case = ready.case
        try:
            outcome = self._channel(case.channel).send(ready.outgoing)
        except Exception as error:  # whatever a channel breaks on, it may have been sent
            # No traceback: a mail library's may quote the address.
            log.error(  # noqa: TRY400
                "channel %s broke on message %d: %s", case.channel, case.message_id, type(error).__name__
            )
            return Outcome(Result.UNKNOWN, type(error).__name__)
        self.down = outcome.result is Result.DOWN
        return outcome

    def _record(self, ready: _Ready, outcome: Outcome) -> int:
        now, case, number = self.clock(), ready.case, ready.case.attempts + 1
        waits = passport(case.channel).retry_after
        verdict = after_attempt(outcome, number, replace(case.facts, now=now), waits)
        facts = {**ready.passed.facts, **verdict.facts, "channel": case.channel, "language": ready.language}
        attempt = Attempt(number, ready.language, ready.outgoing.subject, outcome.provider_id)
        actions.record(_judged(case, replace(verdict, facts=facts)), attempt, now)
        return int(verdict.ruling is not Ruling.WAIT)

    def _channel(self, key: str) -> Channel:
        if key not in self.channels:
            self.channels[key] = self.held.enter_context(closing(self.open_channel(key)))
        return self.channels[key]

    def _brand(self, shop_id: int) -> BrandFacts:
        if shop_id not in self.brands:
            self.brands[shop_id] = brand_of(shop_id)
        return self.brands[shop_id]


def _judge(case: Case) -> Verdict:
    journey = journeys().get(case.journey)
    if journey is None:
        return _unwritten(f"there is no journey {case.journey!r} any more")
    try:
        passport(case.channel)
    except ValueError as error:
        return _unwritten(str(error))
    return decide(case.facts, journey)


def _unwritten(why: str) -> Verdict:
    return Verdict("render", Ruling.STOP, Code.RENDER_ERROR, {"error": why})


def _judged(case: Case, verdict: Verdict) -> Judged:
    return Judged(case.shop_id, case.message_id, verdict)
