"""The end of a request: no wait on its connection outlasts it, however steadily headers or body drip."""

import math
import ssl
import time
from contextvars import ContextVar
from typing import Any

import httpcore

UNTIL: ContextVar[float] = ContextVar("until")  # of time.monotonic(); of the request this thread makes


def left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    """The seconds to wait: `timeout` (None: any time), but not past the end; `late` where it is over."""
    seconds = min(math.inf if timeout is None else timeout, UNTIL.get() - time.monotonic())
    if seconds <= 0:
        raise late
    return seconds


class Timed(httpcore.NetworkStream):
    """A connection that serves one request after the other, each until its own end."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at most `max_bytes`; httpcore.ReadTimeout where nothing comes in time."""
        return self.stream.read(max_bytes, left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it; httpcore.WriteTimeout where it is not taken in time."""
        self.stream.write(buffer, left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same, encrypted; httpcore.ConnectTimeout where that is not agreed in time."""
        seconds = left(timeout, httpcore.ConnectTimeout)
        return Timed(self.stream.start_tls(ssl_context, server_hostname, seconds))

    def close(self) -> None:
        """Hang up."""
        self.stream.close()

    def get_extra_info(self, info: str) -> Any:
        """What the connection beneath knows of itself."""
        return self.stream.get_extra_info(info)
