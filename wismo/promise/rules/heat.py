"""Where and how often promises break: ways and destinations as the rows and columns of one map. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from wismo.promise.rules.coverage import Cell, Kept, grouped

ROWS, COLUMNS = 10, 10  # what a map can hold and still be read; the rest is told as one
Pair = tuple[str, str]
REST: Pair = ("", "")  # all that is not shown apart


@dataclass(frozen=True, slots=True)
class Row:
    """One carrier from one warehouse, and what became of its promises in each place of the map."""

    way: Pair  # carrier, warehouse
    cells: tuple[Kept, ...]

    @property
    def together(self) -> Kept:
        """In all places."""
        return sum(self.cells, Kept())


@dataclass(frozen=True, slots=True)
class Heat:
    """The map: the ways and the places with the most promises first, the rest last."""

    places: tuple[Pair, ...]  # country, area: see rules/lanes.py
    rows: tuple[Row, ...]


def heat_of(cells: Sequence[Cell]) -> Heat:
    """The map of all these promises."""
    places = _most(grouped(cells, _place), COLUMNS)
    ways = _most(grouped(cells, _way), ROWS)
    found = grouped(
        cells,
        lambda cell: (_known(_way(cell), ways), _known(_place(cell), places)),
    )
    columns = _with_rest(places, [place for _, place in found])
    lines = _with_rest(ways, [way for way, _ in found])
    return Heat(
        places=tuple(columns),
        rows=tuple(Row(way, tuple(found.get((way, place), Kept()) for place in columns)) for way in lines),
    )


def _place(cell: Cell) -> Pair:
    return (cell.country, cell.area)


def _way(cell: Cell) -> Pair:
    return (cell.carrier, cell.warehouse)


def _known(pair: Pair, shown: Sequence[Pair]) -> Pair:
    return pair if pair in shown else REST


def _most(groups: dict[Pair, Kept], limit: int) -> list[Pair]:
    """The groups with the most promises."""
    return sorted(groups, key=lambda pair: (-groups[pair].promises, pair))[:limit]


def _with_rest(shown: list[Pair], found: Sequence[Pair]) -> list[Pair]:
    return [*shown, REST] if REST in found and REST not in shown else shown
