"""What a worker process does: each job in turn, again and again, resting only when nothing was due."""

import gc
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

log = logging.getLogger(__name__)
IDLE = 0.2  # seconds of rest when nothing was due
TROUBLE = 5.0  # seconds of rest after a job failed, so that a database that is down is not hammered


@dataclass(frozen=True, slots=True)
class Job:
    """A function that does a batch of due work and tells how much; `every` spaces out a sweep, in seconds."""

    name: str
    run: Callable[[datetime], int]
    every: float = 0.0


@dataclass(slots=True)
class Worker:
    """Runs jobs until `stop` is set. A batch begun is finished first."""

    jobs: Sequence[Job]
    stop: threading.Event = field(default_factory=threading.Event)
    _next: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Work until told to stop."""
        _settle()
        while not self.stop.is_set():
            done, failed = self._round()
            if failed or not done:
                self.stop.wait(TROUBLE if failed else IDLE)

    def until_idle(self) -> list[str]:
        """Work until nothing is due; the jobs that failed, which are not tried again."""
        _settle()
        trouble: list[str] = []
        while not self.stop.is_set():
            done, failed = self._round()
            trouble += failed
            self._next.update(dict.fromkeys(failed, math.inf))
            if not done:
                break
        return trouble

    def _round(self) -> tuple[int, list[str]]:
        """Each job once: how much was done, and which failed."""
        done, failed = 0, []
        for job in self.jobs:
            if time.monotonic() < self._next.get(job.name, 0.0):
                continue
            self._next[job.name] = time.monotonic() + job.every
            try:
                done += job.run(timezone.now())
            except Exception as error:
                failed.append(job.name)
                log.exception("job %s failed", job.name)
                if isinstance(error, DatabaseError):
                    close_old_connections()
        return done, failed


def _settle() -> None:
    """What is loaded by now stays: to look through it at each collection cost a sixth of all work."""
    gc.collect()
    gc.freeze()
