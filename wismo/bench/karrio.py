"""Our reader beside Karrio's parser, on payloads that both read."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from wismo.carriers.engine import read_all
from wismo.carriers.karrio.adapter import KarrioFetcher, Values
from wismo.carriers.karrio.connectors import Connector, connectors
from wismo.carriers.pack import Pack
from wismo.carriers.registry import karrio_packs

# What a token service answers; each connector takes what it knows.
_TOKEN = json.dumps({
    "access_token": "T", "accessToken": "T", "token_type": "Bearer",
    "expires_in": 3600, "expiresIn": 3600, "issued_at": 4102444800000,
}).encode()  # fmt: skip
_WAYS_IN = ("token", "auth")

Count = Callable[[], int]  # reads the payload; how many scans it found


@dataclass(frozen=True, slots=True)
class Pair:
    """One payload, read by each side."""

    name: str
    ours: Count
    karrios: Count


def pairs(payloads: Iterable[tuple[str, bytes]]) -> Iterator[Pair]:
    """Of the payloads, by source "karrio:<connector>", those in which both sides find scans.

    NotInstalled where Karrio is not there. Payloads that do not say whose they are have no counterpart.
    """
    for source, body in payloads:
        connector = connectors()[source]
        if connector.numbers_are_ours:
            continue
        pair = _pair(connector, karrio_packs()[source], body)
        if pair.ours() and _found(pair.karrios):
            yield pair


def _pair(connector: Connector, pack: Pack, body: bytes) -> Pair:
    carrier = _Once(body)
    fetcher = KarrioFetcher(carrier, _Silence, lambda _headers: None)
    values: Values = tuple((name, "x") for name in connector.account)
    answer = fetcher.ask(connector, values, ("1",))
    return Pair(
        name=connector.id,
        ours=partial(_scans, pack, body),
        karrios=partial(fetcher.parsed, connector, values, answer),
    )


def _scans(pack: Pack, body: bytes) -> int:
    return len(read_all(pack, body).scans)


def _found(count: Count) -> int:
    try:
        return count()
    except Exception:  # Karrio's parsers trip over what they were not made for: not a pair
        return 0


class _Silence(Exception):
    """Nobody answers."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class _Once:
    """A carrier that answers once: some of Karrio's parsers ask it again while they parse."""

    def __init__(self, body: bytes) -> None:
        self.body: bytes | None = body

    def __call__(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> _Answer:
        if any(word in url for word in _WAYS_IN):
            return _Answer(200, {}, _TOKEN)
        answer, self.body = self.body, None
        if answer is None:
            raise _Silence
        return _Answer(200, {}, answer)
