"""How fast messages are decided, written and handed over, beside bare minijinja and bare httpx."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import Environment, place
from wismo.bench.door import HOST, await_port, free_port

DELAY = 0.1  # seconds that the provider takes for each message


def measure(engine: str, wismo: Command, *, messages: int, rate: int, seconds: float) -> dict[str, Any]:
    """Rates of one process on this engine, and the latency at a steady rate."""
    with place(engine) as environment:
        settings = {**environment, "WISMO_PRIVATE_PEERS": "1"}
        run(wismo("migrate"), settings)
        with taking(settings) as url:
            paced = int(rate * seconds)
            ask("wismo.bench.outbox.fill", settings, {"url": url, "orders": messages * 3 + paced + 500})
            found = ask("wismo.bench.outbox.judge", settings, {"seconds": seconds / 2})
            found |= ask("wismo.bench.outbox.hand_over", settings, {"url": url, "messages": messages})
            return found | ask(
                "wismo.bench.outbox.pace", settings, {"url": url, "rate": rate, "seconds": seconds}
            )


@contextmanager
def taking(environment: Environment) -> Iterator[str]:
    """A provider in a process of its own, that takes everything; its address."""
    port = free_port()
    call = f"from wismo.bench.counterpart import serve; serve({HOST!r}, {port}, {DELAY})"
    server = subprocess.Popen([sys.executable, "-c", call], env=environment)  # noqa: S603  # our own
    try:
        await_port(server, port)
        yield f"http://{HOST}:{port}/"
    finally:
        server.terminate()
        server.wait()
