"""docs/carriers.md, written from the matrix."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from wismo.carriers.directory import countries, sources
from wismo.carriers.matrix import SUREST_FIRST, UNVERIFIED, Level, Row
from wismo.carriers.pack import Confidence, Kind

_MEANS = {
    Level.RECOGNISE: "its tracking numbers are told by shape, and by check digit where there is one; a guess "
    "comes with its strength and its reason, and several carriers may fit",
    Level.LINK: "we know its tracking page of a parcel",
    Level.WEBHOOK: "it pushes scans to Wismo, which checks who sent them and reads them: a pack with samples",
    Level.POLL: "Wismo asks it for scans, with your own account where it wants one",
    Level.AGGREGATOR: "its key is mapped, both ways, at an aggregator you can have an account with: "
    "{aggregators}",
}
_WORDS = {
    Confidence.OFFICIAL: "the carrier's own documentation, or that of whoever gives out the key",
    Confidence.OBSERVED: "seen in real payloads, or on the carrier's own site",
    Confidence.THIRD_PARTY: "what others use in public",
    Confidence.GUESS: "the words say so, or one place only; check it before you rely on it",
    UNVERIFIED: "written down, and confirmed by nobody yet",
}
_SHORT = {Level.RECOGNISE: "r", Level.LINK: "l", Level.AGGREGATOR: "a"}
_INTRO = """# Carriers

<!-- Written by `wismo carriers list --markdown > docs/carriers.md`. Do not edit: change the data. -->

**{direct} carriers are directly integrated** (they push to Wismo, or Wismo asks them), **{recognise} are
recognised** by their numbers, **{link} have a tracking page** we can link to, and **{aggregator:,} are
reachable through your own aggregator account**. These are four different things, and are never added up.

No live account of any carrier or aggregator was used. Every cell is held by a test: numbers against formats,
links against templates, pushes and answers against samples we wrote in the sender's shape, keys mapped there
and back. Where a fact is not confirmed, the word beside it says so.
"""
_REST = """
## All others, by country

**r** recognised by number, **l** link, **a** reachable through an aggregator account. Carriers without any of
these are left out. `wismo carriers show ID` tells everything known of one, and whose word it is.
"""


def page(rows: Sequence[Row]) -> str:
    """The whole page."""
    own = [row for row in rows if row.kind is Kind.CARRIER]
    direct = [row for row in own if row.direct]
    many = [row for row in rows if row.kind is Kind.AGGREGATOR]
    counts = {level.value: sum(level in row.cells for row in own) for level in Level}
    parts = [
        [_INTRO.format(direct=len(direct), **counts)],
        _levels(own, many),
        _confidence(),
        ["", f"## The {len(direct)} directly integrated carriers", ""],
        _table(direct, list(Level)),
        ["", f"## The {len(many)} sources that speak for many carriers", ""],
        _table(many, [Level.WEBHOOK, Level.POLL]),
        [_REST.rstrip()],
        _by_country([row for row in own if row.cells and not row.direct]),
    ]
    return "\n".join(chain.from_iterable(parts)).rstrip() + "\n"


def _levels(own: Sequence[Row], many: Sequence[Row]) -> Iterator[str]:
    names = ", ".join(aggregator.name for aggregator in sources().aggregators.values())
    yield "| level | what it means | carriers | sources for many |"
    yield "|---|---|---:|---:|"
    for level, means in _MEANS.items():
        counts = [sum(level in row.cells for row in those) for those in (own, many)]
        yield f"| {level} | {means.format(aggregators=names)} | {counts[0]:,} | {counts[1] or '–'} |"


def _confidence() -> Iterator[str]:
    yield ""
    yield "| word | how we know |"
    yield "|---|---|"
    yield from (f"| {word} | {_WORDS[word]} |" for word in SUREST_FIRST)


def _table(rows: Sequence[Row], levels: Sequence[Level]) -> Iterator[str]:
    yield "| id | name | country | " + " | ".join(levels) + " |"
    yield "|---|---|---|" + "---|" * len(levels)
    for row in rows:
        cells = " | ".join(_cell(row, level) for level in levels)
        yield f"| {row.id} | {_safe(row.name)} | {row.country} | {cells} |"


def _cell(row: Row, level: Level) -> str:
    said = row.cells.get(level, "–")
    return f"{said} (needs {', '.join(row.needs)})" if level is Level.POLL and row.needs else said


def _by_country(rows: Sequence[Row]) -> Iterator[str]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[countries()[row.country].name if row.country in countries() else "No one country"].append(row)
    for country, those in sorted(groups.items()):
        yield f"\n**{country}** ({len(those)}): " + "; ".join(map(_short, those))


def _short(row: Row) -> str:
    return f"{_safe(row.name)} {''.join(letter for level, letter in _SHORT.items() if level in row.cells)}"


def _safe(name: str) -> str:
    return name.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
