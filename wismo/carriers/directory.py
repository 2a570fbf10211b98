"""The directory: every carrier we know by name, whose word each fact is, and what aggregators call it.

Read once, on first use, from `directory/*.toml`: a file a region; `countries.toml`; `sources.toml`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from wismo.carriers.loading import load_table
from wismo.carriers.pack import Confidence
from wismo.carriers.schema import Table

_FOLDER = resources.files("wismo.carriers") / "directory"
_FACTS = ("name", "local", "country", "site", "zone", "url")
_COMMON = ("countries.toml", "sources.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """Whose word a fact is, and what that is worth."""

    text: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Country:
    """A country; `zone` is "" where it keeps more than one time."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Aggregator:
    """A service that reads parcels of many carriers; `variants` are endings its keys may carry."""

    name: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier. What we do not know is "". `keys`: by aggregator, first the one to ask by."""

    id: str
    name: str
    local: str  # its name in its own language
    country: str  # ISO 3166, two letters
    site: str
    zone: str  # IANA
    url: str  # its page of a parcel, with {number}
    worldwide: bool  # it has scans all over the world, so that its country's zone says nothing of theirs
    keys: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...]  # other ids it goes by
    sources: Mapping[str, Source]  # by fact; for a key by aggregator


@dataclass(frozen=True, slots=True)
class Sources:
    """What holds for all files: the sources by their short names, whose word a fact is, the aggregators."""

    named: Mapping[str, Source]
    usual: Mapping[str, str]
    aggregators: Mapping[str, Aggregator]


def carrier_of(aggregator: str, key: str) -> str | None:
    """Our id of the carrier an aggregator names by `key`, in any case; None where we do not know it."""
    said, keys = key.casefold(), _by_key().get(aggregator, {})
    bare = _bare(said, _variants(aggregator))
    return keys.get(said) or keys.get(bare)


def key_of(aggregator: str, carrier_id: str) -> str | None:
    """What to call a carrier when asking an aggregator; None where it is not known to read that carrier."""
    found = carrier(carrier_id)
    return found.keys[aggregator][0] if found and aggregator in found.keys else None


def carrier(carrier_id: str) -> Carrier | None:
    """The carrier of an id, or of another id it goes by; `dhl_express` is `dhl-express` too."""
    dashed = carrier_id.replace("_", "-")
    return carriers().get(dashed) or carriers().get(_aliases().get(dashed, ""))


@cache
def carriers() -> dict[str, Carrier]:
    """Every carrier by its id, sorted; PackError with the place and the cure where a file is not sound."""
    found: dict[str, Carrier] = {}
    for file in sorted(_FOLDER.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml") and file.name not in _COMMON:
            found |= {one.id: one for one in read_region(_table(file), found)}
    return dict(sorted(found.items()))


@cache
def countries() -> dict[str, Country]:
    """The countries that have a carrier, by their two letters."""
    top = _table(_FOLDER / "countries.toml")
    return {code: _country(top.table(code)) for code in top}


@cache
def sources() -> Sources:
    """The sources, whose word a fact usually is, and the aggregators."""
    top = _table(_FOLDER / "sources.toml")
    named, usual, served = top.table("sources"), top.table("from"), top.table("aggregators")
    found = Sources(
        named={name: _source(named.table(name)) for name in named},
        usual={fact: usual.one_of(fact, list(named)) for fact in usual},
        aggregators={name: _aggregator(served.table(name)) for name in served},
    )
    top.close()
    return found


def read_region(top: Table, earlier: Mapping[str, Carrier]) -> Iterator[Carrier]:
    """The carriers of one file, which may say `country` and `worldwide` for all, and whose word facts are."""
    usual = dict(sources().usual) | _whose(top.table("from"))
    country, worldwide = top.text("country", ""), top.flag("worldwide")
    rows = top.table("carriers")
    for carrier_id in rows:
        if carrier_id in earlier:
            raise rows.error(carrier_id, "stands in another file too; keep one of the two")
        yield _carrier(rows.table(carrier_id), carrier_id, (country, worldwide), usual)
    top.close()


def source_named(table: Table, key: str, name: str) -> Source:
    """The source of a short name; PackError where `sources.toml` has none."""
    named = sources().named
    if name not in named:
        raise table.error(key, f"its source {name!r} is not in sources.toml; name one of {', '.join(named)}")
    return named[name]


def _whose(table: Table) -> dict[str, str]:
    """A `from`: by fact, the short name of its source."""
    facts = {*_FACTS, *sources().aggregators}
    for unknown in sorted(set(table) - facts):
        raise table.error(unknown, f"is no fact; the facts are: {', '.join(sorted(facts))}")
    return {fact: table.text(fact) for fact in table}


def _carrier(table: Table, carrier_id: str, all_of: tuple[str, bool], usual: Mapping[str, str]) -> Carrier:
    whose = dict(usual) | _whose(table.table("from"))
    country, worldwide = table.text("country", all_of[0]), table.flag("worldwide", default=all_of[1])
    facts = {
        "name": table.text("name"),
        "local": table.text("local", ""),
        "country": country,
        "site": table.text("site", ""),
        "zone": _zone(table, country),
        "url": _url(table),
    }
    keys = {name: keys for name in sources().aggregators if (keys := _keys(table, name))}
    aliases = table.texts("also")
    table.close()
    said = [fact for fact in _FACTS if facts[fact]] + list(keys)
    return Carrier(
        id=carrier_id,
        **facts,
        worldwide=worldwide,
        keys=keys,
        aliases=aliases,
        sources={fact: source_named(table, fact, whose.get(fact, "")) for fact in said},
    )


def _zone(table: Table, country: str) -> str:
    if country and country not in countries():
        raise table.error("country", f"{country!r} is not in countries.toml; correct it, or add the country")
    return countries()[country].zone if country else ""


def _url(table: Table) -> str:
    url = table.text("url", "")
    if url and "{number}" not in url:
        raise table.error(
            "url", f"{url!r} has no place for the tracking number; write {{number}} where it goes"
        )
    return url


def _keys(table: Table, aggregator: str) -> tuple[str, ...]:
    said = table.text(aggregator, "")
    return tuple(said.split(" | ")) if said else ()


def _country(table: Table) -> Country:
    country = Country(table.text("name"), table.text("zone", ""))
    table.close()
    return country


def _source(table: Table) -> Source:
    source = Source(table.text("text"), table.word("confidence", Confidence))
    table.close()
    return source


def _aggregator(table: Table) -> Aggregator:
    aggregator = Aggregator(table.text("name"), table.texts("variants"))
    table.close()
    return aggregator


def _table(file: Traversable) -> Table:
    return load_table(f"directory/{file.name}", file.read_text(encoding="utf-8"))


@cache
def _aliases() -> dict[str, str]:
    return {alias: one.id for one in carriers().values() for alias in one.aliases}


@cache
def _by_key() -> dict[str, dict[str, str]]:
    """By aggregator, then by key in lower case, our id; a key's variants too where they name no other."""
    found: dict[str, dict[str, str]] = {name: {} for name in sources().aggregators}
    bare: dict[str, dict[str, str]] = {name: {} for name in found}
    for one in carriers().values():
        for aggregator, keys in one.keys.items():
            for key in map(str.casefold, keys):
                found[aggregator][key] = one.id
                bare[aggregator].setdefault(_bare(key, _variants(aggregator)), one.id)
    return {name: bare[name] | found[name] for name in found}


def _variants(aggregator: str) -> tuple[str, ...]:
    found = sources().aggregators.get(aggregator)
    return found.variants if found else ()


def _bare(key: str, variants: Sequence[str]) -> str:
    return next((key.removesuffix(ending) for ending in variants if key.endswith(ending)), key)
