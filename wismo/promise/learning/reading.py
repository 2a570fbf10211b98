"""A shop's file of past orders as a `History`: what can be read is kept, and all the rest is told."""

import sys
from collections.abc import Callable, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.countries import country_of
from wismo.promise.learning.history import MOMENTS, PLACES, TEXTS, Floats, History, Moments, Texts
from wismo.promise.learning.mapping import COUNTRIES, NEEDED, FileMapping
from wismo.promise.learning.moments import TimeReader
from wismo.promise.learning.order import in_order
from wismo.promise.learning.sources import Chunk, Source, Unreadable, opened
from wismo.promise.learning.trouble import Trouble

Progress = Callable[[float], None]  # the share that is done, 0 to 1
Part = dict[str, NDArray[Any]]
_DEGREES = {"lat": 90.0, "lng": 180.0, "origin_lat": 90.0, "origin_lng": 180.0}
_NAN = float("nan")
_LONGEST = 200  # characters of a value that are kept


def read_history(
    path: Path, mapping: FileMapping, *, progress: Progress = lambda share: None
) -> tuple[History, Trouble]:
    """The orders of the file, and what was wrong with it. Unreadable where none of it can be used."""
    trouble = Trouble()
    with opened(path) as source:
        reader = _Reader(source, mapping, trouble, path.name)
        parts = []
        for chunk in source.chunks:
            parts.append(reader.part(chunk))
            progress(chunk.share)
    if not trouble.rows:
        raise Unreadable(f"{path.name}: there are no rows below the first line")
    reader.tell_of_zones()
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns = in_order(columns, trouble)
    trouble.kept = len(columns["bought"])
    if not trouble.kept:
        why = "\n".join(trouble.in_words())
        raise Unreadable(f"{path.name}: none of its {trouble.rows:,} rows can be used:\n{why}")
    return _history(columns, mapping), trouble


def _history(columns: Part, mapping: FileMapping) -> History:
    kept: dict[str, Any] = {name: columns[name] for name in (*MOMENTS, *PLACES, *TEXTS)}
    return History(
        **kept,
        numbers={name: columns[f"number:{name}"] for name in mapping.numbers if f"number:{name}" in columns},
        words={name: columns[f"word:{name}"] for name in mapping.words if f"word:{name}" in columns},
    )


class _Reader:
    """Reads chunk after chunk of one file."""

    def __init__(self, source: Source, mapping: FileMapping, trouble: Trouble, file: str) -> None:
        self.mapping, self.trouble = mapping, trouble
        self._place = {name: place for place, name in reversed(list(enumerate(source.names)))}
        self._check(file, source.names)
        self._same: dict[str, str] = {}  # each text once in memory, however many rows have it
        self._times = {name: TimeReader(mapping) for name in MOMENTS}
        self._codes: dict[str, str] = {}

    def _check(self, file: str, names: Sequence[str]) -> None:
        told = dict(self.mapping.columns)
        told |= {f"number:{name}": (name,) for name in self.mapping.numbers}
        told |= {f"word:{name}": (name,) for name in self.mapping.words}
        told |= {"status": (self.mapping.status,)} if self.mapping.status else {}
        missing = {name for columns in told.values() for name in columns if name not in self._place}
        self._found = {
            name: [self._place[column] for column in columns if column in self._place]
            for name, columns in told.items()
        }
        self.trouble.titles |= {name: ", ".join(columns) for name, columns in told.items()}
        there = ", ".join(names)
        for needed in NEEDED:
            if not self._found[needed]:
                wanted = ", ".join(repr(name) for name in told[needed])
                raise Unreadable(f"{file}: no column {wanted}, which tells {needed!r}; there are: {there}")
        for name in sorted(missing):
            self.trouble.note("missing_column", column=name, value=f"there are: {there}")

    def part(self, chunk: Chunk) -> Part:
        """The columns of a chunk, without the rows that cannot be used."""
        self.trouble.rows += len(chunk.rows) + len(chunk.crooked)
        for row, width in chunk.crooked:
            self.trouble.note("crooked_row", row, value=f"{width} fields, not {len(chunk.columns)}")
        part: Part = {"row": np.array(chunk.rows, np.int64)}
        usable = np.ones(len(chunk.rows), np.bool_)
        for name in MOMENTS:
            part[name], bad = self._moments(name, chunk)
            if name in NEEDED:
                usable[bad] = False
        part |= {name: self._texts(name, chunk) for name in TEXTS}
        part |= {name: self._floats(name, chunk, _DEGREES[name]) for name in PLACES}
        for name in self._found:
            if name.startswith("number:"):
                part[name] = self._floats(name, chunk)
            elif name.startswith("word:"):
                part[name] = self._texts(name, chunk)
        self._name(part)
        part["over"] = self._over(chunk)
        return {name: column[usable] for name, column in part.items()}

    def _raw(self, name: str, chunk: Chunk) -> list[str]:
        """The texts of the first of the field's columns that tells something."""
        found = self._found.get(name, [])
        if not found:
            return [self.mapping.constants.get(name, "")] * len(chunk.rows)
        told = [text.strip() for text in chunk.columns[found[0]]]
        for place in found[1:]:
            other = chunk.columns[place]
            told = [
                other[row].strip() if text in self.mapping.unknown else text for row, text in enumerate(told)
            ]
        return told

    def _moments(self, name: str, chunk: Chunk) -> tuple[Moments, list[int]]:
        texts = self._raw(name, chunk)
        moments, crooked = self._times[name].read(texts)
        kind = "unreadable_time" if name in NEEDED else "unreadable_detail"
        for place in crooked:
            self.trouble.note(kind, chunk.rows[place], name, texts[place])
        return moments, crooked

    def _texts(self, name: str, chunk: Chunk) -> Texts:
        same, unknown, ours = self._same, self.mapping.unknown, self.mapping.values.get(name, {})
        texts = [
            "" if text in unknown else ours.get(text, text)[:_LONGEST] for text in self._raw(name, chunk)
        ]
        if name in COUNTRIES:
            texts = self._countries(name, texts, chunk.rows)
        elif name in {"region", "origin_region"}:
            texts = [text.partition("-")[2] if text[2:3] == "-" else text for text in texts]  # "BR-SP" is SP
        found = np.empty(len(texts), np.object_)
        found[:] = texts if name == "reference" else [same.setdefault(text, text) for text in texts]
        return found

    def _countries(self, name: str, texts: Sequence[str], rows: Sequence[int]) -> list[str]:
        for text in set(texts) - self._codes.keys():
            self._codes[text] = country_of(text)
        codes = [self._codes[text] for text in texts]
        for row, text in compress(zip(rows, texts, strict=True), (not code for code in codes)):
            if text:
                self.trouble.note("unknown_country", row, name, text)
        return codes

    def _floats(self, name: str, chunk: Chunk, most: float = sys.float_info.max) -> Floats:
        texts, unknown = self._raw(name, chunk), self.mapping.unknown
        numbers = np.array([_NAN if text in unknown else _number(text) for text in texts], np.float64)
        outside = ~(np.abs(numbers) <= most)
        numbers[outside] = _NAN
        for place in np.flatnonzero(outside).tolist():
            if texts[place] not in unknown:
                self.trouble.note("unreadable_number", chunk.rows[place], name, texts[place])
        return numbers

    def _name(self, part: Part) -> None:
        """A row without a reference is called by its number."""
        nameless = part["reference"] == ""
        part["reference"][nameless] = [f"row {row}" for row in part["row"][nameless]]

    def _over(self, chunk: Chunk) -> NDArray[np.bool_]:
        return np.array([text in self.mapping.ended for text in self._raw("status", chunk)], np.bool_)

    def tell_of_zones(self) -> None:
        """Note the columns whose times told their zone otherwise than the mapping lets expect."""
        for name, times in self._times.items():
            if times.zoned and not self.mapping.zone:
                self.trouble.note("assumed_utc", column=name)
            if times.zoned and times.bare:
                told = f"{times.zoned:,} with an offset, {times.bare:,} without"
                self.trouble.note("mixed_zones", column=name, value=told)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _NAN
