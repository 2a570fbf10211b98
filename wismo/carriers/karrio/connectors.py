"""Which connectors of Karrio there are, as data: whose they are, what an account holds, who reads them.

A connector's TOML is a pack (times, codes, shapes: see docs/add-a-carrier.md) with a table `[karrio]`. Where
one of our own packs reads the same answers, `read_by` names it and the rest is left out: that reading wins
entirely. Nothing here imports Karrio.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from wismo.carriers.loading import load_table, read_pack
from wismo.carriers.lookup import Lookup
from wismo.carriers.pack import CarrierRow, Confidence, Kind, Pack, Rate
from wismo.carriers.schema import Table
from wismo.carriers.transforms import Reader

PREFIX = "karrio:"
NEEDS = "karrio"  # the extra that has to be installed to ask

_HERE = resources.files("wismo.carriers.karrio")


@dataclass(frozen=True, slots=True)
class Connector:
    """One connector of Karrio."""

    id: str
    name: str
    carrier: str  # our id
    account: tuple[str, ...]  # what the shop has to enter
    own: Pack | None  # how its answers are read; None where another source's pack does
    read_by: str  # that source, else ""
    numbers_are_ours: bool  # an answer does not say whose it is: the number is laid around it
    batch: int  # numbers in one request
    rate: Rate
    source: str
    confidence: Confidence  # of the way of asking

    @property
    def module(self) -> str:
        """Karrio's name for it."""
        return self.id.replace("-", "_")


@cache
def connectors() -> dict[str, Connector]:
    """Every connector by its source, "karrio:<id>"; PackError at the first call where one is not sound."""
    files = [file for file in _HERE.iterdir() if file.name.endswith(".toml")]
    files.sort(key=lambda file: file.name.removesuffix(".toml"))
    return {PREFIX + one.id: one for one in map(_connector, files)}


def source_of(said: str) -> str:
    """A source as we write it: Karrio itself writes karrio:dhl_express."""
    return said.replace("_", "-") if said.startswith(PREFIX) else said


def readers(packs: Mapping[str, Pack]) -> dict[str, Pack]:
    """By source, the pack that reads its payloads: the connector's own, or one of ours."""
    return {source: _told_of(one, source, _reader(one, packs)) for source, one in connectors().items()}


def _reader(connector: Connector, packs: Mapping[str, Pack]) -> Pack:
    if connector.own is not None:
        return connector.own
    other = connectors().get(connector.read_by)
    found = other.own if other else packs.get(connector.read_by)
    if found is None:
        top = Table(f"{connector.id}.toml", "karrio", {})
        raise top.error(
            "read_by", f"{connector.read_by!r} is no source with a pack of its own; name one that is"
        )
    return found


def _told_of(connector: Connector, source: str, pack: Pack) -> Pack:
    """The pack as this source's: what it reads is told by the source, of the connector's carrier."""
    said: Reader = lambda _value: connector.carrier  # noqa: E731
    payloads = tuple(replace(one, parcel=replace(one.parcel, carrier=said)) for one in pack.payloads)
    carriers = Lookup([CarrierRow(connector.carrier, connector.carrier)])
    return replace(
        pack, id=source, kind=Kind.AGGREGATOR, payloads=payloads, carriers=carriers, auth=None, poll=None
    )


def _connector(file: Traversable) -> Connector:
    top = load_table(file.name, file.read_text(encoding="utf-8"))
    table = top.table("karrio")
    read_by = table.text("read_by", "")
    connector = Connector(
        id=top.text("id"),
        name=top.text("name"),
        carrier=table.text("carrier"),
        account=table.texts("account"),
        own=None if read_by else read_pack(top),
        read_by=read_by,
        numbers_are_ours=table.flag("asked"),
        batch=table.whole("batch", 1),
        rate=Rate(per_second=table.positive("per_second", 1.0), per_day=None),
        source=table.text("source"),
        confidence=table.word("confidence", Confidence, Confidence.THIRD_PARTY),
    )
    table.close()
    top.close()
    return connector
