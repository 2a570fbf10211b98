"""Every sample reaches the status in its name: `<carrier>/<what>--<status>[--<leg>].<json|xml|html>`."""

from pathlib import Path

import pytest

from tests.carriers.samples_of import FILES, of_pack
from wismo.carriers.engine import read_all
from wismo.carriers.registry import packs
from wismo.carriers.shapes import shape_of
from wismo.vocabulary.status import Status


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_the_latest_scan_has_the_status_and_leg_in_the_name(file: Path) -> None:
    _what, expected, leg = (*file.stem.split("--"), "forward")[:3]

    reading = read_all(packs()[file.parent.name], file.read_bytes())

    latest = max(reading.scans, key=lambda scan: scan.sort_at.timestamp() if scan.sort_at else 0)
    assert (latest.status or "unmapped", latest.leg) == (expected, leg)
    assert reading.problems == []


@pytest.mark.parametrize("source", list(packs()))
def test_a_pack_has_a_normal_a_delivered_a_failed_and_an_unmapped_sample(source: str) -> None:
    failures = {"failed_attempt", "returned", "lost", "damaged"}
    said = {file.stem.split("--")[1] for file in of_pack(source)}
    assert {"delivered", "unmapped"} <= said
    assert said & failures
    assert said - failures - {"delivered", "unmapped"}
    assert said <= {*Status, "unmapped"}


@pytest.mark.parametrize("source", list(packs()))
def test_every_shape_a_pack_reads_has_a_sample(source: str) -> None:
    read = {shape_of(packs()[source], file.read_bytes())[0].name for file in of_pack(source)}
    assert read == {payload.name for payload in packs()[source].payloads}
