"""A provider on this machine that misbehaves as told: busy, broken, silent after it took a message, gone.

It remembers what it took. Told a reference that it knows, it takes nothing twice, as providers do that offer
an idempotency key; `receipts` are what it would tell of what it took, doubled and in any order.
"""

import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


class Fault(StrEnum):
    """What the provider does with a request."""

    NONE = "none"  # takes it and says so
    BUSY = "busy"  # 429, try again
    BROKEN = "broken"  # 503
    REFUSED = "refused"  # 400
    CONFIG = "config"  # 401
    SILENT = "silent"  # takes it, and hangs up before it says so
    HANG_UP = "hang_up"  # hangs up before it takes it


@dataclass(frozen=True)
class Taken:
    """A message the provider took."""

    path: str
    reference: str
    order: str  # the order's number, as far as the message says it
    told: Mapping[str, Any]
    id: str  # the provider's own
    at: float  # by the clock of the machine


@dataclass
class Simulator:
    """Answers by its script, else by chance."""

    script: deque[Fault] = field(default_factory=deque)
    chances: Mapping[Fault, float] = field(default_factory=dict)
    retry_after: str = ""
    delay: float = 0.0  # seconds that it takes for each
    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)  # by reference
    draw: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  repeatable
    held: threading.Event | None = None  # where set, answers wait for it
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self) -> Fault:
        """What befalls the next request."""
        if self.script:
            return self.script.popleft()
        chance = self.draw.random()
        for fault, share in self.chances.items():
            chance -= share
            if chance < 0:
                return fault
        return Fault.NONE

    def take(self, path: str, told: Mapping[str, Any]) -> Taken:
        """Keep the message, once a reference."""
        reference = str(told.get("reference") or told.get("foreign_id") or "")
        with self.lock:
            known = next((one for one in self.taken if one.reference == reference), None)
            if known is not None and path == "/idempotent":
                return known
            order = str(told.get("order") or told.get("to", ""))
            one = Taken(path, reference, order, dict(told), f"sim-{len(self.taken) + 1}", time.time())
            self.taken.append(one)
            return one

    def orders(self, path: str = "") -> Counter[str]:
        """How often a message about each order was taken."""
        return Counter(one.order for one in self.taken if not path or one.path == path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        simulator = self.server.simulator
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # its sender was killed while it spoke
            self.close_connection = True
            return
        told = self._told(body)
        if simulator.held is not None:
            simulator.held.wait(10)
        time.sleep(simulator.delay)
        with simulator.lock:
            fault = simulator.fault()
            simulator.asked[str(told.get("reference") or told.get("foreign_id") or "")] += 1
        if fault is Fault.HANG_UP:
            self.close_connection = True
            return
        if fault in _STATUS:
            self._answer(_STATUS[fault], b"{}")
            return
        one = simulator.take(self.path, told)
        if fault is Fault.SILENT:
            self.close_connection = True
            return
        self._answer(200, json.dumps({"id": one.id}).encode())

    def _told(self, body: bytes) -> dict[str, Any]:
        if "json" in self.headers.get("Content-Type", ""):
            found: dict[str, Any] = json.loads(body)
            return found
        return dict(parse_qsl(body.decode()))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429 and self.server.simulator.retry_after:
            self.send_header("Retry-After", self.server.simulator.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


_STATUS = {Fault.BUSY: 429, Fault.BROKEN: 503, Fault.REFUSED: 400, Fault.CONFIG: 401}


class _Server(ThreadingHTTPServer):
    simulator: Simulator
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_args: Any) -> None:
        """A sender may be killed while it speaks to us."""


@contextmanager
def a_simulator(**told: Any) -> Iterator[Simulator]:
    """A provider that listens until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.simulator = simulator = Simulator(**told)
    simulator.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield simulator
    finally:
        if simulator.held is not None:
            simulator.held.set()
        server.shutdown()
        server.server_close()
        thread.join()
