"""Files of any kind: read as columns of text, or told what they are."""

import gzip
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.promise.learning.orders import COLUMNS, GOOD, HEAD, read, row
from wismo.promise.learning import sources
from wismo.promise.learning.mapping import read_mapping
from wismo.promise.learning.reading import read_history
from wismo.promise.learning.sources import Unreadable


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_any_usual_delimiter_will_do(tmp_path: Path, delimiter: str) -> None:
    history, _ = read(tmp_path, GOOD.replace(",", delimiter), head=HEAD.replace(",", delimiter))
    assert history.numbers["price"][0] == 19.9


def test_a_file_of_a_spreadsheet_begins_with_a_mark_that_is_no_name(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, GOOD, head="\ufeff" + HEAD)
    assert (list(history.reference), trouble.counts) == (["A1"], {})


def test_a_gzipped_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(f"{HEAD}\n{GOOD}\n".encode()))
    assert len(read_history(path, read_mapping(COLUMNS))[0]) == 1


def test_a_parquet_file_tells_the_same_as_a_csv_file(tmp_path: Path) -> None:
    csv, parquet = tmp_path / "orders.csv", tmp_path / "orders[1].parquet"
    from_csv, _ = read(tmp_path, GOOD, row("A2", came=""))
    duckdb.connect().read_csv(str(csv)).write_parquet(str(parquet))
    history, trouble = read_history(parquet, read_mapping(COLUMNS))
    assert list(history.reference) == ["A1", "A2"]
    assert (history.bought == from_csv.bought).all()
    assert history.arrived[0] == from_csv.arrived[0]
    assert np.isnat(history.arrived[1])
    assert (history.numbers["price"][0], trouble.counts) == (19.9, {})


def test_parquet_without_its_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "duckdb", None)
    (tmp_path / "orders.parquet").write_bytes(b"PAR1")
    with pytest.raises(Unreadable, match=r"pip install 'wismo\[ml\]', or make ml"):
        read_history(tmp_path / "orders.parquet", read_mapping(COLUMNS))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04rest", "a workbook or an archive: save the sheet as CSV"),
        (b"%PDF-1.7", "a PDF: export the orders as CSV"),
        (b"SQLite format 3\0", "a database"),
        (b"\x89PNG\0\0", "neither text in UTF-8 nor Parquet"),
        (b"PAR1 and then nothing", "this Parquet file cannot be read"),
        (b"\x1f\x8bnot gzip", "cannot be read"),
        ("id;größe\n".encode("latin-1"), "not UTF-8 text"),
        (b"", "the first line must name the columns"),
        (b'{"orders": []}', "no column 'bought', which tells 'bought'; there are: {\"orders\": []}"),
    ],
)
def test_a_file_of_the_wrong_kind_is_told_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read_history(path, read_mapping(COLUMNS))
    assert says in str(caught.value)
