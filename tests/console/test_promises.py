"""What held, and the ledger: figures that are true, in words that say how sure they are."""

from datetime import date

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import promising, rows
from wismo.console import promise_words
from wismo.console.promise_chart import HEIGHT, curve_of, scale_of, weeks_of
from wismo.promise.rules.coverage import Kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ROOT = "/console/halden/promises/"


@pytest.fixture
def noon() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def seen(team: rows.Team, page: str = "", **asked: str) -> str:
    answer = team.client.get(f"{ROOT}{page}", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_pair_stands_in_big_with_how_sure_it_is(team: rows.Team) -> None:
    promising.promises(team.shop, 40, 2)
    page = seen(team)
    assert '<dd class="v">95%</dd>' in page
    assert "truly 83 to 99%, of 40 promises" in page
    assert '<dd class="v">5.0<small>days</small></dd>' in page
    assert "0.8 days early" in page  # 38 came a day early, 2 two days late
    assert ">as aimed at<" in page


def test_below_the_level_is_only_said_when_it_is_sure(team: rows.Team) -> None:
    promising.promises(team.shop, 40, 4)
    assert ">as aimed at<" in seen(team)  # 90%, but truly it may be 96
    promising.promises(team.shop, 40, 10)
    assert ">below the level<" in seen(team)


def test_few_promises_are_not_judged(team: rows.Team) -> None:
    promising.promises(team.shop, 19, 9)
    page = seen(team)
    assert ">too few to judge<" in page
    assert ">below the level<" not in page


def test_what_never_came_is_told(team: rows.Team) -> None:
    promising.promises(team.shop, 1, arrived_on=None)
    assert "1 of them has not been at a door as far as we know" in seen(team)


def test_every_side_has_its_table(team: rows.Team) -> None:
    promising.promises(team.shop, 3)
    promising.promises(
        team.shop, 2, carrier="ups", area="FR:6", country="FR", warehouse="", service="express"
    )
    tables = team.client.get(ROOT).context["tables"]
    found = {table.column: [(row.name, row.kept.promises) for row in table.rows] for table in tables}
    assert found == {
        "To": [("DE, BY", 3), ("FR, 6…", 2)],
        "Carrier": [("DHL", 3), ("UPS", 2)],
        "From": [("main", 3), ("not told", 2)],
        "Service": [("standard", 3), ("express", 2)],
        "Rung": [("Your own lane", 5)],
    }


def test_the_period_can_be_chosen_and_nothing_else_is_a_period(team: rows.Team) -> None:
    promising.promises(team.shop, 2, latest=date(2026, 10, 2))
    for asked, promises in (("4", 0), ("12", 2), ("9999", 2), ("x", 2)):
        page = team.client.get(ROOT, {"weeks": asked})
        assert page.context["all"].promises == promises, asked


def test_orders_without_a_promise_are_counted_with_those_that_have_one(team: rows.Team) -> None:
    promising.promises(team.shop, 3)
    rows.an_order(team.shop, "NONE")
    rungs = team.client.get(ROOT).context["rungs"]
    assert [(rung.name, rung.orders, rung.percent) for rung in rungs] == [
        ("Your own lane", 3, 75.0),
        ("No promise", 1, 25.0),
    ]


def test_an_empty_shop_is_told_what_will_show_here(team: rows.Team) -> None:
    assert "No promise has come due in these 12 weeks." in seen(team)
    assert "No date was shown yet." in seen(team, "ledger/")


def test_the_ledger_says_where_a_day_was_shown_and_what_came_of_it(team: rows.Team) -> None:
    promising.promises(team.shop, 1, 1)
    promising.a_promise(None, team.shop, "x", place="product")
    page = seen(team, "ledger/")
    assert "Product page" in page
    assert "nobody ordered yet" in page
    assert ">Open<" in page
    assert "P-0, the first promise" in page
    assert ">Broken<" in page
    assert "Your own lane" in page
    assert seen(team, "ledger/", before="1").count("No date was shown before these.") == 1


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_statements_does_not_grow(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    promising.promises(team.shop, count)
    seen(team)
    with django_assert_num_queries(
        11
    ):  # session, user, seats, cells, three who answered, ledger, three badges
        seen(team)


def kept(promises: int, held: int, level: float = 0.95) -> Kept:
    return Kept(promises, held, 0, 0.0, promises, 0.0, level * promises)


def test_the_chart_shows_a_week_below_its_level_and_leaves_empty_weeks_out() -> None:
    first, third = date(2026, 11, 2), date(2026, 11, 16)
    chart = weeks_of({first: kept(100, 80), third: kept(100, 96)}, first=first, count=4)
    assert [(week.monday, week.below) for week in chart.weeks] == [(first, True), (third, False)]
    low, high = chart.weeks
    assert (low.x, low.left, low.right) == (12.5, 0, 25)
    assert low.top < low.y < low.bottom <= HEIGHT
    assert high.y < low.y
    assert low.aimed == high.aimed
    assert [line.label for line in chart.lines] == ["70%", "80%", "90%", "100%"]


@pytest.mark.parametrize(
    ("least", "low", "lines"), [(0.97, 0.9, 3), (0.9, 0.9, 3), (0.76, 0.75, 6), (0.71, 0.7, 4), (0.1, 0.5, 6)]
)
def test_the_axis_begins_at_a_round_share(least: float, low: float, lines: int) -> None:
    scale = scale_of(least)
    assert scale.low == pytest.approx(low)
    assert len(scale.lines) == lines
    assert (scale.y(1.0), scale.y(scale.low), scale.y(0.0)) == (0, HEIGHT, HEIGHT)


def test_the_frontier_marks_the_level_that_holds() -> None:
    curve = curve_of([(0.80, 0.82, 3.0), (0.90, 0.91, 4.0), (0.99, 0.985, 8.0)], 0.91)
    assert [dot.chosen for dot in curve.dots] == [False, True, False]
    assert [dot.x for dot in curve.dots] == [4.0, 22.4, 96.0]
    assert len(curve.strokes) == 2
    assert [label for label, _ in curve.ticks] == ["3", "4", "5", "6", "7", "8"]


def test_a_frontier_that_costs_nothing_is_still_drawn() -> None:
    curve = curve_of([(0.80, 1.0, 2.0), (0.99, 1.0, 2.0)], 0.8)
    assert [dot.x for dot in curve.dots] == [4.0, 4.0]


@pytest.mark.parametrize(
    ("country", "area", "words"),
    [
        ("BR", "BR-SP", "BR, SP"),
        ("DE", "DE:8", "DE, 8…"),
        ("DE", "DE:", "DE"),
        ("DE", "", "DE"),
        ("BR", "SP", "BR, SP"),
    ],
)
def test_a_destination_is_told_by_its_region_or_the_beginning_of_its_postcode(
    country: str, area: str, words: str
) -> None:
    assert promise_words.area_words(country, area) == words
