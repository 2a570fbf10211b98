"""Parcels at risk, the map of broken promises, and the nights of learning."""

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import promising, rows
from wismo.console import promise_words
from wismo.plumbing import audit
from wismo.promise.models import Learning
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


def seen(team: rows.Team, page: str, **asked: str) -> str:
    answer = team.client.get(f"{ROOT}{page}", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_parcel_at_risk_is_told_with_its_days_its_reason_and_how_early(team: rows.Team) -> None:
    told = {"alerted_at": rows.NOW - 30 * rows.HOUR, "excepted_at": rows.NOW - 4 * rows.HOUR}
    promising.an_outlook(rows.a_full_story(team.shop), 0.86, **told)
    page = seen(team, "risk/")
    assert 'class="chip bad">86%' in page
    assert "Tue 24 Nov" in page
    assert "Thu 26 Nov" in page
    assert (
        "81 % of parcels that have been under way for 4 days arrive after Tuesday 24 November 2026." in page
    )
    assert "seen 26 h before UPS said so" in page
    assert "half of 1 alert, last 60 days" in page


def test_only_the_alerted_are_shown_where_asked_for(team: rows.Team) -> None:
    promising.an_outlook(rows.a_shipment(rows.an_order(team.shop, "QUIET"), "1"), 0.4)
    promising.an_outlook(rows.a_shipment(rows.an_order(team.shop, "LOUD"), "2"), 0.3, alerted_at=rows.NOW)
    assert "QUIET" in seen(team, "risk/")
    assert "QUIET" not in seen(team, "risk/", show="alerted")
    assert "LOUD" in seen(team, "risk/", show="alerted")


def test_a_thin_cell_of_the_map_is_grey_and_a_bad_one_dark(team: rows.Team) -> None:
    promising.promises(team.shop, 20, 5)
    promising.promises(team.shop, 19, 19, area="DE-BE")
    page = seen(team, "risk/")
    assert '<td class="h5">25%<small>20</small></td>' in page
    assert '<td class="h-few">100%<small>19</small></td>' in page
    assert "Cells of fewer than 20 are grey and not judged" in page


def test_a_shop_without_trouble_is_told_so(team: rows.Team) -> None:
    page = seen(team, "risk/")
    assert "No parcel on its way is at risk of missing its promise." in page
    assert "Where promises broke" not in page


@pytest.mark.parametrize("count", [1, 8])
def test_the_number_of_statements_does_not_grow(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        promising.an_outlook(rows.a_shipment(rows.an_order(team.shop, f"R{n}"), str(n)))
    seen(team, "risk/")
    with django_assert_num_queries(10):  # session, user, seats, cells, list, watched, leads, three badges
        seen(team, "risk/")


def test_last_nights_learning_is_told_in_words(team: rows.Team) -> None:
    gate = {
        "challenger": "lightgbm",
        "served": True,
        "parcels": 6100,
        "gain": 0.31,
        "low": 0.12,
        "high": 0.49,
    }
    lag = {"code": "label_lag", "facts": {"days": 6, "normal": 2}}
    report = {"lanes": 44, "gate": gate, "alarms": [lag]}
    promising.a_night(team.shop, promising.TODAY, model="lightgbm", report=report)
    page = seen(team, "learning/")
    assert "Mon 23 Nov" in page  # the last day that was read
    assert "the tables, corrected by the model lightgbm" in page
    assert (
        "0.31 days nearer than the tables (+0.12 to +0.49, 90 of 100 times), on the last 6,100 parcels"
        in page
    )
    assert "Carriers tell of arrivals 6 days late; 2 are normal." in page


def test_a_night_with_nothing_to_tell_says_so(team: rows.Team) -> None:
    promising.a_night(team.shop, promising.TODAY)
    page = seen(team, "learning/")
    assert "Nothing drifts" in page
    assert "the tables alone" in page


def test_a_night_that_looked_for_no_drift_does_not_say_there_is_none(team: rows.Team) -> None:
    promising.a_night(team.shop, promising.TODAY, report={"lanes": 0})
    page = seen(team, "learning/")
    assert "Nothing drifts" not in page
    assert "Too few parcels to tell whether anything drifts." in page


def test_a_shop_that_learned_nothing_yet_is_told_when_it_begins(team: rows.Team) -> None:
    assert "Nothing was learned yet." in seen(team, "learning/")


def test_an_owner_takes_the_newest_learning_back(team: rows.Team) -> None:
    old = promising.a_night(team.shop, promising.TODAY - rows.DAY)
    new = promising.a_night(team.shop, promising.TODAY)
    said = team.client.post(f"{ROOT}learning/back/", {"id": new.pk}, follow=True).content.decode()
    assert "Taken back. The learning before it answers from now on." in said
    assert list(Learning.objects.order_by("pk").values_list("pk", "serving")) == [
        (old.pk, True),
        (new.pk, False),
    ]
    assert [act.who for act in audit.latest(team.shop.pk, "took a learning back", 5)] == [team.user.email]


@pytest.mark.parametrize("which", ["only", "older", "neighbours", "none"])
def test_what_cannot_be_taken_back_stays(team: rows.Team, which: str) -> None:
    theirs = promising.a_night(rows.a_shop("neighbour"), promising.TODAY)
    promising.a_night(theirs.shop, promising.TODAY - rows.DAY)
    ours = promising.a_night(team.shop, promising.TODAY)
    older = promising.a_night(team.shop, promising.TODAY - rows.DAY) if which != "only" else ours
    asked = {"only": ours.pk, "older": older.pk, "neighbours": theirs.pk, "none": "x"}[which]
    said = team.client.post(f"{ROOT}learning/back/", {"id": asked}, follow=True).content.decode()
    assert "Nothing was changed" in said
    assert not Learning.objects.filter(serving=False).exists()


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_only_an_owner_takes_it_back(team: rows.Team, role: str) -> None:
    Member.objects.filter(shop=team.shop).update(role=role)
    night = promising.a_night(team.shop, promising.TODAY)
    assert team.client.post(f"{ROOT}learning/back/", {"id": night.pk}).status_code == 403


def test_an_alarm_of_an_unknown_kind_is_shown_all_the_same() -> None:
    assert promise_words.alarm_words({"code": "brand_new", "facts": {}}) == "Brand new"
    assert promise_words.alarm_words({"code": "drift"}) == "Drift"


def test_the_shipments_page_says_why_its_date_is_what_it_is(team: rows.Team) -> None:
    story = promising.a_promising_shop(team.shop)
    answer = team.client.get(f"/console/halden/shipments/{story.pk}/")
    page = " ".join(answer.content.decode().split())
    assert "Why this date" in page
    assert "The order comes after the cut-off at 14:00." in page
    assert 'Your own lane<small class="wrap">120 parcels. Meant to hold 95% of times.</small>' in page
    assert "Will miss the promise</dt><dd>86%" in page
    assert "plan version 3<small>learning 7</small>" in page
    assert "Shown since" in page
    assert "Tracking page" in page


def test_a_parcel_that_was_promised_nothing_has_no_such_panel(team: rows.Team) -> None:
    parcel = rows.a_shipment(rows.an_order(team.shop))
    assert "Why this date" not in team.client.get(f"/console/halden/shipments/{parcel.pk}/").content.decode()
