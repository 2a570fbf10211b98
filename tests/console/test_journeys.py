"""The pages of journeys: read, changed, published, taken back."""

import pytest

from tests.console import rows
from wismo.notify.models import JourneyVersion
from wismo.notify.queries.journeys import journeys_of
from wismo.plumbing import audit
from wismo.shops.models import Member

pytestmark = pytest.mark.django_db
ROOT = "/console/halden/journeys/"


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def as_role(team: rows.Team, role: str) -> None:
    Member.objects.filter(shop=team.shop).update(role=role)


def source_of(team: rows.Team, key: str = "delivered") -> str:
    page = team.client.get(f"{ROOT}of/{key}/edit/")
    return str(page.context["form"]["source"].value())


def draft(team: rows.Team, source: str, *, act: str = "save", seen: str = "", key: str = "delivered") -> str:
    given = {"source": source, "seen": seen, "act": act}
    page = team.client.post(f"{ROOT}of/{key}/edit/", given, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def stamp(team: rows.Team, key: str = "delivered") -> str:
    return str(team.client.get(f"{ROOT}of/{key}/edit/").context["form"]["seen"].value())


def test_the_list_tells_what_every_journey_is_and_came_to(team: rows.Team) -> None:
    order = rows.an_order(team.shop)
    rows.a_message(order, journey="delivered", state="sent", created_at=rows.NOW)
    page = team.client.get(ROOT).content.decode()
    assert page.count('class="o"') == len(journeys_of(team.shop.pk))
    assert "Out for delivery" in page


def test_a_journey_is_told_in_words(team: rows.Team) -> None:
    page = team.client.get(f"{ROOT}of/out_for_delivery/").content.decode()
    for said in ("Starts on", "Out for delivery", "Told once for each parcel", "Quiet hours", "The way"):
        assert said in page, said


def test_every_journey_of_the_house_has_its_page(team: rows.Team) -> None:
    for key in journeys_of(team.shop.pk):
        assert team.client.get(f"{ROOT}of/{key}/").status_code == 200, key


def test_a_rule_is_drafted_reviewed_published_and_taken_back(team: rows.Team) -> None:
    source = source_of(team)
    assert "Saved as a draft" in draft(team, source + "\n# ours\n")
    assert journeys_of(team.shop.pk)["delivered"].version < 1000
    review = team.client.get(f"{ROOT}of/delivered/publish/").content.decode()
    assert "<ins>+ # ours</ins>" in review
    form = {"seen": stamp(team), "note": "a trial"}
    page = team.client.post(f"{ROOT}of/delivered/publish/", form, follow=True).content.decode()
    assert "Version 1001 holds from now on" in page
    assert journeys_of(team.shop.pk)["delivered"].version == 1001
    page = team.client.post(f"{ROOT}of/delivered/back/", {"version": 0}, follow=True).content.decode()
    assert "The standard version holds again" in page
    assert journeys_of(team.shop.pk)["delivered"].version < 1000
    page = team.client.post(f"{ROOT}of/delivered/back/", {"version": 1001}, follow=True).content.decode()
    assert "What was version 1001 holds again" in page
    assert journeys_of(team.shop.pk)["delivered"].version == 1002
    [act] = audit.latest(team.shop.pk, "published a journey", 5)
    assert (act.who, act.subject) == ("ines.moreira@halden.example", "delivered 1001")


def test_a_wrong_word_is_named_with_its_line_and_cannot_be_published(team: rows.Team) -> None:
    source = source_of(team).replace('subject = "shipment"', 'subject = "sandwich"')
    page = draft(team, source, act="review")
    line = source.split("\n").index('subject = "sandwich"') + 1
    assert f"line {line}" in page
    assert "sandwich" in page
    assert "Publish it" not in page
    team.client.post(f"{ROOT}of/delivered/publish/", {"seen": stamp(team), "note": ""})
    assert JourneyVersion.objects.get().state == "draft"


def test_what_somebody_else_wrote_meanwhile_is_not_lost(team: rows.Team) -> None:
    source = source_of(team)
    draft(team, source + "\n# mine\n")
    page = draft(team, source + "\n# yours\n", seen="")
    assert "Somebody else changed it meanwhile" in page
    assert JourneyVersion.objects.get().source.endswith("# mine\n")


def test_a_draft_is_thrown_away(team: rows.Team) -> None:
    draft(team, source_of(team) + "\n# mine\n")
    draft(team, "", act="discard")
    assert not JourneyVersion.objects.exists()


def test_a_viewer_reads_an_agent_drafts_and_an_owner_publishes(team: rows.Team) -> None:
    as_role(team, "viewer")
    assert team.client.get(ROOT).status_code == 200
    assert team.client.get(f"{ROOT}of/delivered/").status_code == 200
    assert team.client.get(f"{ROOT}of/delivered/edit/").status_code == 403
    as_role(team, "agent")
    draft(team, source_of(team) + "\n# mine\n")
    page = team.client.post(f"{ROOT}of/delivered/publish/", {"seen": stamp(team), "note": ""})
    assert "An owner of Halden &amp; Rue publishes it" in page.content.decode()
    assert JourneyVersion.objects.get().state == "draft"
    assert team.client.post(f"{ROOT}of/delivered/back/", {"version": 0}).status_code == 403


def test_a_journey_of_the_shops_own_is_begun(team: rows.Team) -> None:
    page = team.client.post(f"{ROOT}add/", {"key": "Gift reminder"}, follow=True)
    assert page.redirect_chain == [(f"{ROOT}of/gift_reminder/edit/", 302)]
    source = str(page.context["form"]["source"].value())
    draft(team, source, key="gift_reminder")
    assert "Gift reminder" in team.client.get(ROOT).content.decode()
    team.client.post(f"{ROOT}of/gift_reminder/publish/", {"seen": stamp(team, "gift_reminder"), "note": ""})
    assert journeys_of(team.shop.pk)["gift_reminder"].version == 1001


def test_a_name_that_cannot_be_one_is_refused(team: rows.Team) -> None:
    page = team.client.post(f"{ROOT}add/", {"key": "../x"}, follow=True).content.decode()
    assert "Name it by letters" in page
    assert team.client.get(f"{ROOT}of/Nope!/edit/").status_code == 404
    assert team.client.get(f"{ROOT}of/nope/").status_code == 404


def test_another_shop_sees_nothing_of_it(team: rows.Team) -> None:
    draft(team, source_of(team) + "\n# mine\n")
    team.client.post(f"{ROOT}of/delivered/publish/", {"seen": stamp(team), "note": ""})
    other = rows.a_team("other", name="Other")
    assert journeys_of(other.shop.pk)["delivered"].version < 1000
    assert "1001" not in other.client.get("/console/other/journeys/of/delivered/").content.decode()
    assert other.client.get(f"{ROOT}of/delivered/").status_code == 404


def test_a_rule_is_tried_on_history(team: rows.Team) -> None:
    rows.a_full_story(team.shop)
    draft(team, source_of(team) + "\n# mine\n")
    answer = team.client.post(f"{ROOT}of/delivered/trial/", {"days": "365"})
    assert answer.context["report"].orders == 1
    page = answer.content.decode()
    assert "What it would have done" in page
    assert '<th scope="col">The draft</th><th scope="col">What holds</th>' in page
    assert team.client.post(f"{ROOT}of/delivered/trial/", {"days": "1000"}).context["form"].errors


def test_a_draft_that_is_no_rule_is_not_tried_and_says_where(team: rows.Team) -> None:
    draft(team, source_of(team) + "\nmax_age = 7\n")
    page = team.client.post(f"{ROOT}of/delivered/trial/", {"days": "30"}).content.decode()
    assert "To be mended before it can be published" in page
