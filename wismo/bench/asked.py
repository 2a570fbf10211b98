"""Child process: browsers that ask for a promise, each from an address of its own."""

import asyncio
import random
import time
from statistics import median, quantiles
from typing import Any

from wismo.bench.load import play
from wismo.bench.quoted import questions

CONNECTIONS = 32
WARM_UP = 1.0  # seconds
REQUESTS = 5000
_END = b"\r\n\r\n"


def run(at: tuple[str, int], shop: dict[str, Any], seconds: float, rounds: int, rate: int) -> dict[str, Any]:
    """Constant and quote in turn, then quotes at a steady rate; medians, and the slowest hundredth's time."""
    host, port = at
    asked = [
        f"/v1/promise?shop={shop['key']}&country={one.country}&postcode={one.postcode}"
        f"&service={one.service}&sku=MUG"
        for one in questions(REQUESTS, shop["services"])
    ]
    quotes = [_request(host, port, path) for path in asked]
    constant = [_request(host, port, f"/bench/constant?n={place}") for place in range(REQUESTS)]
    for requests in (constant, quotes):
        play(host, port, requests, WARM_UP)
    pairs = [(play(host, port, constant, seconds), play(host, port, quotes, seconds)) for _ in range(rounds)]
    taken = asyncio.run(_paced(host, port, quotes, rate, seconds * rounds))
    return {
        "quotes_per_s": round(median(quote.rate for _, quote in pairs)),
        "constant_per_s": round(median(constant.rate for constant, _ in pairs)),
        "http_ratio_to_constant": round(median(quote.rate / constant.rate for constant, quote in pairs), 3),
        "p50_ms_at_1000_per_s": round(median(taken) * 1000, 2),
        "p99_ms_at_1000_per_s": round(quantiles(taken, n=100)[98] * 1000, 2),
    }


def _request(host: str, port: int, path: str) -> bytes:
    address = ".".join(str(random.randrange(1, 255)) for _ in range(4))  # noqa: S311
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", f"X-Forwarded-For: {address}"]
    return "\r\n".join(lines).encode() + _END


async def _paced(host: str, port: int, requests: list[bytes], rate: int, seconds: float) -> list[float]:
    """The seconds of each answer, counted from the moment its request was due."""
    began, taken = time.perf_counter() + 0.1, list[float]()
    turns = iter(range(int(rate * (WARM_UP + seconds))))

    async def browse() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for turn in turns:
            due = began + turn / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(requests[turn % len(requests)])
            await _answered(reader)
            if turn > rate * WARM_UP:
                taken.append(time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(browse() for _ in range(CONNECTIONS)))
    return taken


async def _answered(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(_END)
    length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    if b" 200 " not in head[:16]:
        raise ConnectionError(f"not answered: {body[:300].decode(errors='replace')}")
