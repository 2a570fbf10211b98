"""Who gets in: the team and nobody else, and nobody else can tell which shops there are."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.console import rows
from wismo.console.urls import urlpatterns
from wismo.shops.models import Member

pytestmark = pytest.mark.django_db

DOOR = {"home", "login", "logout"}
GIVEN = {
    **{"shipment_id": 1, "name": "1.eml", "carrier_id": "ups", "conversation_id": 1, "message_id": 1},
    "campaign_id": 1,
    **{"key": "delivered", "channel": "sms", "language": "en", "provider": "meta"},
}
POSTED = {
    *("inbox-replay", "codes-undo", "carriers-switch", "shipments-ask", "conversations-answer"),
    *("conversations-switch", "doubtful-settle", "journeys-back", "journeys-add", "journeys-text-back"),
    *("channels-switch", "channels-test", "alerts-close", "journeys-text-test", "campaigns-act"),
    *("plan-back", "adjustments-end", "adjustments-feed", "learning-back"),
}


def rooms(slug: str) -> Iterator[tuple[str, str]]:
    """Every address of a shop, with the way it is asked for."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name in DOOR:
            continue
        takes = pattern.pattern.converters
        assert "slug" in takes, f"{pattern.name} names no shop and is not the door"
        given = {name: GIVEN[name] for name in takes if name != "slug"}
        method = "post" if pattern.name in POSTED else "get"
        yield method, reverse(f"console:{pattern.name}", kwargs={"slug": slug, **given})


def test_a_stranger_to_the_shop_gets_404_from_every_address() -> None:
    rows.a_shop("halden")
    stranger = rows.a_team("other").client
    answers = {url: getattr(stranger, method)(url).status_code for method, url in rooms("halden")}
    assert set(answers.values()) == {404}
    assert len(answers) == 66


def test_a_shop_of_others_and_no_shop_at_all_answer_alike() -> None:
    rows.a_shop("halden")
    stranger = rows.a_team("other").client
    theirs, nobodys = stranger.get("/console/halden/"), stranger.get("/console/nowhere/")
    assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)


def test_nobody_in_particular_gets_the_log_in_from_every_address() -> None:
    rows.a_shop("halden")
    for slug in ("halden", "nowhere"):
        for method, url in rooms(slug):
            answer = getattr(Client(), method)(url)
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/console/login/?next={url}")


def test_the_front_address_leads_to_the_members_first_shop() -> None:
    team = rows.a_team()
    assert team.client.get("/console/").headers["Location"] == "/console/halden/"


def test_a_person_on_no_team_is_told_so() -> None:
    answer = rows.logged_in(rows.a_user("new@example.com")).get("/console/")
    assert answer.status_code == 403
    assert "Ask the owner of a shop to add you" in answer.content.decode()


def test_a_member_of_two_shops_can_change_between_them() -> None:
    team = rows.a_team()
    Member.objects.create(shop=rows.a_shop("second", "Second Shop"), user=team.user, role="viewer")
    page = team.client.get("/console/halden/").content.decode()
    assert '<a href="/console/second/">Second Shop</a>' in page


def test_a_member_who_was_taken_off_the_team_is_out_at_once() -> None:
    team = rows.a_team()
    Member.objects.filter(user=team.user).delete()
    assert team.client.get("/console/halden/").status_code == 404


def test_a_role_that_does_not_reach_is_told_who_can_change_that() -> None:
    team = rows.a_team(role="viewer")
    Member.objects.create(shop=team.shop, user=rows.a_user("boss@halden.example"), role="owner")
    answer = team.client.post("/console/halden/inbox/replay/")
    assert answer.status_code == 403
    assert "boss@halden.example" in answer.content.decode()


def test_pages_speak_english_and_are_kept_by_no_cache() -> None:
    answer = rows.a_team().client.get("/console/halden/", headers={"Accept-Language": "ar"})
    assert answer.headers["Content-Language"] == "en"
    assert '<html lang="en">' in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
