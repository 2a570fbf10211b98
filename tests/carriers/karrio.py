"""Karrio in the tests: whether it is there, and a carrier at the other end of its connectors."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

from wismo.carriers.karrio.adapter import KarrioFetcher
from wismo.carriers.karrio.connectors import Connector, connectors
from wismo.carriers.port import Account, Answer, Asked

SAMPLES = Path(__file__).parent / "samples" / "karrio"
needs_karrio = pytest.mark.skipif(
    find_spec("karrio") is None,
    reason="Karrio is not installed, so its connectors cannot be asked: make karrio",
)

# What the carriers' token services answer; each connector takes what it knows.
TOKEN = json.dumps({
    "access_token": "T", "accessToken": "T", "token": "T", "id_token": "T", "token_type": "Bearer",
    "expires_in": 3600, "expiresIn": 3600, "issued_at": 4102444800000,
}).encode()  # fmt: skip
DPD_TOKEN = b"""<Envelope><Body><getAuthResponse><return><delisId>x</delisId><customerUid>x</customerUid>
<authToken>T</authToken><depot>0530</depot><authTokenExpires>2099-05-08T13:02:56.06</authTokenExpires>
</return></getAuthResponse></Body></Envelope>"""
_WAY_IN = re.compile("token|login|auth", re.IGNORECASE)


class NoAnswer(Exception):
    """What the door raises where nobody answers."""


@dataclass(frozen=True)
class Reply:
    """An answer of a carrier."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Carrier:
    """A carrier's side: gives a token to whoever asks, then `reply`. `asked` is what came."""

    reply: Reply | Exception
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)

    def __call__(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer a request."""
        if _WAY_IN.search(url):
            return Reply(200, DPD_TOKEN if "dpd" in url else TOKEN)
        self.asked.append((method, url, body))
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def ask(source: str, carrier: Carrier, *numbers: str, **values: str) -> Answer:
    """The answer to one request through a connector, by an account whose every value is "secret"."""
    fetcher = KarrioFetcher(carrier, NoAnswer, lambda _headers: None)
    account = Account(1, source, "1", dict.fromkeys(connectors()[source].account, "secret") | values)
    (answer,) = fetcher.fetch(account, [Asked(number, "", "", "", "") for number in numbers])
    return answer


def as_sent(connector: Connector, sample: Path) -> bytes:
    """A sample as the carrier sends it, without the number that we lay around it."""
    body = sample.read_text(encoding="utf-8")
    if not connector.numbers_are_ours:
        return body.encode()
    if body.startswith("<asked"):
        return re.sub("^<asked[^>]*>|</asked>\\s*$", "", body).encode()
    return json.dumps(json.loads(body)["asked"]["answer"]).encode()
