"""Files of past orders as columns of text, some thousand rows at a time: CSV, gzipped or not, and Parquet."""

import csv
import glob
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

try:
    import duckdb
except ImportError:  # the extra `ml` is not installed
    duckdb = None  # type: ignore[assignment]

CHUNK = 20_000  # rows
# DuckDB fetches no extension from anywhere: without one it tells moments in UTC
_ALONE: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_DELIMITERS = ",;\t|"
_KINDS = (
    (b"PK\x03\x04", "a workbook or an archive: save the sheet as CSV"),
    (b"%PDF", "a PDF: export the orders as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old workbook: save the sheet as CSV"),
    (b"SQLite format 3", "a database: export the orders as CSV"),
)


class Unreadable(ValueError):
    """Nothing of a file can be used: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file."""

    rows: Sequence[int]  # their numbers, as a spreadsheet has them
    columns: Sequence[Sequence[str]]  # in the order of the source's names
    crooked: Sequence[tuple[int, int]]  # rows with another number of fields, and that number
    share: float  # of the file that is read now, 0 to 1


@dataclass(frozen=True, slots=True)
class Source:
    """An open file."""

    names: Sequence[str]
    chunks: Iterator[Chunk]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file as columns of text. Unreadable where it is of the wrong kind, or broken."""
    try:
        kind = _kind(path)
        with path.open("rb") as raw, _lines(raw, kind) as lines:
            yield _parquet(path) if kind == "parquet" else _csv(raw, lines, path)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name}: not UTF-8 text ({error.reason}): save it as CSV in UTF-8") from error
    except (OSError, EOFError, csv.Error) as error:
        raise Unreadable(f"{path.name}: cannot be read: {error}") from error


def _kind(path: Path) -> str:
    with path.open("rb") as raw:
        head = raw.read(4096)
    for begins, says in _KINDS:
        if head.startswith(begins):
            raise Unreadable(f"{path.name}: this is {says}")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if b"\0" in head:
        raise Unreadable(f"{path.name}: this is neither text in UTF-8 nor Parquet: save it as CSV in UTF-8")
    return "csv"


def _lines(raw: BinaryIO, kind: str) -> TextIO:
    if kind == "gzip":
        return cast("TextIO", gzip.open(raw, "rt", encoding="utf-8-sig", newline=""))
    return io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def _csv(raw: BinaryIO, lines: TextIO, path: Path) -> Source:
    first = lines.readline()
    if not first.strip():
        raise Unreadable(f"{path.name}: the first line must name the columns, and it is empty")
    delimiter = max(_DELIMITERS, key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    size = max(path.stat().st_size, 1)
    rows = csv.reader(lines, delimiter=delimiter)
    return Source(names, _csv_chunks(rows, len(names), lambda: min(raw.tell() / size, 1.0)))


def _csv_chunks(rows: Iterable[list[str]], width: int, share: Callable[[], float]) -> Iterator[Chunk]:
    numbered = enumerate(rows, start=2)
    while batch := list(islice(numbered, CHUNK)):
        whole = [(number, row) for number, row in batch if len(row) == width]
        yield Chunk(
            rows=[number for number, _ in whole],
            columns=list(zip(*(row for _, row in whole), strict=True)) or [()] * width,
            crooked=[(number, len(row)) for number, row in batch if row and len(row) != width],
            share=share(),
        )


def _parquet(path: Path) -> Source:
    if duckdb is None:
        raise Unreadable(f"{path.name}: reading Parquet needs the extra: pip install 'wismo[ml]', or make ml")
    try:
        # "[" in a path is no pattern. Moments with an offset are told as UTC.
        reader = duckdb.connect(config=_ALONE)
        told = reader.read_parquet(glob.escape(str(path)))
        texts = told.select(*(duckdb.ColumnExpression(name).cast("VARCHAR") for name in told.columns))
        names, size = told.columns, len(told)
        return Source(names, _parquet_chunks(reader.execute(texts.sql_query()), path.name, size))
    except duckdb.Error as error:
        raise Unreadable(f"{path.name}: this Parquet file cannot be read: {error}") from error


def _parquet_chunks(told: "duckdb.DuckDBPyConnection", name: str, size: int) -> Iterator[Chunk]:
    done = 0
    try:
        while batch := told.fetchmany(CHUNK):
            columns = [
                ["" if value is None else value for value in column] for column in zip(*batch, strict=True)
            ]
            yield Chunk(range(done + 1, done + len(batch) + 1), columns, (), (done + len(batch)) / size)
            done += len(batch)
    except duckdb.Error as error:
        raise Unreadable(f"{name}: this Parquet file cannot be read after row {done}: {error}") from error
