"""Every sample reaches the status in its name: `<carrier>/<what>--<status>[--<leg>].json`."""

from pathlib import Path

import pytest

from wismo.carriers.engine import read_all
from wismo.carriers.registry import packs

SAMPLES = Path(__file__).parent / "samples"
FILES = sorted(SAMPLES.glob("*/*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_latest_scan_has_the_status_and_leg_in_the_name(file: Path) -> None:
    _what, expected, leg = (*file.stem.split("--"), "forward")[:3]

    reading = read_all(packs()[file.parent.name], file.read_bytes())

    latest = max(reading.scans, key=lambda scan: scan.sort_at.timestamp() if scan.sort_at else 0)
    assert (latest.status or "unmapped", latest.leg) == (expected, leg)
    assert reading.problems == []


def test_every_pack_has_a_normal_a_delivered_a_failed_and_an_unmapped_sample() -> None:
    failures = {"failed_attempt", "returned", "lost", "damaged"}
    for carrier in packs():
        said = {file.stem.split("--")[1] for file in FILES if file.parent.name == carrier}
        assert {"delivered", "unmapped"} <= said, carrier
        assert said & failures, carrier
        assert said - failures - {"delivered", "unmapped"}, carrier
