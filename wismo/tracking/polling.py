"""Asks carriers about parcels that are due and may be asked about, many at once, each settled as it comes."""

import logging
import time
import traceback
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom

from wismo.carriers.port import Answer, Fetcher, Outcome
from wismo.tracking.actions.answers import settle
from wismo.tracking.actions.enrol import enrol
from wismo.tracking.actions.expiry import expire
from wismo.tracking.actions.polls import Turn, claim

__all__ = ["enrol", "expire", "poll"]  # the jobs of the lane

log = logging.getLogger(__name__)
AT_ONCE = 16  # requests under way
TAKING = 10.0  # seconds of taking up more, then what is under way is waited for: a stop must not take long
_draw = SystemRandom().random


def poll(
    now: datetime,
    fetcher: Fetcher,
    chance: Callable[[], float] = _draw,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Ask about due parcels for a while; how many. Nothing is asked inside a transaction.

    A worker that dies meanwhile loses nothing: its leases end, and the same is asked again. `clock` counts
    the seconds that go by from `now` on.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="polling") as threads:
        return _Run(now, fetcher, threads).until_nothing_is_left(chance, clock)


@dataclass(slots=True)
class _Run:
    """Turns claimed and under way. One account's all come back before it is asked more.

    So a slow carrier takes up no more threads than it may be asked in a second, and leaves others theirs.
    """

    now: datetime
    fetcher: Fetcher
    threads: ThreadPoolExecutor
    under_way: dict[Future[list[Answer]], Turn] = field(default_factory=dict)
    asked: int = 0

    def until_nothing_is_left(self, chance: Callable[[], float], clock: Callable[[], float]) -> int:
        """Take up turns and settle their answers; how many parcels were asked about."""
        began = clock()
        self.take_up(self.now)
        while self.under_way:
            for done in wait(self.under_way, timeout=1.0, return_when=FIRST_COMPLETED).done:
                after = self.now + timedelta(seconds=clock() - began)
                settle(self.under_way.pop(done), done.result(), chance(), after)
            gone = clock() - began
            if gone < TAKING and len(self.under_way) < AT_ONCE:
                self.take_up(self.now + timedelta(seconds=gone))
        return self.asked

    def take_up(self, now: datetime) -> None:
        """Start what may be asked now."""
        busy = {turn.gate_id for turn in self.under_way.values()}
        for turn in claim(now, self.fetcher, AT_ONCE - len(self.under_way), busy):
            self.under_way[self.threads.submit(_ask, self.fetcher, turn)] = turn
            self.asked += len(turn.parcels)


def _ask(fetcher: Fetcher, turn: Turn) -> list[Answer]:
    parcels = list(turn.parcels.values())
    ask = fetcher.register if turn.register else fetcher.fetch
    try:
        return ask(turn.account, parcels)
    except Exception as error:
        # Not the error's own words: an address with a key in it may stand there.
        kind, where = type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
        log.error("asking %s broke with %s\n%s", turn.account.source, kind, where)  # noqa: TRY400
        numbers = tuple(parcel.number for parcel in parcels)
        return [Answer(numbers, Outcome.FAILED, said=f"asking broke with {kind}")]
