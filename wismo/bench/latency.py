"""How long a payload takes from the door to its committed state, at a steady rate."""

from typing import Any

from wismo.bench.children import Command, ask, run, running
from wismo.bench.databases import place
from wismo.bench.door import HOST, served


def measure(engine: str, wismo: Command, *, rate: int, seconds: float, shipments: int) -> dict[str, Any]:
    """Milliseconds from sending a push until its consequences are committed: median and p99.

    The product's own server and one worker process, everything wired.
    """
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        ask("wismo.bench.inside.fill", environment, {"first": 0, "shipments": shipments})
        door = ask("wismo.bench.inside.open_door", environment, {})
        with served(wismo, environment) as port, running(wismo("work"), environment):
            to = {"host": HOST, "port": port, **door}
            told = {"door": to, "rate": rate, "seconds": seconds, "shipments": shipments}
            return ask("wismo.bench.paced.play", environment, told)
