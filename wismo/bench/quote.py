"""What a promise costs: from the tables in memory, over HTTP, and a million at once. All of it is made up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import place
from wismo.bench.door import HOST, served

MILLION = 1_000_000
RATE = 1000  # requests a second, for the latency
_ALL: set[int] = set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else {0}
_ONE = {min(_ALL)}
_OTHERS = _ALL - _ONE or _ALL


def measure(
    wismo: Command, *, lanes: int, seconds: float, rounds: int, batch: int = MILLION
) -> dict[str, Any]:
    """The figures of one process that holds so many lanes, on a database of its own.

    The server has one core to itself where there are two, and the load comes from the others. The constant
    answer of the same server is measured in turns with the quote, so that a busy neighbour slows both.
    """
    with place("sqlite") as environment:
        environment |= {"WISMO_BEHIND_PROXY": "1"}  # each request comes from an address of its own
        run(wismo("migrate"), environment)
        shop = ask("wismo.bench.quoted.fill", environment, {"lanes": lanes})
        inside = ask("wismo.bench.quoted.in_process", environment, {**shop, "batch": batch})
        with _on(_ONE), served(wismo, environment) as port, _on(_OTHERS):
            told = {"at": (HOST, port), "shop": shop, "seconds": seconds, "rounds": rounds, "rate": RATE}
            outside = ask("wismo.bench.asked.run", environment, told)
        kept = ask("wismo.bench.quoted.kept", environment, shop)
    return {"synthetic": True, "lanes": lanes, **inside, **outside, **kept}


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """What is started inside runs on these cores, where the system can say so."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
