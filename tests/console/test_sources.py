"""Doors in the console: opened, given another secret, shown once; and whose number it is."""

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from tests.console.connected import KEY, OF, a_secret, acts, an_account, the_door, the_secret
from wismo.carriers import registry
from wismo.carriers.pack import Kind
from wismo.plumbing import limits
from wismo.plumbing.models import InboxRow
from wismo.shops.models import SourceSecret

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]

PEM = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALM/QKmPFJDuiBQKjzmxR7tlwBD1bUAh
not a key
-----END PUBLIC KEY-----"""


@pytest.fixture
def the_day() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def test_a_token_is_made_and_shown_this_once(team: rows.Team) -> None:
    page = the_door(team.client, "delhivery")
    secret = the_secret("delhivery")
    assert page.count(secret) == 1
    assert "It is shown this once." in page
    assert "/hooks/key-halden/delhivery" in page
    assert acts() == [(team.user.email, "opened a door", "delhivery")]
    for address in (f"{OF}/delhivery/", f"{OF}/delhivery/source/", "/console/halden/"):
        assert secret not in team.client.get(address).content.decode()


def test_a_token_is_shown_as_its_header_wants_it(team: rows.Team) -> None:
    page = the_door(team.client, "ship24")
    secret = the_secret("ship24")
    assert f"Bearer {secret}" in page


def test_a_secret_in_the_address_is_shown_with_it(team: rows.Team) -> None:
    page = the_door(team.client, "shippo")
    secret = the_secret("shippo")
    assert f"/hooks/key-halden/shippo?token={secret}" in page
    assert "shippo?token=…" in team.client.get(f"{OF}/shippo/source/").content.decode()


def test_a_carriers_own_secret_is_taken_and_not_repeated(team: rows.Team) -> None:
    page = the_door(team.client, "easypost", secret=KEY)
    assert "EasyPost may post, proved by what you entered." in page
    assert KEY not in page
    secret = the_secret("easypost")
    assert secret == KEY


def test_a_new_secret_ends_the_old_one_and_says_so(team: rows.Team) -> None:
    a_secret(team.shop, "ups", "the old one")
    assert "The old secret stops at once" in team.client.get(f"{OF}/ups/source/").content.decode()
    the_door(team.client, "ups")
    secret = the_secret("ups")
    assert secret != "the old one"
    assert acts() == [(team.user.email, "changed the secret of a door", "ups")]


def test_a_form_sent_twice_makes_one_secret(team: rows.Team) -> None:
    the_door(team.client, "ups")
    sealed = SourceSecret.objects.get().sealed
    page = team.client.post(f"{OF}/ups/source/", {"version": ""}).content.decode()
    assert "The secret was changed meanwhile." in page
    assert SourceSecret.objects.get().sealed == sealed
    assert len(acts()) == 1


def test_the_header_of_a_token_can_be_chosen(team: rows.Team) -> None:
    page = the_door(team.client, "delhivery", header="X-Wismo-Token")
    assert "x-wismo-token" in page
    assert SourceSecret.objects.get().header == "x-wismo-token"
    page = team.client.get(f"{OF}/delhivery/source/").content.decode()
    assert "a token in x-wismo-token<small>the header you chose</small>" in page
    refused = the_door(team.client, "delhivery", header="Content-Length")
    assert "is no header for a token; take one such as X-Wismo-Token." in refused
    assert SourceSecret.objects.get().header == "x-wismo-token"


def test_a_source_that_signs_offers_no_header(team: rows.Team) -> None:
    assert 'name="header"' not in team.client.get(f"{OF}/fedex/source/").content.decode()


@pytest.mark.parametrize("keys", ["", "not keys", PEM])
def test_public_keys_must_be_keys(team: rows.Team, keys: str) -> None:
    page = the_door(team.client, "shipengine", secret=keys)
    assert "give its public keys, as PEM or JWKS." in page
    assert not SourceSecret.objects.exists()


def test_what_nobody_confirms_is_marked(team: rows.Team) -> None:
    page = team.client.get(f"{OF}/xpressbees/source/").content.decode()
    assert '<span class="chip warn">unverified</span>' in page
    assert "No source confirms how it signs." in page


def test_the_door_tells_what_came_and_what_was_turned_away(team: rows.Team) -> None:
    a_secret(team.shop, "delhivery")
    InboxRow.objects.create(
        shop_id=team.shop.pk, source="delhivery", receipt="r", body=b"{}", received_at=rows.NOW - rows.HOUR
    )
    limits.count(team.shop.pk, "rejected", "delhivery", now=rows.NOW, by=3)
    page = team.client.get(f"{OF}/delhivery/source/").content.decode()
    assert "Today 12:00<small>1 h ago</small>" in page
    assert '<dd class="bad">3<small>since yesterday' in page


def test_a_number_is_looked_up_and_every_guess_says_why(team: rows.Team) -> None:
    page = team.client.get("/console/halden/carriers/?number=1Z999AA10123456784&country=us").content.decode()
    assert '<a href="/console/halden/carriers/of/ups/">UPS</a>' in page
    assert '<span class="chip good">Strong</span>' in page
    assert "no parcel is given a carrier by it" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("number=", "This field is required."),
        ("number=1Z%3F", "This is no tracking number: it holds &#x27;?&#x27;"),
        ("number=HR-20410&country=UK", "The United Kingdom is GB."),
        ("number=HR-20410&country=ZZ", "Give a country’s two letters, as DE."),
        ("number=QQQQQQQ", "No carrier we know numbers its parcels like this."),
    ],
)
def test_what_cannot_be_looked_up_is_told_why(team: rows.Team, asked: str, said: str) -> None:
    assert said in team.client.get(f"/console/halden/carriers/?{asked}").content.decode()


def test_every_source_can_be_reached_and_ours_come_first(
    team: rows.Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    an_account(team.shop, "usps", client_id="a", client_secret=KEY)
    a_secret(team.shop, "ups")
    with django_assert_num_queries(8):
        page = team.client.get("/console/halden/carriers/connect/").content.decode()
    assert KEY not in page
    names = [at.split("/", 1)[0] for at in page.split('<a class="o" href="/console/halden/carriers/of/')[1:]]
    assert names[:2] == ["ups", "usps"]
    posting = {pack.id for pack in registry.packs().values() if pack.auth}
    assert posting | {pack.id for pack in registry.packs().values() if pack.poll} <= set(names)
    aggregators = {
        pack.id for pack in registry.packs().values() if pack.kind is Kind.AGGREGATOR and pack.auth
    }
    assert aggregators <= set(names)


@pytest.mark.parametrize("count", [1, 6])
def test_the_pages_cost_the_same_however_many_accounts_there_are(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for source in ("dhl", "ups", "usps", "fedex", "postnl", "gls")[:count]:
        an_account(team.shop, source)
        a_secret(team.shop, source)
    with django_assert_num_queries(10):
        team.client.get(f"{OF}/dhl/account/")
    with django_assert_num_queries(11):
        team.client.get(f"{OF}/dhl/source/")
