"""Every sample of a connector reaches the status in its name: `<connector>/<what>--<status>[--<leg>]`."""

from pathlib import Path

import pytest

from tests.carriers.karrio import SAMPLES
from wismo.carriers.engine import read_all
from wismo.carriers.karrio.connectors import PREFIX, connectors
from wismo.carriers.registry import karrio_packs, pack, packs
from wismo.vocabulary.status import Scan

FILES = sorted(file for file in SAMPLES.glob("*/*") if file.suffix in {".json", ".xml"})
CONNECTORS = [
    "asendia", "australiapost", "bpost", "canadapost", "chronopost", "dhl-express", "dhl-parcel-de",
    "dhl-poland", "dhl-universal", "dpd", "fedex", "gls", "hermes", "landmark", "laposte", "mydhl",
    "parcelone", "purolator", "seko", "sendle", "smartkargo", "spring", "teleship", "ups", "usps",
    "usps-international",
]  # fmt: skip


def read(file: Path) -> list[Scan]:
    reading = read_all(karrio_packs()[PREFIX + file.parent.name], file.read_bytes())
    assert reading.problems == []
    return reading.scans


def latest(scans: list[Scan]) -> Scan:
    return max(scans, key=lambda scan: scan.sort_at.timestamp() if scan.sort_at else 0)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_latest_scan_has_the_status_and_leg_in_the_name(file: Path) -> None:
    _what, expected, leg = (*file.stem.split("--"), "forward")[:3]
    last = latest(read(file))
    assert (last.status or "unmapped", last.leg) == (expected, leg)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_scan_is_told_by_the_connector_and_is_of_its_carrier(file: Path) -> None:
    source = PREFIX + file.parent.name
    assert {(scan.source, scan.carrier) for scan in read(file)} == {(source, connectors()[source].carrier)}


def test_every_connector_has_a_normal_a_delivered_and_an_unmapped_sample() -> None:
    said = {
        name: {file.stem.split("--")[1] for file in FILES if file.parent.name == name} for name in CONNECTORS
    }
    assert list(connectors()) == [PREFIX + name for name in CONNECTORS] == list(karrio_packs())
    assert {name for name, statuses in said.items() if not {"delivered", "unmapped"} < statuses} == set()


def test_a_connector_whose_answers_no_pack_of_ours_reads_has_a_failed_sample() -> None:
    own = {one.id for one in connectors().values() if one.own}
    failures = {"failed_attempt", "returned"}
    assert own - {file.parent.name for file in FILES if file.stem.split("--")[1] in failures} == set()


def test_karrios_way_of_writing_a_connector_is_understood() -> None:
    assert pack("karrio:dhl_express") is pack("karrio:dhl-express") is karrio_packs()["karrio:dhl-express"]
    assert pack("karrio:nobody") is None


def test_a_connector_pushes_nothing_and_is_not_among_our_packs() -> None:
    assert {(one.auth, one.poll) for one in karrio_packs().values()} == {(None, None)}
    assert not any(source.startswith(PREFIX) for source in packs())


def test_every_row_says_where_it_comes_from() -> None:
    for source, one in karrio_packs().items():
        rows = [*one.statuses.rows, *one.phrases]
        assert rows, source
        assert all(row.source for row in rows), source


def test_ups_type_d_alone_is_never_delivered() -> None:
    ups = karrio_packs()["karrio:ups"]
    statuses = {row.code: row.status for row in ups.statuses.rows}
    assert (ups.statuses.find("D"), statuses["D|OT"], statuses["D|FS"]) == (
        None,
        "out_for_delivery",
        "delivered",
    )
