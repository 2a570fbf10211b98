"""The pages of campaigns: written, looked at beforehand, started, paused, ended; and what came of them."""

import pytest
from pytest_django.fixtures import Settings

from tests.console import rows
from tests.notify.promotions import buyers
from wismo.notify.jobs.campaigns import run_campaigns
from wismo.notify.models import Campaign, Message
from wismo.shops.models import Member

pytestmark = pytest.mark.django_db
ROOT = "/console/halden/campaigns/"
VIPS = '{ fact = "customer.tags", is = "contains", value = "vip" }'
TYPED = {
    "name": "New lamps",
    "journey": "new_product",
    "audience": VIPS,
    "per_minute": "600",
    "starts_at": "",
    "title": "The new lamps are here",
    "text": "Of oak and brass.",
    "link": "https://track.halden.example/lamps",
}


@pytest.fixture
def team(settings: Settings) -> rows.Team:
    settings.BASE_URL = "https://track.halden.example"
    return rows.a_team()


def written(team: rows.Team, **changes: str) -> str:
    page = team.client.post(f"{ROOT}new/", TYPED | changes, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def do(team: rows.Team, act: str) -> str:
    made = Campaign.objects.get()
    return team.client.post(f"{ROOT}{made.pk}/do/", {"act": act}, follow=True).content.decode()


def test_a_campaign_is_written_and_says_whom_it_would_reach_and_how_it_reads(team: rows.Team) -> None:
    buyers(team.shop, 3, tags=["vip"])
    buyers(team.shop, 1, start=3, tags=["vip"], agreed=False)
    buyers(team.shop, 1, start=4)
    page = written(team)
    assert "Saved as a draft" in page
    assert "customer.tags contains &quot;vip&quot;" in page
    assert 'Would be told now</span><span class="num">3<' in page
    assert 'Meant, of 5 shoppers</span><span class="num">4<' in page
    assert "the shopper did not agree to messages of this kind" in page
    assert "b0@buyer.example" in page
    assert "New at Halden &amp; Rue: The new lamps are here" in page
    made = Campaign.objects.get()
    assert (made.state, made.by, made.audience) == (
        "draft",
        team.user.email,
        [{"fact": "customer.tags", "is": "contains", "value": "vip"}],
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"audience": "tags = vip"}, "Line 1 is not a condition such as"),
        ({"audience": VIPS.replace("tags", "tag")}, "is no fact we know; write one of customer.language"),
        ({"title": ""}, "The texts say it; give it."),
        ({"offer": "20 % less"}, "No text of new_product says it"),
        ({"link": "https://elsewhere.example/"}, "Its host is none of the shop’s".replace("’", "&#x27;")),
        ({"per_minute": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    team: rows.Team, changes: dict[str, str], says: str
) -> None:
    assert says in written(team, **changes)
    assert not Campaign.objects.exists()


def test_a_draft_is_changed_as_it_was_typed_and_thrown_away(team: rows.Team) -> None:
    written(team)
    made = Campaign.objects.get()
    page = team.client.get(f"{ROOT}{made.pk}/edit/")
    assert page.context["form"]["audience"].value() == VIPS
    assert page.context["form"]["title"].value() == TYPED["title"]
    team.client.post(f"{ROOT}{made.pk}/edit/", TYPED | {"name": "Lamps", "audience": ""})
    made.refresh_from_db()
    assert (made.name, made.audience) == ("Lamps", [])
    assert "The draft is thrown away" in do(team, "discard")
    assert not Campaign.objects.exists()


def test_it_is_started_paused_resumed_and_ended(team: rows.Team) -> None:
    buyers(team.shop, 2, tags=["vip"])
    written(team)
    assert "It runs" in do(team, "start")
    made = Campaign.objects.get()
    assert made.starts_at is not None
    run_campaigns(made.starts_at)
    assert team.client.get(f"{ROOT}{made.pk}/edit/").status_code == 302
    assert "It is paused" in do(team, "pause")
    assert "It goes on" in do(team, "resume")
    page = do(team, "end")
    assert "nobody else is told" in page
    assert "Somebody of the team decided" in page
    assert set(Message.objects.values_list("state", flat=True)) == {"not_sent"}
    assert "Nothing was changed" in do(team, "start")


def test_what_came_of_it_is_shown(team: rows.Team) -> None:
    buyers(team.shop, 3, tags=["vip"])
    written(team)
    do(team, "start")
    made = Campaign.objects.get()
    assert made.starts_at is not None
    run_campaigns(made.starts_at)
    Message.objects.update(state="sent", code="sent", clicked_at=made.starts_at)
    Message.objects.filter(buyer__name="B 0").update(state="not_sent", code="cap:marketing", clicked_at=None)
    page = team.client.get(f"{ROOT}{made.pk}/").content.decode()
    assert '<dt>Sent</dt><dd class="v">2</dd><dd class="dl">of 3 queued' in page
    assert '<dt>Clicked</dt><dd class="v">2</dd>' in page
    assert "Why others were not told" in page
    assert "New lamps" in team.client.get(ROOT).content.decode()


def test_only_an_owner_writes_and_starts_and_a_viewer_sees_no_names(team: rows.Team) -> None:
    buyers(team.shop, 1, tags=["vip"])
    written(team)
    made = Campaign.objects.get()
    for role in ("agent", "viewer"):
        Member.objects.filter(shop=team.shop).update(role=role)
        assert team.client.get(f"{ROOT}new/").status_code == 403
        assert team.client.post(f"{ROOT}{made.pk}/do/", {"act": "start"}).status_code == 403
    page = team.client.get(f"{ROOT}{made.pk}/").content.decode()
    assert "b0@buyer.example" not in page
    assert "B 0" not in page


def test_another_shop_sees_nothing_of_it(team: rows.Team) -> None:
    written(team)
    made = Campaign.objects.get()
    other = rows.a_team("other", name="Other")
    assert "New lamps" not in other.client.get("/console/other/campaigns/").content.decode()
    for path in ("", "edit/"):
        assert other.client.get(f"/console/other/campaigns/{made.pk}/{path}").status_code == 404
    answer = other.client.post(f"/console/other/campaigns/{made.pk}/do/", {"act": "start"})
    assert answer.status_code == 404
