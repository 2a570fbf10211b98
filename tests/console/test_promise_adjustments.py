"""Days that are different, and the feeds that tell of them: told, refused with the reason, taken back."""

import pytest
import time_machine

from tests.console import promising, rows
from wismo.plumbing import audit
from wismo.promise.models import Adjustment, Feed
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


STRIKE = {
    "effect": "slower",
    "stage": "transit",
    "days": "2",
    "first_day": "2026-11-25",
    "last_day": "2026-11-27",
    "country": "fr",
    "postcodes": "69, 01",
    "why": "Strike in Lyon",
}


def test_a_person_tells_of_other_days(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    page = posted(team, "adjustments/", **STRIKE, carrier="dhl")
    assert "Slower by 2 working days, on the way" in page
    assert "DHL, FR, postcodes 69…, 01…" in page
    kept = Adjustment.objects.get()
    assert (kept.who, kept.source, kept.days, kept.postcodes) == (team.user.email, "person", 2, ["69", "01"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"last_day": "2026-11-20"}, "is before the first day"),
        ({"days": ""}, "write how many working days more"),
        ({"country": ""}, "postcodes need the country they are of"),
        ({"why": ""}, "This field is required."),
        ({"first_day": "soon"}, "Enter a valid date."),
    ],
)
def test_other_days_that_make_no_sense_are_refused_with_the_reason(
    team: rows.Team, change: dict[str, str], said: str
) -> None:
    promising.a_plan(team.shop)
    assert said in posted(team, "adjustments/", **(STRIKE | change))
    assert not Adjustment.objects.exists()


def test_other_days_are_taken_back_once(team: rows.Team) -> None:
    mine = promising.an_adjustment(team.shop)
    assert "Taken back." in posted(team, "adjustments/end/", id=mine.pk)
    page = posted(team, "adjustments/end/", id=mine.pk)
    assert "it is over already" in page
    assert "1 over or taken back in the last 30 days" in page
    assert "Every day is as the plan has it." in page


def test_the_neighbours_days_are_neither_seen_nor_ended(team: rows.Team) -> None:
    theirs = promising.an_adjustment(rows.a_shop("neighbour"), why="Their storm")
    assert "Their storm" not in seen(team, "adjustments/")
    posted(team, "adjustments/end/", id=theirs.pk)
    assert Adjustment.objects.get().ended_at is None


def test_a_feed_is_connected_shown_with_its_trouble_and_removed(team: rows.Team) -> None:
    feed = {"name": "roads", "url": "https://feeds.example/roads.csv", "act": "keep"}
    assert "It is asked at once" in posted(team, "adjustments/feed/", **feed)
    Feed.objects.update(error="it answered 503")
    assert "it answered 503" in seen(team, "adjustments/")
    assert "It is no longer asked." in posted(team, "adjustments/feed/", name="roads", act="drop")
    assert not Feed.objects.exists()
    assert [act.subject for act in audit.latest(team.shop.pk, "dropped a feed", 5)] == ["feed roads"]


@pytest.mark.parametrize(
    ("name", "url"), [("person", "https://a.example/x"), ("a b", "https://a.example/x"), ("ok", "ftp:/x")]
)
def test_a_feed_that_cannot_be_asked_is_not_kept(team: rows.Team, name: str, url: str) -> None:
    assert "The feed was not kept:" in posted(team, "adjustments/feed/", name=name, url=url, act="keep")
    assert not Feed.objects.exists()


def test_an_agent_tells_of_days_and_only_an_owner_connects_feeds(team: rows.Team) -> None:
    promising.a_plan(team.shop)
    as_role(team, "agent")
    posted(team, "adjustments/", **STRIKE)
    assert Adjustment.objects.count() == 1
    assert team.client.post(f"{ROOT}adjustments/feed/", {"name": "x", "act": "drop"}).status_code == 403
    as_role(team, "viewer")
    posted(team, "adjustments/", **STRIKE)
    assert Adjustment.objects.count() == 1
    assert team.client.post(f"{ROOT}adjustments/end/", {"id": "1"}).status_code == 403


def test_the_neighbours_promises_show_nowhere(team: rows.Team) -> None:
    promising.a_promising_shop(rows.a_shop("neighbour", "Neighbour"))
    for page in ("", "ledger/", "risk/", "level/", "plan/", "adjustments/", "learning/"):
        shown = seen(team, page)
        for theirs in ("HR-30", "P-1", "Strike in Lyon", "lightgbm", "feeds.example", "engraved"):
            assert theirs not in shown, (page, theirs)
