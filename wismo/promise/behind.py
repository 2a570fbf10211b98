"""Dates that were shown, written to the ledger behind their answers: in bulk, at most a second later.

What is lost with a process, or finds no room, is not lost to an order: the id it brings holds it.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence

from django.db import DatabaseError, connection
from django.utils import timezone

from wismo.plumbing import limits
from wismo.promise.actions.ledger import write
from wismo.promise.signing import Shown

log = logging.getLogger(__name__)

ROOM = 20_000  # dates that may wait
EVERY = 0.2  # seconds between two looks
BATCH = 250  # dates a statement: so short that no request waits for it to be made
DROPPED = "promises not kept"  # the name of the tally

Row = tuple[int, Shown]  # of this shop


class Behind:
    """A queue with an end, and a thread that empties it."""

    def __init__(
        self, keep: Callable[[Sequence[Row]], None] = write, *, room: int = ROOM, every: float = EVERY
    ) -> None:
        """`keep` writes rows; `room` dates may wait; every `every` seconds they are written."""
        self._keep, self._room, self._every = keep, room, every
        self._waiting: deque[Row] = deque()
        self._dropped: Counter[int] = Counter()
        self.stop = threading.Event()
        self._lock = threading.Lock()  # of the count alone
        self._writing = threading.Lock()

    def put(self, shop_id: int, shown: Shown) -> None:
        """Let the date be written soon; where there is no more room it is counted and dropped."""
        if len(self._waiting) < self._room:
            self._waiting.append((shop_id, shown))
        else:
            self._drop([shop_id])

    def flush(self) -> int:
        """Write all that waits; how many were written."""
        written = 0
        with self._writing:
            while batch := self._next():
                written += self._write(batch)
            self._tell_dropped()
        return written

    def start(self) -> threading.Thread:
        """Write in a thread of its own from now on; when `stop` is set or the process ends, the rest, too."""
        thread = threading.Thread(target=self._run, name="ledger")
        thread.start()
        return thread

    def _run(self) -> None:
        # At its end the interpreter waits for this thread, once the main one is over.
        main = threading.main_thread()
        while main.is_alive() and not self.stop.wait(self._every):
            self.flush()
        self.flush()
        connection.close()

    def _next(self) -> list[Row]:
        return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _write(self, batch: Sequence[Row]) -> int:
        try:
            self._keep(batch)
        except Exception as error:  # whatever a row breaks on: the thread must go on
            log.warning("%s shown dates were not kept: %s", len(batch), error)
            self._drop([shop_id for shop_id, _ in batch])
            connection.close()
            return 0
        return len(batch)

    def _drop(self, shop_ids: Sequence[int]) -> None:
        with self._lock:
            self._dropped.update(shop_ids)

    def _tell_dropped(self) -> None:
        """Count what was dropped where every process sees it; while the database is away, later."""
        with self._lock:
            told, self._dropped = self._dropped, Counter()
        try:
            while told:
                shop_id, dropped = told.popitem()
                limits.count(shop_id, DROPPED, "", now=timezone.now(), by=dropped)
        except DatabaseError:
            with self._lock:
                self._dropped.update(told | Counter({shop_id: dropped}))


LEDGER = Behind()
