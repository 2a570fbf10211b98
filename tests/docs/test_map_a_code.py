"""The page on mapping a code tells the truth: its commands run, and its numbers are those of the code."""

from pathlib import Path

import pytest
from django.utils import timezone

from tests.cli.test_commands import wismo
from tests.docs.test_docs import blocks
from tests.makers import a_parcel, a_shop
from wismo.carriers import suggestions
from wismo.tracking.actions import meanings, quality
from wismo.tracking.actions.meanings import give
from wismo.tracking.queries.quality import DAYS
from wismo.tracking.rules.meaning import Meaning
from wismo.tracking.rules.quality import SLOTS, Kind
from wismo.vocabulary.status import Status
from wismo.wiring import WORK

FILE = Path(__file__).parents[2] / "docs" / "map-a-code.md"
PAGE = " ".join(FILE.read_text(encoding="utf-8").split())


@pytest.mark.django_db
def test_every_command_of_the_page_runs() -> None:
    told = a_parcel(a_shop())
    give(told.shop_id, "ups", "ZZ|1", Meaning(Status.HELD), who="ines@halden.example", now=timezone.now())
    lines = [line for _, script in blocks(FILE) for line in script.splitlines()]
    ran = {line: wismo(*line.partition(" > ")[0].split()[1:]) for line in lines}
    assert {line: done.exit_code for line, done in ran.items()} == dict.fromkeys(ran, 0)
    assert len(ran) == 3
    assert 'code = "ZZ|1"' in ran["wismo carriers export-meanings > codes.toml"].stdout


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    every = next(job.every for job in WORK["history"] if job.name == "carriers' quality")
    said = {
        "known words of ten languages": len(suggestions.LANGUAGES) == 10,
        "the same code at three other carriers": suggestions.AGREEING == 3,
        "Of a code with more than 500 scans the newest 500 are tried": meanings.REHEARSED == 500,
        "one of ten figures": len(Kind) == 10,
        "the scans of the last 30 days, every 15 minutes": (DAYS, every) == (30, 900),
        "from 22 slots": SLOTS == 22,
    }
    assert {text: text in PAGE and true for text, true in said.items()} == dict.fromkeys(said, True)
    assert quality.WINDOW.days == DAYS
