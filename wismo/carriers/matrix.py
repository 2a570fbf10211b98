"""What Wismo can do for each carrier, level by level, and how sure it is: worked out from the data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from wismo.carriers.directory import Carrier, carrier, carriers, sources
from wismo.carriers.karrio.connectors import NEEDS, Connector, connectors
from wismo.carriers.numbers import ways_of
from wismo.carriers.pack import Confidence, Kind, Pack
from wismo.carriers.registry import packs

UNVERIFIED = "unverified"  # nobody has confirmed it


class Level(StrEnum):
    """What can be done, from the least to the most."""

    RECOGNISE = "recognise"
    LINK = "link"
    WEBHOOK = "webhook"
    POLL = "poll"
    AGGREGATOR = "aggregator"


DIRECT = (Level.WEBHOOK, Level.POLL)
SUREST_FIRST = (*Confidence, UNVERIFIED)


@dataclass(frozen=True, slots=True)
class Row:
    """A carrier, or a source that speaks for many, with the confidence of each level it has."""

    id: str
    name: str
    country: str
    kind: Kind
    cells: dict[Level, str]
    needs: tuple[str, ...]  # extras to install, for polling

    @property
    def levels(self) -> list[Level]:
        """The levels it has."""
        return list(self.cells)

    @property
    def direct(self) -> bool:
        """Whether it tells Wismo itself, or is asked itself."""
        return any(level in self.cells for level in DIRECT)

    @property
    def confidence(self) -> str:
        """That of its least sure level; "" where it has none."""
        return max(self.cells.values(), key=SUREST_FIRST.index, default="")


@cache
def rows() -> tuple[Row, ...]:
    """Every carrier and source, by id."""
    ids = {*carriers(), *map(_id, packs()), *(_id(one.carrier) for one in connectors().values())}
    return tuple(_row(carrier_id) for carrier_id in sorted(ids))


@cache
def served() -> frozenset[str]:
    """The aggregators a shop can have an account with: those with a pack."""
    return frozenset(sources().aggregators) & frozenset(packs())


def _id(said: str) -> str:
    """The id of the directory, where a pack or a connector uses another id of the carrier."""
    found = carrier(said)
    return found.id if found else said


def _row(carrier_id: str) -> Row:
    known, pack = carriers().get(carrier_id), _packs_by_id().get(carrier_id)
    connector = _connectors_by_id().get(carrier_id)
    cells = dict(_cells(carrier_id, known, pack, connector))
    own = pack is not None and pack.poll is not None
    return Row(
        id=carrier_id,
        name=_name(carrier_id, known, pack, connector),
        country=known.country if known else _country(pack),
        kind=pack.kind if pack else Kind.CARRIER,
        cells=cells,
        needs=(NEEDS,) if connector and not own else (),
    )


def _cells(
    carrier_id: str, known: Carrier | None, pack: Pack | None, connector: Connector | None
) -> Iterator[tuple[Level, str]]:
    if carrier_id in ways_of():
        surest = min((way.source.confidence for way in ways_of()[carrier_id]), key=SUREST_FIRST.index)
        yield Level.RECOGNISE, surest
    link = _link(known, pack)
    if link:
        yield Level.LINK, link
    if pack and pack.auth:
        yield Level.WEBHOOK, pack.auth.confidence
    if pack and pack.poll:
        yield Level.POLL, pack.poll.confidence
    elif connector:
        yield Level.POLL, connector.confidence
    keyed = [name for name in (known.keys if known else ()) if name in served()]
    if known and keyed:
        yield Level.AGGREGATOR, _surest(known, keyed)


def _link(known: Carrier | None, pack: Pack | None) -> str:
    """The confidence of the tracking page, which is the pack's where it has one; "" for no page."""
    page = pack.url if pack else ""
    if known and known.url and page in {"", known.url}:
        return known.sources["url"].confidence
    return UNVERIFIED if page else ""


def _surest(known: Carrier, facts: Sequence[str]) -> str:
    return min((known.sources[fact].confidence for fact in facts), key=SUREST_FIRST.index)


def _name(carrier_id: str, known: Carrier | None, pack: Pack | None, connector: Connector | None) -> str:
    return next((one.name for one in (pack, known, connector) if one), carrier_id)


def _country(pack: Pack | None) -> str:
    return pack.countries[0] if pack and len(pack.countries) == 1 else ""


@cache
def _packs_by_id() -> dict[str, Pack]:
    return {_id(pack.id): pack for pack in packs().values()}


@cache
def _connectors_by_id() -> dict[str, Connector]:
    return {_id(one.carrier): one for one in connectors().values()}
