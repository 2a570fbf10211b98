"""Child process: a provider on this machine that takes each message after a while, and notes when."""

import asyncio
import json
import time
from typing import Any

_END = b"\r\n\r\n"


def serve(host: str, port: int, delay: float) -> None:
    """Answer until the process is stopped; GET tells, and forgets, which bodies came when."""
    asyncio.run(_serve(host, port, delay))


async def _serve(host: str, port: int, delay: float) -> None:
    came: list[tuple[float, str]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Taker(came, delay), host, port, backlog=512)
    await server.serve_forever()


class _Taker(asyncio.Protocol):
    """One connection: one request after the other."""

    def __init__(self, came: list[tuple[float, str]], delay: float) -> None:
        self.came, self.delay = came, delay
        self.heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer a whole request when its time has come."""
        self.heard += data
        head, end, body = self.heard.partition(_END)
        if not end or len(body) < _length(head):
            return
        self.heard = b""
        if head.startswith(b"GET"):
            told = json.dumps(self.came).encode()
            self.came.clear()
            self._answer(told)
            return
        self.came.append((time.time(), body.decode()))
        asyncio.get_running_loop().call_later(self.delay, self._answer, b'{"id":""}')

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
