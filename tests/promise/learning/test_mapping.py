"""The text that says which column of a file tells what."""

from pathlib import Path

import pytest

from wismo.promise.learning.mapping import MappingError, read_mapping

MAPPINGS = Path(__file__).parents[3] / "docs" / "promise" / "mappings"
LEAST = '[columns]\nbought = "placed"\narrived = "came"\n'


def problems(text: str) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(MappingError) as caught:
        read_mapping(text, "mine.toml")
    return str(caught.value).splitlines()


def test_two_columns_are_enough() -> None:
    mapping = read_mapping(LEAST)
    assert mapping.columns == {"bought": ("placed",), "arrived": ("came",)}
    assert (mapping.zone, mapping.formats, mapping.numbers) == ("", (), ())


@pytest.mark.parametrize("name", ["olist", "scms", "example"])
def test_the_mappings_of_the_docs_can_be_followed(name: str) -> None:
    path = MAPPINGS / f"{name}.toml"
    assert "arrived" in read_mapping(path.read_text(encoding="utf-8"), path.name).columns


def test_nothing_that_is_known_only_afterwards_is_read_of_olist() -> None:
    text = (MAPPINGS / "olist.toml").read_text(encoding="utf-8")
    mapping = read_mapping(text)
    read = {name for columns in mapping.columns.values() for name in columns}
    read |= {*mapping.numbers, *mapping.words, mapping.status}
    assert not read & {"status", "review_score", "ship_limit"}


def test_of_several_columns_all_are_kept_in_their_order() -> None:
    mapping = read_mapping('[columns]\nbought = ["placed", "paid"]\narrived = "came"\n')
    assert mapping.columns["bought"] == ("placed", "paid")


def test_what_tells_nothing_may_be_added_to() -> None:
    mapping = read_mapping('unknown = ["Date Not Captured"]\n' + LEAST)
    assert {"", "NULL", "Date Not Captured"} <= mapping.unknown


def test_every_mistake_is_told_with_its_line_and_what_to_write() -> None:
    text = (
        '[columns]\nbought = "placed"\nweight = "kg"\n\n[constants]\ncountry = "Brazil"\n\n'
        '[times]\nzone = "Brasilia"\n\n[features]\nnumbers = 3\n\n[values.country]\nEngland = "EN"\n'
    )
    said = problems(text)
    assert [line.partition(": ")[2].split(":")[0] for line in said] == [
        "line 1",
        "line 3",
        "line 6",
        "line 9",
        "line 12",
        "line 15",
    ]
    assert said[0] == "mine.toml: line 1: columns.arrived: is missing"
    assert said[2].endswith('"Brazil" is no country; write its two letters, such as BR')
    assert said[3].endswith('"Brasilia" is no time zone; write one such as "America/Sao_Paulo"')
    assert said[4].endswith('3 is neither text in quotes nor a list such as ["price"]')
    assert said[5].endswith('"EN" is no country; write its two letters, such as BR')


def test_what_is_no_toml_is_told_with_its_line() -> None:
    assert problems("[columns]\nbought = placed\n")[0].startswith("mine.toml: line 2: this is not TOML")


def test_a_mapping_without_columns_says_so() -> None:
    assert problems("")[0] == "mine.toml: line 1: columns: is missing"
