"""What a scan costs when few scans are kept, and when many are."""

import time
from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import place

ROUNDS = 3
START = 5.0  # seconds for the worker to load


def measure(engine: str, wismo: Command, *, few: int, many: int, shipments: int) -> dict[str, Any]:
    """Microseconds of one worker a scan, beside `few` and beside `many` kept scans, and their ratio."""
    cost: dict[int, float] = {}
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        shop = ask("wismo.bench.inside.fill", environment, {"first": 0, "shipments": 1})
        first = 1
        for kept in (few, many):
            ask("wismo.bench.history.grow", environment, {**shop, "scans": kept})
            rounds = []
            for _ in range(ROUNDS):
                load = {"first": first, "shipments": shipments}
                ask("wismo.bench.inside.fill", environment, load)
                pushed = ask("wismo.bench.inside.push", environment, {**shop, **load, "scans": 10})
                begin_at = time.time() + START
                ended = ask("wismo.bench.inside.drain", environment, {"begin_at": begin_at})
                rounds.append((ended["ended_at"] - begin_at) / pushed["payloads"] * 1e6)
                first += shipments
            cost[kept] = sorted(rounds)[ROUNDS // 2]
    return {
        "few_scans": few,
        "many_scans": many,
        "us_per_scan_beside_few": round(cost[few], 1),
        "us_per_scan_beside_many": round(cost[many], 1),
        "ratio": round(cost[many] / cost[few], 3),
    }
