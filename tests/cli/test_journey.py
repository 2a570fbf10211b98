"""`wismo journey`: rules listed, tried, published, and explained."""

import json
from pathlib import Path

import pytest
import time_machine
from click.testing import Result

from tests.cli.test_commands import wismo
from tests.notify.rows import NOON, kept, make_order, make_parcel, make_shop, tell
from wismo.notify.jobs import dispatch
from wismo.notify.queries.journeys import journeys_of

pytestmark = pytest.mark.django_db


def ran(*words: str) -> Result:
    """The command, which must succeed."""
    done = wismo("journey", *words)
    assert done.exit_code == 0, done.stderr
    return done


def own_rule(folder: Path, old: str, new: str) -> str:
    """The house's rule for `delivered` with one word changed, as a file."""
    shown = ran("show", "delivered").stdout
    assert old in shown
    file = folder / "delivered.toml"
    file.write_text(shown.replace(old, new), encoding="utf-8")
    return str(file)


def test_every_rule_is_listed_with_what_starts_it() -> None:
    make_shop()
    lines = ran("list").stdout.splitlines()
    assert len(lines) == 27
    assert lines[0].split()[:2] == ["all_delivered", "all_delivered"]


def test_a_rule_that_is_shown_can_be_checked_unchanged(tmp_path: Path) -> None:
    make_shop()
    file = own_rule(tmp_path, "1d", "1d")
    assert ran("check", file).stdout == "delivered.toml: delivered can be followed\n"


def test_what_a_file_changes_is_said_in_words(tmp_path: Path) -> None:
    make_shop()
    file = own_rule(tmp_path, 'max_age = "1d"', 'max_age = "2d"')
    assert ran("check", file).stdout.splitlines()[1:] == ["  max_age: 1 day -> 2 days"]


def test_a_rule_of_a_new_name_is_said_to_have_no_texts_yet(tmp_path: Path) -> None:
    make_shop()
    file = own_rule(tmp_path, 'key = "delivered"', 'key = "arrived_at_last"')
    told = "arrived_at_last: it has no texts, so nothing can be sent: write them in the console\n"
    assert (ran("check", file).stderr, ran("publish", file).stderr) == (told, told)


def test_what_is_wrong_with_a_file_is_said_with_its_line(tmp_path: Path) -> None:
    make_shop()
    file = own_rule(tmp_path, 'max_age = "1d"', 'max_age = "soon"')
    done = wismo("journey", "check", file)
    assert done.exit_code == 1
    assert "delivered.toml: line 14: max_age: 'soon' is not a duration" in done.stderr


def test_a_file_is_tried_published_and_taken_back(tmp_path: Path) -> None:
    shop = make_shop()
    file = own_rule(tmp_path, 'quiet = "ignore"', 'enabled = false\nquiet = "ignore"')
    tried = json.loads(ran("backtest", file, "--days", "30", "--json").stdout)
    assert (tried["journey"], tried["orders"], tried["draft"]["sent"]) == ("delivered", 0, 0)
    assert ran("publish", file).stdout == "delivered: version 1001 holds from now on\n"
    assert journeys_of(shop.pk)["delivered"].enabled is False
    assert ran("rollback", "delivered", "0").stdout == "delivered: the house's rule holds from now on\n"
    assert journeys_of(shop.pk)["delivered"].version < 1000
    again = ran("rollback", "delivered", "1001").stdout
    assert again == "delivered: version 1002 holds from now on, which is 1001 again\n"


def test_why_a_message_was_not_sent_is_told_gate_by_gate() -> None:
    parcel = make_parcel(make_order(make_shop()), milestones=kept({"delivered": NOON}), delivered_at=NOON)
    tell(parcel, "out_for_delivery", NOON)
    with time_machine.travel(NOON.replace(hour=13), tick=False):
        dispatch(NOON.replace(hour=13))
    told = ran("explain", "--order", "#HR-20418").stdout.splitlines()
    assert told[0] == "2026-11-24 12:00  out_for_delivery: not_sent"
    assert told[1] == "    Not sent: the parcel was delivered already, 0 minutes later."
    assert any(" superseded " in line and " stop " in line for line in told)


def test_an_order_nobody_knows_is_said_to_be_unknown() -> None:
    make_shop()
    done = wismo("journey", "explain", "--order", "NO-1")
    assert (done.exit_code, done.stderr) == (1, "Error: no order 'NO-1' is known\n")
