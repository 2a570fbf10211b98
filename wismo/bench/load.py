"""Child process: signed pushes over kept-open connections, so light that the cores are left to the server."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median, quantiles
from typing import Any

from wismo.bench.payloads import a_push
from wismo.carriers import registry
from wismo.carriers.signatures import sign

SOURCE = "delhivery"
CONNECTIONS = 24
WARM_UP = 0.5  # seconds
BODY = 1024  # bytes, as pushes with a long instruction have
_END = b"\r\n\r\n"
_GOOD = (b"200", b"202")


def run(host: str, port: int, key: str, secret: str, seconds: float, rounds: int) -> dict[str, Any]:
    """Constant and door in turn, so that a busy neighbour slows both; medians of the rounds' rates."""
    bodies = [a_push(n, datetime.now(UTC), size=BODY) for n in range(1000)]
    constant = [request(host, port, "/bench/constant", secret, body) for body in bodies]
    door = [request(host, port, f"/hooks/{key}/{SOURCE}", secret, body) for body in bodies]
    warm = [play(host, port, requests, WARM_UP) for requests in (constant, door)]
    pairs = [(play(host, port, constant, seconds), play(host, port, door, seconds)) for _ in range(rounds)]
    doors = [warm[1], *(pair[1] for pair in pairs)]
    taken = [moment for _, played in pairs for moment in played.taken]
    return {
        "requests_per_s": round(median(door.rate for _, door in pairs)),
        "constant_per_s": round(median(constant.rate for constant, _ in pairs)),
        "ratio_to_constant": round(median(door.rate / constant.rate for constant, door in pairs), 3),
        "p99_ms": round(quantiles(taken, n=100)[98] * 1000, 1),
        "accepted": sum(len(played.taken) for played in doors),
    }


@dataclass
class Played:
    """One round of requests to one address, and how it went."""

    requests: Sequence[bytes]
    ends_at: float
    taken: list[float] = field(default_factory=list)  # seconds, one a request
    sent: int = 0
    rate: float = 0.0  # requests a second

    def next_request(self) -> bytes:
        """The next one, round and round."""
        self.sent += 1
        return self.requests[self.sent % len(self.requests)]


def play(host: str, port: int, requests: Sequence[bytes], seconds: float) -> Played:
    """Send these requests, round and round, for so long."""
    began = time.perf_counter()
    played = Played(requests, began + seconds)
    asyncio.run(_connect(host, port, played))
    played.rate = len(played.taken) / (time.perf_counter() - began)
    return played


async def _connect(host: str, port: int, played: Played) -> None:
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    for end in ends:
        await loop.create_connection(partial(_Sender, played, end), host, port)
    await asyncio.gather(*ends)


class _Sender(asyncio.Protocol):
    """One connection: a request, its answer, the next request, until the round is over."""

    def __init__(self, played: Played, end: "asyncio.Future[None]") -> None:
        self.played, self.end = played, end
        self.answer = b""
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport: Any = transport
        self._send()

    def _send(self) -> None:
        self.began = time.perf_counter()
        self.transport.write(self.played.next_request())

    def data_received(self, data: bytes) -> None:
        """Count a whole answer, and go on."""
        self.answer += data
        head, end, body = self.answer.partition(_END)
        if not end or len(body) < _length(head):
            return
        if head[9:12] not in _GOOD:
            self._finish(ConnectionError(f"not accepted: {self.answer[:300].decode(errors='replace')}"))
            return
        self.answer = b""
        now = time.perf_counter()
        self.played.taken.append(now - self.began)
        if now < self.played.ends_at:
            self._send()
        else:
            self._finish(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Right at the end only."""
        self._finish(exc or ConnectionError("the server hung up in the middle of a round"))

    def _finish(self, error: Exception | None) -> None:
        if self.end.done():
            return
        if error is None:
            self.end.set_result(None)
        else:
            self.end.set_exception(error)
        self.transport.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def request(host: str, port: int, path: str, secret: str, body: bytes) -> bytes:
    """A signed push as it goes over the wire."""
    pack = registry.packs()[SOURCE]
    headers = {
        "Host": f"{host}:{port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **sign(pack, secret, body),
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + _END + body
