"""What a shop learnt of its carriers, as a script reads it: figures, and codes with a meaning."""

import csv
import io
import json
import tomllib
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cli.test_commands import wismo
from tests.makers import a_parcel, a_scan, a_shop
from wismo.tracking.actions.meanings import give
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.rules.meaning import Meaning
from wismo.tracking.rules.quality import HEAD, Kind
from wismo.vocabulary.status import Leg, Status

pytestmark = pytest.mark.django_db


def a_delivery() -> int:
    """A shop with a parcel that was delivered an hour ago, without ever having been picked up."""
    told, now = a_parcel(a_shop()), timezone.now()
    scans = [a_scan(Status.DELIVERED, now - timedelta(hours=1))]
    record_scans([Received(told.shop_id, "r", now, scan) for scan in scans], now)
    return told.shop_id


def test_the_figures_are_printed_as_csv_up_to_this_moment() -> None:
    a_delivery()
    done = wismo("carriers", "quality", "--csv")
    (told,) = csv.DictReader(io.StringIO(done.stdout))
    assert (done.exit_code, tuple(told)) == (0, HEAD)
    assert (told["carrier"], told["scans"], told["without_pickup"]) == ("ups", "1", "1.0000")


def test_the_figures_are_printed_as_json_with_their_grades() -> None:
    a_delivery()
    (told,) = json.loads(wismo("carriers", "quality", "--json").stdout)
    assert (told["carrier"], told["grade"]) == ("ups", "few")
    assert told["figures"][Kind.WITHOUT_PICKUP.value] == {"value": 1.0, "of": 1, "grade": "few"}
    assert told["figures"][Kind.UNHERALDED.value] == {"value": None, "of": 0, "grade": "few"}


def test_the_figures_are_told_in_short() -> None:
    a_delivery()
    assert wismo("carriers", "quality").stdout.split() == ["ups", "few", "1", "scans"]


def test_no_scan_at_all_is_said() -> None:
    a_shop()
    done = wismo("carriers", "quality")
    assert (done.exit_code, done.stderr) == (0, "no scan that names its carrier came in within 30 days\n")


def test_meanings_are_printed_as_rows_for_the_packs() -> None:
    shop, now = a_shop(), timezone.now()
    give(shop, "acme", "D|1", Meaning(Status.DELIVERED, Leg.RTO), who="ines@halden.example", now=now)
    done = wismo("carriers", "export-meanings")
    assert done.exit_code == 0
    assert tomllib.loads(done.stdout) == {
        "status": [
            {
                "code": "D|1",
                "status": "returned",
                "leg": "rto",
                "source": "seen by shop",
                "confidence": "observed",
            }
        ]
    }


def test_a_meaning_the_pack_has_by_now_is_not_printed() -> None:
    give(a_shop(), "ups", "D|FS", Meaning(Status.DELIVERED), who="ines@halden.example", now=timezone.now())
    done = wismo("carriers", "export-meanings")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "no code has a meaning here that its pack lacks\n"
