"""How many signed payloads a second the real server keeps, against a constant answer of the same server."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wismo.bench.children import Command, Failed, ask, run
from wismo.bench.databases import Environment, place

HOST = "127.0.0.1"
PATIENCE = 30.0  # seconds for the server to answer


def measure(engine: str, wismo: Command, *, seconds: float, rounds: int) -> dict[str, Any]:
    """Rates and latency of one server process, in a database of its own; every 202 is found there again."""
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        door = ask("wismo.bench.inside.open_door", environment, {})
        with served(wismo, environment) as port:
            load = {"host": HOST, "port": port, **door, "seconds": seconds, "rounds": rounds}
            found = ask("wismo.bench.load.run", environment, load)
        accepted, kept = found.pop("accepted"), ask("wismo.bench.inside.kept", environment, {})["rows"]
    if kept != accepted:
        raise Failed(f"{accepted} payloads were answered 202, {kept} lie in the inbox")
    return found


@contextmanager
def served(wismo: Command, environment: Environment) -> Iterator[int]:
    """The product's own server, with the one more address; its port."""
    port = free_port()
    settings = {"DJANGO_SETTINGS_MODULE": "wismo.bench.settings"}
    command = wismo("serve", "--host", HOST, "--port", str(port))
    server = subprocess.Popen(command, env={**environment, **settings})  # noqa: S603  # our own command line
    try:
        await_port(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


def await_port(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Return once the process listens; Failed where it does not."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Failed("the server does not answer; see its words above")
