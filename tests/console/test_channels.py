"""The channels in the console: connected, paused, resumed, tried, forgotten."""

import pytest
import time_machine

from tests.console import rows
from wismo.notify.models import ChannelAccount, TeamAlert
from wismo.notify.queries.accounts import accounts_of
from wismo.shops.models import Member

pytestmark = pytest.mark.django_db
ROOT = "/console/halden/channels/"
TWILIO = {"account_sid": "AC" + "0" * 32, "auth_token": "the-token", "sender": "+15005550006"}


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def as_role(team: rows.Team, role: str) -> None:
    Member.objects.filter(shop=team.shop).update(role=role)


def connect(team: rows.Team, **changed: str) -> str:
    page = team.client.post(f"{ROOT}of/twilio_sms/", TWILIO | changed, follow=True)
    return page.content.decode()


def held(team: rows.Team) -> dict[str, str]:
    [facts] = [f for f in accounts_of([team.shop.pk]) if f.account.provider == "twilio_sms"]
    return dict(facts.account.values)


def test_the_list_names_every_channel_and_the_houses_own_mail(team: rows.Team) -> None:
    page = team.client.get(ROOT).content.decode()
    for name in ("E-mail", "Text message", "LINE", "WhatsApp", "The house’s own"):
        assert name in page, name


def test_an_account_is_entered_sealed_and_never_shown(team: rows.Team) -> None:
    page = connect(team)
    assert "Messages can leave by Twilio from now on" in page
    assert "the-token" not in page
    assert "the-token" not in ChannelAccount.objects.get().sealed
    assert TWILIO["account_sid"] in page
    assert f"/hooks/{team.shop.key}/twilio_sms" in page
    assert held(team)["auth_token"] == "the-token"


def test_a_secret_that_is_left_empty_stays(team: rows.Team) -> None:
    connect(team)
    connect(team, auth_token="", sender="+15005550007")
    assert (held(team)["auth_token"], held(team)["sender"]) == ("the-token", "+15005550007")


def test_what_is_missing_is_asked_for(team: rows.Team) -> None:
    page = connect(team, auth_token="")
    assert "Enter the Auth token." in page
    assert not ChannelAccount.objects.exists()


def test_what_a_message_costs_is_entered_shown_and_taken_back(team: rows.Team) -> None:
    connect(team, price="0.0790", currency="eur")
    account = ChannelAccount.objects.get()
    assert (account.price_micros, account.currency) == (79_000, "EUR")
    page = team.client.get(f"{ROOT}of/twilio_sms/")
    assert page.context["form"]["price"].value() == "0.079"
    assert "is not a price such as 0.079" in connect(team, price="cheap", currency="EUR")
    assert ChannelAccount.objects.get().price_micros == 79_000
    connect(team, price="", currency="EUR")
    account.refresh_from_db()
    assert (account.price_micros, account.currency) == (None, "")


def test_an_account_is_paused_resumed_and_removed(team: rows.Team) -> None:
    connect(team)
    page = team.client.post(f"{ROOT}of/twilio_sms/switch/", {"to": "pause"}, follow=True).content.decode()
    assert "Paused by your team" in page
    page = team.client.post(f"{ROOT}of/twilio_sms/switch/", {"to": "resume"}, follow=True).content.decode()
    assert "In use" in page
    assert "Remove the account?" in team.client.get(f"{ROOT}of/twilio_sms/remove/").content.decode()
    page = team.client.post(f"{ROOT}of/twilio_sms/remove/", follow=True).content.decode()
    assert "The account of Twilio is forgotten" in page
    assert not ChannelAccount.objects.exists()


@time_machine.travel(rows.NOW, tick=False)
def test_an_account_at_rest_says_why_and_can_be_tried_again(team: rows.Team) -> None:
    connect(team)
    ChannelAccount.objects.update(resting_until=rows.NOW + rows.HOUR, trouble="it answered 401", failures=5)
    page = team.client.get(ROOT).content.decode()
    assert "At rest" in page
    assert "Left alone for a while: it answered 401." in page
    team.client.post(f"{ROOT}of/twilio_sms/switch/", {"to": "resume"})
    assert ChannelAccount.objects.get().resting_until is None


def test_every_provider_has_its_page(team: rows.Team) -> None:
    for one in team.client.get(ROOT).context["listed"]:
        for way in (*one.others, *(account.provider for account in one.connected)):
            assert team.client.get(f"{ROOT}of/{way.key}/").status_code == 200, way.key


def test_a_viewer_reads_an_agent_tries_and_an_owner_connects(team: rows.Team) -> None:
    connect(team)
    as_role(team, "viewer")
    assert team.client.get(ROOT).status_code == 200
    assert team.client.post(f"{ROOT}of/twilio_sms/switch/", {"to": "pause"}).status_code == 403
    assert team.client.post(f"{ROOT}of/twilio_sms/test/", {"to": "+49"}).status_code == 403
    as_role(team, "agent")
    assert team.client.get(f"{ROOT}of/twilio_sms/").status_code == 403
    assert team.client.post(f"{ROOT}of/twilio_sms/test/", {"to": "12"}).status_code == 302


def test_alerts_are_listed_and_put_away(team: rows.Team) -> None:
    told = {"kind": "provider", "subject": "twilio_sms", "text": "it answered 401", "count": 3}
    alert = TeamAlert.objects.create(shop=team.shop, at=rows.NOW, last_at=rows.NOW, **told)
    page = team.client.get("/console/halden/alerts/").content.decode()
    assert "it answered 401" in page
    assert "3 times" in page
    assert '<b class="hot">1<' in page
    page = team.client.post("/console/halden/alerts/close/", {"id": alert.pk}, follow=True).content.decode()
    assert "Put away" in page
    assert "Nothing to be told" in page
    other = rows.a_team("other", name="Other")
    TeamAlert.objects.update(closed_at=None)
    other.client.post("/console/other/alerts/close/", {"id": alert.pk})
    assert TeamAlert.objects.get().closed_at is None
