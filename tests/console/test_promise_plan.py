"""The plan and its level: read, tried, changed, published, taken back."""

from datetime import date
from itertools import pairwise

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import promising, rows
from wismo.promise.models import PlanVersion
from wismo.promise.queries.plans import plan_of
from wismo.shops.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ROOT = "/console/halden/promises/"


@pytest.fixture
def noon() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def as_role(team: rows.Team, role: str) -> None:
    Member.objects.filter(shop=team.shop).update(role=role)


def seen(team: rows.Team, page: str, **asked: str) -> str:
    answer = team.client.get(f"{ROOT}{page}", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def posted(team: rows.Team, page: str, **given: str | int) -> str:
    answer = team.client.post(f"{ROOT}{page}", given, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def stamp(team: rows.Team, page: str) -> str:
    return str(team.client.get(f"{ROOT}{page}").context["form"]["seen"].value())


def test_a_plan_is_told_in_words(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    page = seen(team, "plan/")
    for said in (
        "90% of parcels by the promised day",
        "DE, Europe/Berlin; Mon to Fri, without the holidays of DE; ready in 0 to 1 working days",
        "<dt>14:00</dt><dd>Mon to Fri</dd>",
        "DHL to DE, FR; brings Mon to Fri",
        "DE: 1 to 3 working days",
        "ready in 3 to 4 working days",
        "Thu 24 Dec 2026",
    ):
        assert said in page, said


def test_a_shop_without_a_plan_is_told_whose_it_is(team: rows.Team) -> None:
    assert "You have written no plan yet." in seen(team, "plan/")


def test_a_destination_is_tried_and_the_answer_explained(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    page = team.client.get(f"{ROOT}plan/", {"country": "de", "postcode": "80331"})
    answer = page.context["tried"].answer
    assert (answer.rung, answer.latest) == ("typed", date(2026, 12, 1))
    shown = page.content.decode()
    assert "Tue 1 Dec" in shown
    assert "The plan says 1 to 3 days for standard" in shown
    steps = page.context["tried"].steps
    assert steps[-1].says == "Promised is Tuesday 1 December 2026."
    assert steps[-1].share >= 0.9


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"country": "ZZ"}, "Write a country by its two letters"),
        ({"country": "DE", "service": "moon"}, "Select a valid choice"),
        ({"country": "US"}, "No service of the plan goes there, or not this one."),
    ],
)
def test_what_cannot_be_answered_says_why(team: rows.Team, asked: dict[str, str], said: str) -> None:
    promising.a_plan(team.shop)
    assert said in seen(team, "plan/", **asked)


def test_a_plan_is_drafted_reviewed_published_and_taken_back(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    text = promising.PLAN.replace("0.90", "0.97")
    page = posted(team, "plan/edit/", source=text, seen="", act="review")
    assert "<del>- level = 0.90</del>" in page
    assert "<ins>+ level = 0.97</ins>" in page
    assert "0.9 becomes 0.97" in page
    assert plan_of(team.shop.pk)[0].level == 0.9
    assert "Version 2 holds." in posted(team, "plan/publish/", seen=stamp(team, "plan/publish/"))
    assert plan_of(team.shop.pk)[0].level == 0.97
    assert "What was version 1 holds again." in posted(team, "plan/back/", version=1)
    assert plan_of(team.shop.pk)[0].level == 0.9


def test_every_problem_is_named_with_its_line_and_keeps_it_from_being_published(team: rows.Team) -> None:
    broken = promising.PLAN.replace("Europe/Berlin", "Mars/Base").replace("0.90", "7")
    page = posted(team, "plan/edit/", source=broken, seen="", act="review")
    assert "line 2<" in page
    assert "line 7<" in page
    assert "Publish it" not in page
    posted(team, "plan/publish/", seen=stamp(team, "plan/publish/"))
    assert not PlanVersion.objects.filter(published_at__isnull=False).exists()


def test_two_people_do_not_overwrite_each_other(team: rows.Team) -> None:
    posted(team, "plan/edit/", source=promising.PLAN, seen="", act="save")
    page = posted(team, "plan/edit/", source="level = 0.8", seen="", act="save")
    assert 'class="flash warning"' in page
    assert PlanVersion.objects.get().text == promising.PLAN


def test_a_draft_that_changed_meanwhile_is_not_published(team: rows.Team) -> None:
    posted(team, "plan/edit/", source=promising.PLAN, seen="", act="save")
    assert 'class="flash warning"' in posted(team, "plan/publish/", seen="older")
    assert PlanVersion.objects.get().published_at is None


def test_a_draft_is_thrown_away(team: rows.Team) -> None:
    posted(team, "plan/edit/", source=promising.PLAN, seen="", act="save")
    assert "The draft is thrown away." in posted(team, "plan/edit/", act="discard")
    assert team.client.get(f"{ROOT}plan/publish/").status_code == 404


def test_an_agent_drafts_and_only_an_owner_publishes(team: rows.Team) -> None:
    as_role(team, "agent")
    page = posted(team, "plan/edit/", source=promising.PLAN, seen="", act="review")
    assert "An owner of Halden &amp; Rue publishes it." in page
    posted(team, "plan/publish/", seen=stamp(team, "plan/publish/"))
    assert team.client.post(f"{ROOT}plan/back/", {"version": 1}).status_code == 403
    assert PlanVersion.objects.get().published_at is None
    as_role(team, "viewer")
    assert team.client.get(f"{ROOT}plan/edit/").status_code == 403
    assert "Change the plan" not in seen(team, "plan/")


def test_the_frontier_shows_what_each_level_would_have_promised(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    for n in range(40):
        promising.a_passage(team.shop, n, 3 + n % 8)
    page = team.client.get(f"{ROOT}level/")
    points = [one.point for one in page.context["points"]]
    assert [point.level for point in points] == sorted(point.level for point in points)
    assert all(a.promised_days <= b.promised_days for a, b in pairwise(points))
    assert all(a.on_time <= b.on_time for a, b in pairwise(points))
    assert (page.context["found"].parcels, page.context["curve"].chosen.level) == (40, 0.9)
    assert [one.point.level for one in page.context["points"] if one.chosen] == [0.9]
    assert "40 parcels arrived since Tue 29 Sep" in page.content.decode()


def test_without_past_parcels_the_page_says_what_will_show(team: rows.Team) -> None:
    assert "No parcel arrived since Tue 29 Sep" in seen(team, "level/")


def test_parcels_that_nothing_is_promised_for_are_told_apart(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    promising.a_passage(team.shop, 1, 3)
    promising.a_passage(team.shop, 2, 3, country="US", postcode="10001")
    found = team.client.get(f"{ROOT}level/").context["found"]
    assert (found.parcels, found.unanswered, found.points[0].orders) == (2, 1, 1)


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_statements_does_not_grow(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    promising.a_plan(team.shop)
    for n in range(count):
        promising.a_passage(team.shop, n, 3)
    seen(team, "level/")
    with django_assert_num_queries(9):  # session, user, seats, plan, passages twice, three badges
        seen(team, "level/")


def test_another_level_becomes_a_draft_that_keeps_every_comment(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    page = posted(team, "level/", level="0.97")
    assert "<ins>+ level = 0.97</ins>" in page
    draft = PlanVersion.objects.get(published_at__isnull=True)
    assert draft.text == promising.PLAN.replace("level = 0.90", "level = 0.97")


def test_what_a_day_costs_becomes_a_level(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    posted(team, "level/", level="", early="1", late="19")
    posted(team, "plan/publish/", seen=stamp(team, "plan/publish/"))
    assert plan_of(team.shop.pk)[0].level == pytest.approx(0.95)
    assert "as a day late costs 19 and a day early 1" in seen(team, "plan/")


@pytest.mark.parametrize(
    "given", [{"level": ""}, {"level": "", "early": "0", "late": "4"}, {"level": "0.5"}, {"early": "x"}]
)
def test_a_level_nobody_can_mean_changes_nothing(team: rows.Team, given: dict[str, str]) -> None:
    promising.a_plan(team.shop)
    posted(team, "level/", **given)
    assert PlanVersion.objects.count() == 1


def test_a_viewer_chooses_no_level(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    as_role(team, "viewer")
    assert "Agents and owners change it." in posted(team, "level/", level="0.97")
    assert PlanVersion.objects.count() == 1
