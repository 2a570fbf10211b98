"""Karrio's connectors at the command line."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.test_commands import wismo
from tests.makers import a_shop

SAMPLES = Path(__file__).resolve().parent.parent / "carriers" / "samples" / "karrio"


@pytest.mark.parametrize("source", ["karrio:dhl-express", "karrio:dhl_express"])
def test_what_a_connector_brought_is_read_by_its_source_written_either_way(source: str) -> None:
    sample = SAMPLES / "dhl-express" / "handed-over--delivered.xml"

    done = wismo("ingest", "--source", source, "--dry-run", "--json", str(sample))

    last = json.loads(done.stdout.splitlines()[-1])
    assert done.exit_code == 0
    assert (last["source"], last["carrier"], last["tracking_number"], last["status"], last["eta"]) == (
        "karrio:dhl-express",
        "dhl-express",
        "1002003004",
        "delivered",
        "2026-11-06",
    )


@pytest.mark.django_db
def test_an_account_of_a_connector_says_what_to_install_where_karrio_is_not() -> None:
    a_shop()
    done = wismo("shop", "account", "karrio:spring", env={"WISMO_ACCOUNT_API_KEY": "secret"})
    told = "" if find_spec("karrio") else "pip install 'wismo[karrio]'"
    assert done.exit_code == 0
    assert told in done.stderr
    assert bool(done.stderr) == bool(told)


@pytest.mark.django_db
def test_an_account_is_not_called_well_while_its_extra_is_missing() -> None:
    a_shop()
    wismo("shop", "account", "karrio:spring", env={"WISMO_ACCOUNT_API_KEY": "secret"})
    shown = wismo("shop", "account").stdout
    findings = json.loads(wismo("doctor", "--json").stdout.splitlines()[0])
    told = next((one["ok"], one["found"]) for one in findings if one["check"] == "carriers")
    if find_spec("karrio"):
        assert shown.startswith("karrio:spring: 0 due")
        assert told == (True, "1 accounts, 0 parcels due")
    else:
        missing = "the Karrio extra is not installed: pip install 'wismo[karrio]'"
        assert shown == f"karrio:spring: nothing is asked: {missing}\n"
        assert told == (False, f"karrio:spring of halden: {missing}")
