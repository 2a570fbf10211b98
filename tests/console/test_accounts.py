"""Accounts in the console: entered by owners, never shown again, kept with who did it."""

from datetime import timedelta

import pytest
import time_machine
from django.forms.models import model_to_dict
from django.test import Client

from tests.console import rows
from tests.console.connected import KEY, OF, a_colleague, a_poll, a_secret, acts, an_account, the_door
from wismo.carriers import registry
from wismo.carriers.karrio import adapter
from wismo.plumbing.models import AuditRow
from wismo.shops.models import CarrierAccount
from wismo.shops.queries import carrier_accounts
from wismo.tracking.models import Poll, PollGate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]


@pytest.fixture
def the_day() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def test_an_owner_enters_an_account_and_nobody_sees_it_again(team: rows.Team) -> None:
    form = team.client.get(f"{OF}/ups/account/").content.decode()
    assert '<input type="password" name="client_secret"' in form
    assert 'autocomplete="off"' in form
    values = {"client_id": "ID-1", "client_secret": KEY}
    page = team.client.post(f"{OF}/ups/account/", values, follow=True).content.decode()
    assert "Parcels are asked about by UPS from now on" in page
    (account,) = carrier_accounts([team.shop.pk])
    assert (account.source, dict(account.values)) == ("ups", values)
    assert acts() == [(team.user.email, "set a carrier account", "ups")]
    for address in (f"{OF}/ups/", f"{OF}/ups/account/", f"{OF}/ups/account/remove/"):
        assert KEY not in team.client.get(address).content.decode()


def test_what_is_missing_is_named_and_what_was_typed_is_not_repeated(team: rows.Team) -> None:
    page = team.client.post(f"{OF}/ups/account/", {"client_secret": KEY}).content.decode()
    assert "Enter the client ID, as the carrier gave it to you." in page
    assert "Nothing was changed." in page
    assert KEY not in page
    assert CarrierAccount.objects.count() == AuditRow.objects.count() == 0


def test_a_value_of_several_lines_is_refused(team: rows.Team) -> None:
    page = team.client.post(f"{OF}/dhl/account/", {"api_key": "a\nb"}).content.decode()
    assert "This must be one line without control characters." in page
    assert not CarrierAccount.objects.exists()


def test_a_source_that_is_open_to_all_needs_only_a_yes(team: rows.Team) -> None:
    assert "needs no key" in team.client.get(f"{OF}/japan-post/account/").content.decode()
    team.client.post(f"{OF}/japan-post/account/")
    assert [account.source for account in carrier_accounts([team.shop.pk])] == ["japan-post"]


def test_how_it_is_asked_is_told_with_its_source_and_rate(team: rows.Team) -> None:
    page = team.client.get(f"{OF}/dhl/account/").content.decode()
    poll = registry.packs()["dhl"].poll
    assert poll
    assert "its own documentation says so" in page
    assert poll.source.split(",")[0] in page
    assert "one request in 5 seconds, 250 a day" in page
    assert (
        '<span class="chip warn">a guess</span>'
        in team.client.get(f"{OF}/xpressbees/account/").content.decode()
    )


def test_a_connector_without_karrio_says_so_and_keeps_the_account(team: rows.Team, no_karrio: None) -> None:
    said = "Nothing is asked through Karrio yet: the Karrio extra is not installed"
    assert said in team.client.get(f"{OF}/karrio:sendle/account/").content.decode()
    values = {"sendle_id": "halden", "api_key": KEY}
    page = team.client.post(f"{OF}/karrio:sendle/account/", values, follow=True).content.decode()
    assert "<h1>Sendle through Karrio" in page
    assert said in page
    assert CarrierAccount.objects.get().source == "karrio:sendle"


@pytest.fixture
def no_karrio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "find_spec", lambda _name: None)


def test_a_source_that_cannot_be_asked_has_no_account_and_one_that_posts_nothing_no_door(
    team: rows.Team,
) -> None:
    for address in ("shopify/account/", "japan-post/source/", "nobody/account/", "nobody/source/"):
        assert team.client.get(f"{OF}/{address}").status_code == 404


def test_an_account_is_paused_resumed_and_removed(team: rows.Team) -> None:
    an_account(team.shop)
    agent = a_colleague(team, "agent")
    page = agent.post(f"{OF}/dhl/account/switch/", {"to": "pause"}, follow=True).content.decode()
    assert "is not asked until somebody resumes it" in page
    assert "Paused by your team" in page
    page = agent.post(f"{OF}/dhl/account/switch/", {"to": "resume"}, follow=True).content.decode()
    assert '<span class="chip good">Going on</span>' in page
    page = team.client.post(f"{OF}/dhl/account/remove/", follow=True).content.decode()
    assert "is forgotten" in page
    assert not CarrierAccount.objects.exists()
    assert acts() == [
        ("agent@halden.example", "paused a carrier account", "dhl"),
        ("agent@halden.example", "resumed a carrier account", "dhl"),
        (team.user.email, "removed a carrier account", "dhl"),
    ]


def test_what_is_done_twice_is_said_and_leaves_no_trace(team: rows.Team) -> None:
    for address, given in (("switch/", {"to": "pause"}), ("switch/", {"to": "resume"}), ("remove/", {})):
        team.client.post(f"{OF}/dhl/account/{address}", given)
    assert team.client.get(f"{OF}/dhl/account/remove/").status_code == 404
    assert acts() == []


def test_removing_says_how_many_parcels_are_let_go(team: rows.Team) -> None:
    an_account(team.shop)
    for n in range(2):
        shipment = rows.a_shipment(rows.an_order(team.shop, f"HR-{n}"), f"N{n}", carrier="dhl")
        a_poll(shipment, due_at=rows.NOW + n * rows.HOUR)
    assert (
        "2 parcels asked about by it are let go"
        in team.client.get(f"{OF}/dhl/account/remove/").content.decode()
    )
    assert CarrierAccount.objects.exists()


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ({}, "Going on"),
        ({"closed_until": rows.NOW + rows.HOUR}, "It asked us to wait."),
        (
            {"failures": 5, "closed_until": rows.NOW + rows.HOUR},
            "Requests failed, or the account was refused",
        ),
        ({"failures": 5}, "the next one shows whether it works again"),
        (
            {"day": rows.NOW.date(), "used": 250, "closed_until": rows.NOW + 12 * rows.HOUR},
            "Today’s requests are used up",
        ),
    ],
    ids=["closed", "paused", "open", "half open", "quota"],
)
def test_the_page_says_in_words_how_asking_goes(team: rows.Team, gate: dict[str, object], said: str) -> None:
    an_account(team.shop)
    error = {"error": "it answered 503", "error_at": rows.NOW - 2 * rows.HOUR}
    PollGate.objects.create(shop=team.shop, source="dhl", **error, **gate)
    for n, due in enumerate((-1, 1, 2)):
        shipment = rows.a_shipment(rows.an_order(team.shop, f"HR-{n}"), f"N{n}", carrier="dhl")
        a_poll(shipment, due_at=rows.NOW + due * rows.HOUR)
    page = team.client.get(f"{OF}/dhl/").content.decode()
    assert said in page
    assert "1 due, 2 waiting<small>0 expired" in page
    assert "it answered 503<small>Today 11:00" in page
    assert f"{gate.get('used', 0)} of 250" in page


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_only_owners_reach_secrets(team: rows.Team, role: str) -> None:
    an_account(team.shop)
    client = a_colleague(team, role)
    for address in ("dhl/account/", "dhl/account/remove/", "dhl/source/"):
        assert client.get(f"{OF}/{address}").status_code == 403
        assert client.post(f"{OF}/{address}", {"api_key": "other", "version": ""}).status_code == 403
    (account,) = carrier_accounts([team.shop.pk])
    assert dict(account.values) == {"api_key": KEY}
    assert "/dhl/account/&quot;" not in client.get(f"{OF}/dhl/").content.decode()
    assert acts() == []


def test_a_viewer_pauses_nothing_and_asks_nothing(team: rows.Team) -> None:
    an_account(team.shop)
    shipment = rows.a_shipment(rows.an_order(team.shop))
    a_poll(shipment, due_at=rows.NOW + rows.HOUR)
    viewer = a_colleague(team, "viewer")
    assert viewer.post(f"{OF}/dhl/account/switch/", {"to": "pause"}).status_code == 403
    assert viewer.post(f"/console/halden/shipments/{shipment.pk}/ask/").status_code == 403
    page = viewer.get(f"/console/halden/shipments/{shipment.pk}/").content.decode()
    assert "Ask now" not in page
    assert CarrierAccount.objects.get().enabled


def test_posts_without_the_token_of_the_form_are_refused(team: rows.Team) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(team.user)
    for address in ("dhl/account/", "dhl/account/switch/", "dhl/account/remove/", "dhl/source/"):
        assert strict.post(f"{OF}/{address}", {"api_key": "x"}).status_code == 403
    assert not CarrierAccount.objects.exists()


def test_the_neighbours_account_and_door_are_neither_seen_nor_touched(team: rows.Team) -> None:
    theirs = rows.a_shop("neighbour")
    account, secret = an_account(theirs), a_secret(theirs, "dhl")
    shipment = rows.a_shipment(rows.an_order(theirs), carrier="dhl")
    poll = a_poll(shipment, due_at=rows.NOW + rows.HOUR)
    page = team.client.get(f"{OF}/dhl/").content.decode()
    assert "no account entered" in page
    assert "have no secret yet" in page
    assert '<span class="chip">No secret yet</span>' in team.client.get(f"{OF}/dhl/source/").content.decode()
    for address in ("account/switch/", "account/remove/"):
        team.client.post(f"{OF}/dhl/{address}", {"to": "pause"})
    the_door(team.client, "dhl")
    team.client.post(f"{OF}/dhl/account/", {"api_key": "mine"})
    assert team.client.post(f"/console/halden/shipments/{shipment.pk}/ask/").status_code == 404
    for row in (account, secret, poll):
        before = model_to_dict(row)
        row.refresh_from_db()
        assert model_to_dict(row) == before


def test_a_parcels_page_says_who_is_asked_and_when(team: rows.Team) -> None:
    an_account(team.shop)
    shipment = rows.a_shipment(rows.an_order(team.shop), carrier="dhl")
    address = f"/console/halden/shipments/{shipment.pk}/"
    assert "Nobody is asked about this parcel" in team.client.get(address).content.decode()
    a_poll(
        shipment, due_at=rows.NOW + 2 * rows.HOUR, answered_at=rows.NOW - rows.HOUR, error="it answered 404"
    )
    PollGate.objects.create(shop=team.shop, source="dhl", closed_until=rows.NOW + 3 * rows.HOUR)
    page = team.client.get(address).content.decode()
    assert "Today 12:00<small>1 h ago</small>" in page
    assert "Today 15:00<small>the account asks nothing before Today 16:00</small>" in page
    assert "it answered 404" in page


def test_asking_now_brings_the_question_forward_and_leaves_the_gate_alone(team: rows.Team) -> None:
    an_account(team.shop)
    shipment = rows.a_shipment(rows.an_order(team.shop), carrier="dhl")
    a_poll(shipment, due_at=rows.NOW + 9 * rows.HOUR, answered_at=rows.NOW - rows.HOUR)
    PollGate.objects.create(shop=team.shop, source="dhl", closed_until=rows.NOW + rows.HOUR)
    agent = a_colleague(team, "agent")
    address = f"/console/halden/shipments/{shipment.pk}/"
    assert "Ask now" in agent.get(address).content.decode()
    page = agent.post(f"{address}ask/", follow=True).content.decode()
    assert "It is asked about as soon as the account may" in page
    assert Poll.objects.get().due_at == rows.NOW
    assert PollGate.objects.get().closed_until == rows.NOW + rows.HOUR
    assert acts() == [("agent@halden.example", "asked a carrier now", f"shipment {shipment.pk}")]


@pytest.mark.parametrize(
    "poll",
    [
        {"due_at": None},
        {"due_at": rows.NOW - rows.HOUR},
        {"due_at": rows.NOW + rows.HOUR, "answered_at": rows.NOW - timedelta(minutes=4)},
    ],
    ids=["at rest", "due already", "answered just now"],
)
def test_asking_now_changes_nothing_where_it_would_only_press(
    team: rows.Team, poll: dict[str, object]
) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop), carrier="dhl")
    a_poll(shipment, **poll)
    page = team.client.post(f"/console/halden/shipments/{shipment.pk}/ask/", follow=True).content.decode()
    assert "Nothing was changed" in page
    assert Poll.objects.get().due_at == poll["due_at"]
    assert acts() == []
