"""How the columns of a shop's own file are read: a text in TOML that names them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wismo.promise.learning.history import MOMENTS, PLACES, TEXTS
from wismo.vocabulary.calendar import is_country, zone_of
from wismo.vocabulary.toml.lines import lines_of
from wismo.vocabulary.toml.notes import Notes, Problem, TextError, parse, shown

FIELDS = (*MOMENTS, *PLACES, *TEXTS)
NEEDED = ("bought", "arrived")
COUNTRIES = ("country", "origin_country")
# What databases and spreadsheets write where they know nothing.
NOTHING = frozenset({"", "NULL", "null", "\\N", "NaN", "nan", "NaT", "None"})
_TABLES = ("columns", "constants", "features", "times", "values", "status", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """Which column tells what."""

    columns: Mapping[str, tuple[str, ...]]  # by the field of a History; of several, the first that tells
    constants: Mapping[str, str] = field(default_factory=dict)  # what the whole file has in common
    numbers: tuple[str, ...] = ()  # columns known at the purchase that may tell how long it will take
    words: tuple[str, ...] = ()
    zone: str = ""  # the clock of the history; moments with an offset are brought to it; "" is UTC
    formats: tuple[str, ...] = ()  # as of strptime, tried in turn; none: ISO 8601
    unknown: frozenset[str] = NOTHING  # values that tell nothing
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by field: the file's word, ours
    status: str = ""  # the column that tells what became of it
    ended: frozenset[str] = frozenset()  # its values for what will never arrive


class MappingError(TextError):
    """A mapping we cannot follow: every problem with its line and what to write."""


def read_mapping(text: str, name: str = "") -> FileMapping:
    """The mapping of that text. MappingError where it is not one; `name` is the file's."""
    raw = parse(text)
    if isinstance(raw, Problem):
        raise MappingError([raw], name)
    notes = Notes(lines_of(text))
    found = _Reader(raw, notes).mapping()
    if notes.problems:
        raise MappingError(notes.problems, name)
    return found


class _Reader:
    def __init__(self, raw: Mapping[str, Any], notes: Notes) -> None:
        self.raw, self.notes = raw, notes

    def mapping(self) -> FileMapping:
        self.notes.keys(self.raw, "", _TABLES, ("columns",))
        features = self.table("features", ("numbers", "words"))
        times = self.table("times", ("zone", "format"))
        status = self.table("status", ("column", "ended"))
        return FileMapping(
            columns=self.columns(),
            constants=self.constants(),
            numbers=self.texts(features, "features.numbers"),
            words=self.texts(features, "features.words"),
            zone=self.zone(times),
            formats=self.texts(times, "times.format"),
            unknown=NOTHING | frozenset(self.texts(self.raw, "unknown")),
            values=self.values(),
            status=self.notes.typed(status, "status.column", str, ""),
            ended=frozenset(self.texts(status, "status.ended")),
        )

    def table(self, name: str, known: tuple[str, ...], needed: tuple[str, ...] = ()) -> dict[str, Any]:
        table = self.notes.typed(self.raw, name, dict, {})
        self.notes.keys(table, name, known, needed if name in self.raw else ())
        return table

    def columns(self) -> dict[str, tuple[str, ...]]:
        raw = self.table("columns", FIELDS, NEEDED)
        return {name: self.texts(raw, f"columns.{name}") for name in raw}

    def constants(self) -> dict[str, str]:
        raw = self.table("constants", TEXTS[1:])
        found = {name: self.notes.typed(raw, f"constants.{name}", str, "") for name in raw}
        for name in found.keys() & set(COUNTRIES):
            self.country(f"constants.{name}", found[name])
        return found

    def values(self) -> dict[str, dict[str, str]]:
        raw = self.table("values", TEXTS[1:])
        found = {name: self.notes.typed(raw, f"values.{name}", dict, {}) for name in raw}
        for name, words in found.items():
            for word, ours in words.items():
                path = f"values.{name}.{word}"
                if name in COUNTRIES:
                    self.country(path, ours)
                elif not isinstance(ours, str):
                    self.notes.wrong(path, f"{shown(ours)} is not text in quotes")
        return found

    def country(self, path: str, code: object) -> None:
        if not isinstance(code, str) or not is_country(code):
            self.notes.wrong(path, f"{shown(code)} is no country; write its two letters, such as BR")

    def zone(self, times: Mapping[str, Any]) -> str:
        name = self.notes.typed(times, "times.zone", str, "")
        if name and zone_of(name) is None:
            self.notes.wrong("times.zone", f'"{name}" is no time zone; write one such as "America/Sao_Paulo"')
        return name

    def texts(self, raw: Mapping[str, Any], path: str) -> tuple[str, ...]:
        """A text, or a list of texts."""
        told = raw.get(path.rpartition(".")[2], [])
        found = [told] if isinstance(told, str) else told
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.notes.wrong(path, f'{shown(told)} is neither text in quotes nor a list such as ["price"]')
            return ()
        return tuple(found)
