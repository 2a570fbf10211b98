"""Whether two worker processes are faster than one, in turns over the same kind of load."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import Environment, place

TURNS = (1, 2, 2, 1, 1, 2, 2, 1)  # so that neither is always the one with the fuller tables
START = 8.0  # seconds from asking the workers to start until they begin: time to load


def measure(engine: str, wismo: Command, *, shipments: int, scans: int) -> dict[str, Any]:
    """Scans a second of one worker process, of two side by side, and the ratio of the two."""
    spent = {1: 0.0, 2: 0.0}
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        for turn, workers in enumerate(TURNS):
            load = {"first": turn * shipments, "shipments": shipments}
            shop = ask("wismo.bench.inside.fill", environment, load)
            ask("wismo.bench.inside.push", environment, {**shop, **load, "scans": scans})
            spent[workers] += _drained(environment, workers)
    done = shipments * scans * len(TURNS) // 2
    return {
        "one_worker_scans_per_s": round(done / spent[1]),
        "two_workers_scans_per_s": round(done / spent[2]),
        "ratio_of_two_to_one": round(spent[1] / spent[2], 3),
    }


def _drained(environment: Environment, workers: int) -> float:
    """The seconds these workers take, together, to empty the inbox."""
    begin_at = time.time() + START
    with ThreadPoolExecutor(workers) as crew:
        asked = [
            crew.submit(ask, "wismo.bench.inside.drain", environment, {"begin_at": begin_at})
            for _ in range(workers)
        ]
        ended = [float(found.result()["ended_at"]) for found in asked]
    return max(ended) - begin_at
