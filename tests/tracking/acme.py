"""A carrier for tests of polling: its pack asks a peer on this machine, with real requests."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.makers import NOW, a_parcel, a_shop
from tests.peers import Peer, Scripted, a_peer
from wismo.carriers import registry
from wismo.carriers.loading import load_pack
from wismo.carriers.port import Switchboard
from wismo.plumbing import inbox
from wismo.shops.actions import set_carrier_account
from wismo.tracking import jobs
from wismo.tracking.fetching import PackFetcher
from wismo.tracking.models import Poll, PollGate
from wismo.tracking.polling import enrol, poll

PACK = """
id = "acme"
name = "Acme"
time = { naive = "unknown" }
status = [
    { code = "D", status = "delivered", source = "test", confidence = "official" },
    { code = "T", status = "in_transit", source = "test", confidence = "official" },
    { code = "B", status = "in_transit", leg = "rto", source = "test", confidence = "official" },
]
[[payload]]
name = "answer"
when = "parcels"
parcels = "parcels"
scans = "events"
[payload.parcel]
number = "no"
[payload.scan]
code = "code"
text = "code"
when = "at"
[poll]
url = "{PEER}/track"
query = { n = "{numbers}" }
account = ["api_key"]
absent_status = [404]
next = "next"
source = "test"
confidence = "official"
"""
RATE = """
[poll.rate]
per_second = 20
"""
KEY = """
[poll.auth]
kind = "header"
header = "X-Key"
value = "{api_key}"
"""
VALUES = {"api_key": "k3y-of-acme"}


@dataclass(frozen=True)
class Acme:
    """The carrier: what it answers, and whom we ask it by."""

    peer: Peer
    fetcher: Switchboard

    def ask(self, now: datetime = NOW, chance: float = 0.0) -> int:
        """One run of the poll job, in which time stands still; how many parcels were asked about."""
        return poll(now, self.fetcher, lambda: chance, lambda: 0.0)

    def numbers(self) -> list[str]:
        """What was asked for by each request so far, without its secrets."""
        return [asked.path.partition("?n=")[2].replace("%2C", ",") for asked in self.peer.asked]


@contextmanager
def acme(
    monkeypatch: pytest.MonkeyPatch, pack: str = PACK + RATE + KEY, settings: str = ""
) -> Iterator[Acme]:
    """Acme, listening. `settings` are further lines of its poll block, before its tables."""
    with a_peer() as peer:
        text = pack.replace("[poll]\n", f"[poll]\n{settings}\n").replace("{PEER}", peer.url)
        monkeypatch.setitem(registry.packs(), "acme", load_pack("acme.toml", text))
        reader = inbox.Reader(parse=jobs.parse, record=jobs.record)
        monkeypatch.setitem(inbox.readers(), "acme", reader)
        yield Acme(peer, Switchboard(packs=PackFetcher(), prefixed={}))


def an_account(shop_id: int, now: datetime = NOW, values: Mapping[str, str] = VALUES) -> None:
    """The shop has an account at Acme."""
    set_carrier_account(shop_id, "acme", values, who="ines@example.com", now=now)


def parcels(shop_id: int, *numbers: str) -> None:
    """Parcels of Acme on their way."""
    for number in numbers:
        a_parcel(shop_id, number, carrier="acme")


def a_shop_with(carrier: Acme, *numbers: str) -> int:
    """A shop with an account there and these parcels, taken up."""
    shop = a_shop()
    an_account(shop)
    parcels(shop, *numbers)
    enrol(NOW, carrier.fetcher)
    return shop


def told(*numbers: str, code: str = "T", at: datetime = NOW, further: str = "") -> Scripted:
    """An answer: each of these parcels has one event."""
    events = [{"code": code, "at": at.isoformat()}]
    answer: dict[str, object] = {"parcels": [{"no": number, "events": events} for number in numbers]}
    return Scripted(body=json.dumps(answer | ({"next": further} if further else {})).encode())


def the_poll() -> Poll:
    """The only row."""
    return Poll.objects.get()


def the_gate() -> PollGate:
    """The only gate."""
    return PollGate.objects.get()


def waits(now: datetime = NOW) -> timedelta | None:
    """How long until the only parcel is asked about again."""
    due_at = the_poll().due_at
    return due_at - now if due_at else None
