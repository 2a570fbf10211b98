"""Child process: pushes at a steady rate, and a look at the database for what is committed by now."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from asgiref.sync import sync_to_async

from wismo.bench.load import SOURCE, request
from wismo.bench.payloads import pushes
from wismo.plumbing.models import InboxRow

CONNECTIONS = 16
LOOK = 0.02  # seconds between two looks at the database: the figures are no finer than this
PATIENCE = 30.0  # seconds for the rest to be committed
BEHIND = 2000  # payloads: one that came first may be committed later
WARM_UP = 2.0  # seconds not counted: connections, caches, the first batch


@dataclass(frozen=True, slots=True)
class Door:
    """Where to push, and what signs it."""

    host: str
    port: int
    key: str
    secret: str


def play(door: dict[str, Any], rate: int, seconds: float, shipments: int) -> dict[str, Any]:
    """Send `rate` pushes a second for so long; each one's milliseconds from being sent to being committed."""
    to = Door(**door)
    path = f"/hooks/{to.key}/{SOURCE}"
    bodies = pushes(range(shipments), 10, datetime.now(UTC))
    load = (request(to.host, to.port, path, to.secret, body) for body in bodies)
    run = _Run(to, rate, seconds)
    asyncio.run(run.play(load))
    taken = sorted(
        run.committed[receipt] - sent for receipt, sent in run.sent.items() if sent > run.began + WARM_UP
    )
    return {
        "pushes": len(run.sent),
        "pushes_per_s": round(len(run.sent) / seconds),
        "p50_ms": round(median(taken) * 1000),
        "p99_ms": round(quantiles(taken, n=100)[98] * 1000),
    }


class _Run:
    """One run: what was sent when, and when it was first seen committed, by receipt."""

    def __init__(self, door: Door, rate: int, seconds: float) -> None:
        self.door, self.rate, self.seconds = door, rate, seconds
        self.sent: dict[str, float] = {}
        self.committed: dict[str, float] = {}
        self.began = 0.0
        self.over = False

    async def play(self, load: Iterator[bytes]) -> None:
        """Send, look, and wait for the rest."""
        self.began = time.monotonic()
        watcher = asyncio.create_task(self._watch())
        turns = iter(range(int(self.rate * self.seconds)))
        await asyncio.gather(*(self._send(turns, load) for _ in range(CONNECTIONS)))
        self.over = True
        await watcher
        if self.committed.keys() != self.sent.keys():
            missing = len(self.sent.keys() - self.committed.keys())
            raise RuntimeError(f"{missing} pushes were not committed after {PATIENCE:.0f} s")

    async def _send(self, turns: Iterator[int], load: Iterator[bytes]) -> None:
        reader, writer = await asyncio.open_connection(self.door.host, self.door.port)
        for turn in turns:
            await asyncio.sleep(max(0.0, self.began + turn / self.rate - time.monotonic()))
            sent = time.monotonic()
            writer.write(next(load))
            self.sent[await _receipt(reader)] = sent
        writer.close()

    async def _watch(self) -> None:
        """Note what is committed, until all that was sent is."""
        until, seen = 0.0, 0
        while not self.over or self.committed.keys() != self.sent.keys():
            rows = await sync_to_async(_committed)(seen - BEHIND)
            now = time.monotonic()
            for pk, receipt in rows:
                self.committed.setdefault(receipt, now)
                seen = max(seen, pk)
            until = until or (now + PATIENCE if self.over else 0.0)
            if until and now > until:
                return
            await asyncio.sleep(LOOK)


async def _receipt(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    if b" 202 " not in head[:16]:
        raise ConnectionError(f"not accepted: {body[:300].decode(errors='replace')}")
    return str(json.loads(body)["receipt"])


def _committed(after: int) -> list[tuple[int, str]]:
    """Ids and receipts of the payloads after this one that are read whole, with all that follows."""
    return list(InboxRow.objects.filter(task=None, pk__gt=after).values_list("pk", "receipt"))
