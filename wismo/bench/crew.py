"""Worker processes that begin together; and whether two are faster than one, in turns over the same load."""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import Environment, place

TURNS = (1, 2, 2, 1)  # so that neither is always the one with the fuller tables


def measure(engine: str, wismo: Command, *, shipments: int, scans: int, rounds: int) -> dict[str, Any]:
    """Scans a second of one worker process, of two side by side, and the ratio of the two."""
    spent = {1: 0.0, 2: 0.0}
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        for turn, workers in enumerate(TURNS * rounds):
            told = {"first": turn * shipments, "shipments": shipments, "scans": scans}
            ask("wismo.bench.inside.load", environment, told)
            spent[workers] += drained(environment, workers)
    done = shipments * scans * rounds * len(TURNS) // 2
    return {
        "one_worker_scans_per_s": round(done / spent[1]),
        "two_workers_scans_per_s": round(done / spent[2]),
        "ratio_of_two_to_one": round(spent[1] / spent[2], 3),
    }


def drained(environment: Environment, workers: int) -> float:
    """The seconds these workers take, together, to empty the inbox; to start them is not counted."""
    with tempfile.TemporaryDirectory(prefix="wismo-bench-") as folder, ThreadPoolExecutor(workers) as crew:
        here = [Path(folder, f"{worker}") for worker in range(workers)]
        go = Path(folder, "go")
        asked = [
            crew.submit(ask, "wismo.bench.inside.drain", environment, {"here": str(one), "go": str(go)})
            for one in here
        ]
        while not all(one.exists() for one in here) and not any(found.done() for found in asked):
            time.sleep(0.01)
        go.touch()
        worked = [found.result() for found in asked]
    ended, began = max(w["ended_at"] for w in worked), min(w["began_at"] for w in worked)
    return float(ended - began)
