"""What was wrong with a file of past orders, and what was made of each: counted, and the first rows named."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LISTED = 20  # rows named of each kind
SAID = 3  # of them where a person reads
SAYS = {
    "missing_column": "columns that the mapping names and the file does not have; read without them",
    "crooked_row": "rows with more or fewer fields than the first line has names: left out",
    "no_purchase": "rows that do not tell when they were bought: left out",
    "unreadable_time": "times of purchase or arrival that cannot be read: their rows are left out",
    "arrived_before_bought": "rows that arrived before they were bought: left out",
    "repeated": "references that stand in an earlier row, too: only the first is kept",
    "unreadable_detail": "other times that cannot be read: taken as not known",
    "mixed_zones": "columns with some times that tell their offset and some that do not:"
    " the latter are taken as the clock of the mapping's zone",
    "assumed_utc": "columns with times that tell their offset, while the mapping names no zone: read as UTC",
    "ready_before_bought": "rows that were ready before they were bought: taken as ready at the purchase",
    "handed_before_bought": "rows handed over before they were bought: taken as handed over at the purchase",
    "handed_after_arrived": "rows handed over after they arrived: the hand-over is taken as not known",
    "ready_after_handed": "rows ready after their hand-over: taken as ready at the hand-over",
    "promised_before_bought": "rows with a promise before the purchase: taken as not promised",
    "unreadable_number": "numbers that cannot be read: taken as not known",
    "unknown_country": "countries we do not know: taken as not told; [values.country] of the mapping can say"
    " which they are",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One row that something was wrong with."""

    row: int | None  # as a spreadsheet numbers it; None is the file as a whole
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = [f"row {self.row}"] if self.row is not None else []
        where += [f"column {self.column!r}"] if self.column else []
        told = f": {self.value}" if self.value else ""
        return ", ".join(where) + told


@dataclass(slots=True)
class Trouble:
    """All that was wrong, by kind (the keys of `SAYS`, and in its order)."""

    rows: int = 0  # that the file has
    kept: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    listed: dict[str, list[Listed]] = field(default_factory=dict)  # the first of each kind
    titles: dict[str, str] = field(default_factory=dict)  # how the file calls each field

    def note(self, kind: str, row: int | None = None, column: str = "", value: str = "") -> None:
        """Count one more of that kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        rows = self.listed.setdefault(kind, [])
        if len(rows) < LISTED:
            rows.append(Listed(row, self.titles.get(column, column), value[:300]))

    def as_json(self) -> dict[str, Any]:
        """For a script: plain values only."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "trouble": {
                kind: {
                    "count": self.counts[kind],
                    "says": says,
                    "first": [str(row) for row in self.listed[kind]],
                }
                for kind, says in SAYS.items()
                if kind in self.counts
            },
        }

    def in_words(self) -> Iterator[str]:
        """For a person: each kind with its number, and some of its rows."""
        for kind, says in SAYS.items():
            if kind in self.counts:
                yield f"{self.counts[kind]:,} {says}"
                yield from (f"    {row}" for row in self.listed[kind][:SAID])
