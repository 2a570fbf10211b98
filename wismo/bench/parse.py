"""How many payloads a second one core reads, and how that compares with Karrio's parser."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from wismo.bench.karrio import Pair, pairs
from wismo.carriers.engine import read_all
from wismo.carriers.karrio.adapter import NotInstalled
from wismo.carriers.karrio.connectors import PREFIX
from wismo.carriers.registry import pack

Work = Callable[[], object]


class NoSamples(ValueError):
    """There is nothing to read; the message says where samples were looked for."""


def measure(samples: Path, *, seconds: float) -> dict[str, Any]:
    """Payloads a second over all samples of all packs, each as often as any other.

    `samples` holds a folder a source, and in `karrio` one a connector. The ratio is None where Karrio is not
    installed, with the reason.
    """
    payloads = _payloads(samples)
    ours = [partial(read_all, reader, body) for source, body in payloads if (reader := pack(source))]
    if not ours:
        raise NoSamples(
            f"no samples in {samples}; run this where the project's tests are, or name their folder"
        )
    rate = len(ours) / _round(ours, seconds)
    return {"payloads_per_s": round(rate), "payloads": len(ours), **_beside_karrio(payloads, seconds)}


def _payloads(samples: Path) -> list[tuple[str, bytes]]:
    karrios = [(PREFIX + file.parent.name, file) for file in sorted(samples.glob("karrio/*/*.*"))]
    ours = [(file.parent.name, file) for file in sorted(samples.glob("*/*.*"))]
    return [(source, file.read_bytes()) for source, file in [*ours, *karrios]]


def _beside_karrio(payloads: Sequence[tuple[str, bytes]], seconds: float) -> dict[str, Any]:
    brought = [(source, body) for source, body in payloads if source.startswith(PREFIX)]
    try:
        found = list(pairs(brought))
    except NotInstalled as reason:
        return {"ratio_to_karrio": None, "ratio_to_karrio_reason": str(reason)}
    if not found:
        return {"ratio_to_karrio": None, "ratio_to_karrio_reason": "no sample is one that both read"}
    return {"ratio_to_karrio": round(_ratio(found, seconds), 1), "compared": len(found)}


def _ratio(found: Sequence[Pair], seconds: float) -> float:
    """How many times as long Karrio's parser takes."""
    theirs = _round([pair.karrios for pair in found], seconds)
    return theirs / _round([pair.ours for pair in found], seconds)


def _round(work: Sequence[Work], seconds: float) -> float:
    """The seconds that doing all of it once takes: the best of its rounds, the others were disturbed."""
    rounds: list[float] = []
    begun = time.perf_counter()
    while len(rounds) < 2 or time.perf_counter() - begun < seconds:  # the first one warms up
        start = time.perf_counter()
        for once in work:
            once()
        rounds.append(time.perf_counter() - start)
    return min(rounds)
