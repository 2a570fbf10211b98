"""What a scan costs when few scans are kept, and when many are."""

from statistics import median
from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.crew import drained
from wismo.bench.databases import place

SCANS = 10  # of each shipment


def measure(
    engine: str, wismo: Command, *, few: int, many: int, shipments: int, rounds: int
) -> dict[str, Any]:
    """Microseconds of one worker a scan, beside `few` and beside `many` kept scans, and their ratio."""
    cost: dict[int, float] = {}
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        shop = ask("wismo.bench.inside.fill", environment, {"first": 0, "shipments": 1})
        first = 1
        for kept in (few, many):
            ask("wismo.bench.history.grow", environment, {**shop, "scans": kept})
            taken = []
            for _ in range(rounds):
                told = {"first": first, "shipments": shipments, "scans": SCANS}
                loaded = ask("wismo.bench.inside.load", environment, told)
                taken.append(drained(environment, 1) / loaded["payloads"] * 1e6)
                first += shipments
            cost[kept] = median(taken)
    return {
        "few_scans": few,
        "many_scans": many,
        "us_per_scan_beside_few": round(cost[few], 1),
        "us_per_scan_beside_many": round(cost[many], 1),
        "ratio": round(cost[many] / cost[few], 3),
    }
