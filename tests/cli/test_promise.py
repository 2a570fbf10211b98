"""`wismo promise`: dates asked for, learned, and explained."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result

from tests.cli.test_commands import wismo
from tests.notify.rows import make_order, make_parcel, make_shop
from wismo.cli.promise import COMMANDS
from wismo.promise.models import Learning, Passage, Place, Promise
from wismo.promise.serving import forget

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
FIRST = date(2026, 10, 1)
MAPPING = """
[columns]
reference = "id"
bought = "bought"
handed = "sent"
arrived = "came"
country = "country"
region = "state"

[constants]
origin_country = "DE"
"""

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]


@pytest.fixture
def fresh() -> None:
    forget()


def ran(*words: str, at: datetime = NOW) -> Result:
    """The command on that Tuesday, which must succeed."""
    with time_machine.travel(at, tick=False):
        done = wismo("promise", *words)
    assert done.exit_code == 0, done.stderr
    return done


def refused(*words: str) -> str:
    """The one sentence on stderr."""
    with time_machine.travel(NOW, tick=False):
        done = wismo("promise", *words)
    assert done.exit_code != 0
    return done.stderr.strip()


def files(folder: Path, *more: str, country: str = "DE") -> list[str]:
    """Sixty orders of October, each handed over the next day and two days under way; and the mapping."""
    rows = ["id,bought,sent,came,country,state"]
    for number in range(60):
        days = [FIRST + timedelta(days=number % 28 + more) for more in (0, 1, 3)]
        rows.append(",".join([f"A{number}", *map(str, days), country, "BY"]))
    (folder / "orders.csv").write_text("\n".join([*rows, *more]), encoding="utf-8")
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    return [str(folder / "orders.csv"), "--mapping", str(folder / "map.toml")]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    assert ran(command, "--help").stdout.startswith(f"Usage: main promise {command}")


def test_past_orders_are_kept_and_learned_from_at_once(tmp_path: Path) -> None:
    make_shop()
    told = ran("import", *files(tmp_path)).stdout.splitlines()
    assert told[0] == "60 orders are new, 0 changed, 0 were known"
    assert told[1].startswith("lanes with 30 parcels or more: 1 from a warehouse, ")
    assert told[2].startswith("  to DE-BY by standard: 95% within")
    assert "(60 parcels)" in told[2]
    assert Passage.objects.count() == 60


def test_what_was_learned_is_promised(tmp_path: Path) -> None:
    make_shop()
    ran("import", *files(tmp_path))
    answer = json.loads(ran("quote", "--country", "DE", "--region", "BY", "--json").stdout)[0]
    assert (answer["rung"], answer["sample"], answer["service"]) == ("own_lane", 60, "standard")


def test_the_report_of_an_import_is_one_object(tmp_path: Path) -> None:
    make_shop()
    late = "X1,2026-10-05,2026-10-06,2026-10-02,DE,BY"
    report = json.loads(ran("import", *files(tmp_path, late), "--json").stdout)
    assert (report["rows"], report["kept"], report["new"], report["same"]) == (61, 60, 60, 0)
    assert report["trouble"]["arrived_before_bought"]["first"] == [
        "row 62, column 'came': 2026-10-02 00:00:00"
    ]
    assert (report["learned"]["parcels"], report["lanes"]["own"]) == (60, 1)


def test_a_file_that_is_taken_in_twice_is_not_learned_from_twice(tmp_path: Path) -> None:
    make_shop()
    ran("import", *files(tmp_path))
    assert (
        ran("import", *files(tmp_path)).stdout.splitlines()[0] == "0 orders are new, 0 changed, 60 were known"
    )
    assert Learning.objects.count() == 1


def test_a_history_that_ended_long_ago_has_not_faded(tmp_path: Path) -> None:
    make_shop()
    words = files(tmp_path)
    orders = Path(words[0])
    orders.write_text(orders.read_text(encoding="utf-8").replace("2026-", "2018-"), encoding="utf-8")
    ran("import", *words)
    assert json.loads(ran("quote", "--country", "DE", "--region", "BY", "--json").stdout)[0]["sample"] == 60


def test_words_that_the_plan_does_not_know_are_said(tmp_path: Path) -> None:
    make_shop()
    words = files(tmp_path)
    Path(words[2]).write_text(MAPPING + 'service = "DHL Paket"\n', encoding="utf-8")
    assert ran("import", *words).stderr.startswith(
        "the plan knows no service called DHL Paket (60 orders); it has standard."
    )


def test_orders_that_went_nobody_knows_where_are_refused_with_what_to_write(tmp_path: Path) -> None:
    make_shop()
    assert refused("import", *files(tmp_path, country="")).endswith(
        "no row tells the country it went to: name its column in the mapping, or write it in [constants]"
    )


def test_a_mapping_with_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    make_shop()
    words = files(tmp_path)
    Path(words[2]).write_text("[columns]\nbought = 3\n", encoding="utf-8")
    assert "map.toml: line 2: columns.bought: 3 is neither text" in refused("import", *words)


def test_a_file_of_the_wrong_kind_is_told_what_it_is(tmp_path: Path) -> None:
    make_shop()
    words = files(tmp_path)
    Path(words[0]).write_bytes(b"PK\x03\x04")
    assert refused("import", *words) == (
        "Error: orders.csv: this is a workbook or an archive: save the sheet as CSV"
    )


def test_before_anything_is_learned_the_answer_says_what_it_stands_on() -> None:
    make_shop()
    told = ran("quote", "--country", "DE", "--postcode", "80331").stdout
    assert told.startswith("standard: ")
    assert "(typed)" in told.splitlines()[0]


def test_an_impossible_question_is_refused() -> None:
    make_shop()
    assert refused("quote", "--country", "XX") == "Error: country: 'XX' is not an ISO 3166 code such as DE"
    assert refused("quote", "--country", "DE", "--at", "soon").startswith("Error: --at soon: write a moment")
    assert "say either --order, or --country" in refused("explain")


def test_a_place_no_service_goes_to_has_no_promise_and_a_reason() -> None:
    make_shop()
    told = ran("quote", "--country", "NZ").stdout.splitlines()
    assert told[0] == "any service: no promise"
    assert len(told) > 1


def test_the_way_to_a_promise_is_told_step_by_step() -> None:
    make_shop()
    steps = ran("explain", "--country", "DE", "--postcode", "80331").stdout.splitlines()
    assert steps[-1].startswith("Promised is ")
    assert float(steps[-1].split()[-1].removesuffix("%")) >= 95


def test_why_a_parcels_date_is_what_it_is() -> None:
    order = make_order(make_shop())
    parcel = make_parcel(order)
    Promise.objects.create(
        shop=order.shop,
        key="k1",
        order=order,
        place=Place.CHECKOUT,
        shown_at=NOW,
        asked_at=NOW,
        earliest=date(2026, 11, 27),
        latest=date(2026, 11, 28),
        level=0.95,
        rung="own_lane",
        sample=312,
        reasons=[{"code": "level", "facts": {"level": 0.95}}],
        country="DE",
        first=True,
    )
    told = ran("explain", "--order", order.number).stdout.splitlines()
    assert parcel.tracking_number in told[0]
    assert told[1] == (
        "    2026-11-24 09:00  promised 2026-11-27 to 2026-11-28 (checkout, 95%, own lane, 312 parcels)"
    )
    assert told[2] == "      95 % of such parcels shall arrive by the promised day."
    story = json.loads(ran("explain", "--order", order.number, "--json").stdout)
    assert story[0]["first"]["latest"] == "2026-11-28"


def test_an_order_nobody_knows_is_named() -> None:
    make_shop()
    assert refused("explain", "--order", "HR-0") == "Error: no order 'HR-0' is known"


def test_the_frontier_is_told_of_the_shops_own_parcels(tmp_path: Path) -> None:
    make_shop()
    assert refused("frontier").endswith("take in past orders first (wismo promise import)")
    ran("import", *files(tmp_path))
    points = json.loads(ran("frontier", "--json").stdout)["points"]
    days = [point["promised_days"] for point in points]
    assert (len(points), points[0]["level"], days) == (13, 0.8, sorted(days))
    assert sum(line.endswith("<- the plan's") for line in ran("frontier").stdout.splitlines()) == 1


def test_training_anew_needs_something_to_learn_from(tmp_path: Path) -> None:
    make_shop()
    assert "nothing was learned" in refused("train")
    ran("import", *files(tmp_path))
    assert ran("train", at=NOW + timedelta(hours=1)).stdout.startswith("60 parcels, ")


def test_a_plan_is_started_checked_published_and_brought_back(tmp_path: Path) -> None:
    make_shop()
    plan = tmp_path / "plan.toml"
    plan.write_text(ran("plan", "start", "--carrier", "dhl").stdout, encoding="utf-8")
    assert ran("plan", "check", str(plan)).stdout.startswith("plan.toml: can be followed\n")
    assert ran("plan", "publish", str(plan)).stdout == "version 1 of the plan holds from now on\n"
    plan.write_text(plan.read_text(encoding="utf-8").replace("level = 0.95", "level = 0.9"), encoding="utf-8")
    assert "  level: 0.95 -> 0.9" in ran("plan", "check", str(plan)).stdout.splitlines()
    ran("plan", "publish", str(plan))
    assert (
        ran("plan", "rollback", "1").stdout == "version 3 of the plan holds from now on, which is 1 again\n"
    )
    assert [row["version"] for row in json.loads(ran("plan", "list", "--json").stdout)] == [3, 2, 1]
    assert "level = 0.95" in ran("plan", "show").stdout
    assert "has no published version 9" in refused("plan", "rollback", "9")


def test_what_is_wrong_with_a_plan_is_said_with_its_line(tmp_path: Path) -> None:
    make_shop()
    plan = tmp_path / "plan.toml"
    plan.write_text("level = 2\n", encoding="utf-8")
    assert "plan.toml: line 1: level" in refused("plan", "check", str(plan))


def test_days_that_are_different_are_told_listed_and_taken_back() -> None:
    make_shop()
    days = ("--first-day", "2026-12-01", "--last-day", "2026-12-05", "--why", "Peak")
    assert "days: write how many working days more" in refused("adjust", "add", "--effect", "slower", *days)
    ran("adjust", "add", "--effect", "slower", "--days", "2", *days)
    row = json.loads(ran("adjust", "list", "--json").stdout)[0]
    assert (row["effect"], row["days"], row["why"]) == ("slower", 2, "Peak")
    number = str(row["id"])
    assert ran("adjust", "end", number).stdout == f"{number} is taken back\n"
    assert ran("adjust", "list").stdout.rstrip().endswith("taken back")
    assert "no adjustment" in refused("adjust", "end", number)
