"""Sending what is due: judged in groups under their locks, marked, handed over many at once, and recorded.

A crash at any point loses and doubles nothing: before the mark commits, the lease ends and another run takes
the message; after it, nobody can tell whether the provider has it, and jobs/reconcile.py finds out.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from wismo.notify.actions import claims
from wismo.notify.actions.claims import LEASE
from wismo.notify.jobs.candidates import Ready
from wismo.notify.jobs.desk import Desk, Open, open_provider
from wismo.notify.jobs.preparing import prepare
from wismo.notify.jobs.settling import Came, settle
from wismo.notify.port import Outcome, Result
from wismo.notify.queries.due import anything_due
from wismo.notify.words import Lane
from wismo.vocabulary.text import keepable

log = logging.getLogger(__name__)
GROUP = 128  # messages judged under one lock
HANDS = 256  # hand-overs at once: a provider that takes 100 ms then takes a thousand a second
ENOUGH = 32  # answers worth a transaction of their own while others are still out
TICK = 0.02  # seconds to wait for more answers than one
LONGEST = 10.0  # seconds of a run, so that the worker's other jobs have their turn
URGENT = (Lane.ACTION, Lane.DELIVERY, Lane.INFO, Lane.FEEDBACK)


def dispatch(now: datetime, opens: Open = open_provider) -> int:
    """Send, or decide not to send, what is due of all but marketing; how many messages came to an end."""
    return _dispatch(now, URGENT, opens)


def dispatch_marketing(now: datetime, opens: Open = open_provider) -> int:
    """The same of marketing, which has a lane of its own so that nothing waits behind a campaign."""
    return _dispatch(now, (Lane.MARKETING,), opens)


def _dispatch(now: datetime, lanes: Collection[Lane], opens: Open) -> int:
    # Without this look an idle worker would keep taking SQLite's write lock.
    if not anything_due(lanes, now):
        return 0
    with closing(Desk(opens)) as desk:
        run = _Run(lanes, _clock(now), desk)
        try:
            return run.work()
        finally:
            run.close()


def _clock(now: datetime) -> Callable[[], datetime]:
    """The time as it goes on from `now`: a run may wait long for a slow provider."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


class _Run:
    """One run: what is out with providers, and what came back and is not recorded yet."""

    def __init__(self, lanes: Collection[Lane], clock: Callable[[], datetime], desk: Desk) -> None:
        self.lanes, self.clock, self.desk = lanes, clock, desk
        self.hands = ThreadPoolExecutor(HANDS, thread_name_prefix="hand")
        self.back: SimpleQueue[Future[Came]] = SimpleQueue()
        self.out = self.ended = 0
        self.until = time.monotonic() + LONGEST

    def work(self) -> int:
        """Claim, hand over and record until nothing is due and nothing is out; how many came to an end."""
        while self._take() or self.out:
            if self.out:
                self._record(self._came())
        return self.ended

    def _take(self) -> bool:
        """Claim and prepare the next group, where there are hands for it; whether there was one."""
        if self.out > HANDS - GROUP or time.monotonic() > self.until:
            return False
        now = self.clock()
        ids = claims.claim(self.lanes, now, GROUP)
        if not ids:
            return False
        try:
            prepared = prepare(ids, now + LEASE, now, self.desk)
        except Exception:  # those it did not get to need not wait for their lease to end
            claims.release(ids, now + LEASE)
            raise
        for one in prepared.ready:
            self.hands.submit(hand_over, one).add_done_callback(self.back.put)
        self.out += len(prepared.ready)
        self.ended += prepared.ended
        return True

    def _came(self) -> list[Came]:
        """What came back by now: at least one, unless nothing does for a tick."""
        came: list[Came] = []
        patience = time.monotonic() + TICK
        while len(came) < min(ENOUGH, self.out):
            try:
                came.append(self.back.get(timeout=max(0.0, patience - time.monotonic())).result())
            except Empty:
                break
        while not self.back.empty():
            came.append(self.back.get().result())
        return came

    def _record(self, came: Sequence[Came]) -> None:
        if came:
            self.out -= len(came)
            self.ended += _settled(came, self.clock())

    def close(self) -> None:
        """Wait for what is still out, and record it as far as that can be done: only we know it."""
        self.hands.shutdown(wait=True)
        left = []
        while not self.back.empty():
            future = self.back.get()
            if future.exception() is None:
                left.append(future.result())
        self._record(left)


def _keepable(outcome: Outcome) -> Outcome:
    """The answer without what no database keeps, whatever a provider puts into its ids and codes."""
    detail, provider_id = keepable(outcome.detail), keepable(outcome.provider_id)
    return replace(outcome, detail=detail, provider_id=provider_id)


def _settled(came: Sequence[Came], now: datetime) -> int:
    """Record answers that nobody else knows: where that fails for all at once, one by one.

    It fails where two deadlock, and where one of them cannot be kept.
    """
    try:
        return settle(came, now)
    except Exception as error:
        if len(came) == 1:
            raise
        log.warning("%d answers are recorded one by one: %s", len(came), type(error).__name__)
    ended, failed = 0, None
    for one in came:
        try:
            ended += settle([one], now)
        except Exception as error:  # the others' must not be lost with it
            log.error("the answer on message %d is lost: %s", one.ready.case.message_id, type(error).__name__)  # noqa: TRY400
            failed = error
    if failed is not None:
        raise failed
    return ended


def hand_over(ready: Ready) -> Came:
    """Hand one message over. Runs beside many others, and touches no table."""
    try:
        return Came(ready, _keepable(ready.provider.send(ready.outgoing)))
    except Exception as error:  # whatever a channel breaks on, it may have been sent
        # No traceback: a library's may quote the address.
        log.error(  # noqa: TRY400
            "provider %s broke on message %d: %s",
            ready.candidate.line.provider,
            ready.case.message_id,
            type(error).__name__,
        )
        return Came(ready, Outcome(Result.UNKNOWN, type(error).__name__))
