"""How many scans a second one worker takes from the inbox to their last consequence."""

from typing import Any

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import place


def measure(engine: str, wismo: Command, *, shipments: int, scans: int) -> dict[str, Any]:
    """Rates and memory of one worker process with everything wired, in a database of its own."""
    with place(engine) as environment:
        run(wismo("migrate"), environment)
        shop = ask("wismo.bench.inside.fill", environment, {"first": 0, "shipments": shipments})
        return ask("wismo.bench.inside.work", environment, {**shop, "shipments": shipments, "scans": scans})
