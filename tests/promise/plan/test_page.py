"""The pages that explain plans and adjustments: every example works, and every key is explained."""

import re
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from wismo.promise.plan.reading import KEYS, problems_of, read
from wismo.promise.published import clock_of
from wismo.promise.rules.declared import COLUMNS, EFFECTS, STAGES, Declared, read_rows, rows_of

DOCS = Path(__file__).resolve().parents[3] / "docs" / "promise"
TODAY = date(2026, 11, 24)
_BASE = {
    "warehouse": '[[warehouse]]\nkey = "leipzig"\ncountry = "DE"\ntimezone = "Europe/Berlin"\nweek = {}\n',
    "service": '[[service]]\nkey = "standard"\ncarrier = "dhl-paket"\n',
}


def examples(page: str, how: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{how}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def whole(example: str) -> str:
    """The example in a plan that has what it leaves out."""
    told = tomllib.loads(example)
    keys = {kind: [row["key"] for row in told.get(kind, ())] for kind in _BASE}
    usual = {"warehouse": "leipzig", "service": "standard"}
    rest = [_BASE[kind] for kind, key in usual.items() if not keys[kind] or key not in keys[kind]]
    return "\n".join([example, *rest])


@pytest.mark.parametrize("example", examples("plan.md", "toml"))
def test_every_example_of_a_plan_can_be_published(example: str) -> None:
    assert problems_of(whole(example), today=TODAY) == ()


def test_every_key_of_a_plan_is_in_an_example() -> None:
    shown: dict[str, set[str]] = {}
    for example in examples("plan.md", "toml"):
        for name, told in tomllib.loads(example).items():
            for row in told if isinstance(told, list) else []:
                shown.setdefault(name, set()).update(row if isinstance(row, dict) else ())
            shown.setdefault(name, set())
    assert set(shown) == set(KEYS)
    known = {
        "warehouse": "key country timezone region postcode week handling capacity",
        "service": "key carrier name warehouses to pickup delivery published handover_by customs",
        "cutoff": "at warehouse service days eves",
        "extra": "service to days",
        "typed": "service to days warehouse",
        "class": "key skus handling available_on warehouses alone",
        "payment": "key hold",
        "event": "key day lead_days",
    }
    assert {name: shown[name] for name in known} == {name: set(keys.split()) for name, keys in known.items()}


def test_the_page_tells_the_levels_as_they_are() -> None:
    assert read(whole("cost = { early = 1, late = 19 }")).level == 0.95
    assert clock_of((1, 2)).quantile(0.95) == 5


@pytest.mark.parametrize("how", ["csv", "json"])
def test_every_example_of_a_feed_is_followed(how: str) -> None:
    found = examples("adjustments.md", how)
    assert found
    for example in found:
        rows, problems = read_rows(rows_of(example.encode()), referenced=True)
        assert problems == []
        assert rows


def test_every_column_and_word_of_a_feed_is_explained() -> None:
    page = (DOCS / "adjustments.md").read_text(encoding="utf-8")
    assert {word for word in (*COLUMNS, *EFFECTS, *STAGES) if f"`{word}`" not in page} == set()
    assert set(COLUMNS) == {field.name for field in fields(Declared)}
