"""Carriers: figures with their grades, a page that explains each, the export, and what is to be confirmed."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from wismo.carriers import registry
from wismo.console.doubts import doubt_of
from wismo.plumbing import limits
from wismo.plumbing.models import InboxRow
from wismo.shops.models import SourceSecret
from wismo.tracking.models import CarrierDay
from wismo.tracking.rules.quality import HEAD, SLOTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]
CARRIERS = "/console/halden/carriers/"


@pytest.fixture
def the_day() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def a_day(team: rows.Team, carrier: str = "ups", *, back: int = 0, **counted: int) -> None:
    """A day of 100 scans, all told within a minute, and 40 deliveries."""
    CarrierDay.objects.create(
        shop=team.shop,
        carrier=carrier,
        day=(rows.NOW - timedelta(days=back)).date(),
        first_scan=1,
        lags=[100] + [0] * (SLOTS - 1),
        **({"scans": 100, "delivered": 40} | counted),
    )


def test_carriers_are_listed_with_their_worst_grade(team: rows.Team) -> None:
    a_day(team, "ups")
    a_day(team, "dhl", without_out=4)
    a_day(team, "fedex", without_out=20)
    page = team.client.get(CARRIERS).content.decode()
    assert page.count('<span class="chip good">Good</span>') == 1
    assert page.count('<span class="chip warn">Look into it</span>') == 1
    assert page.count('<span class="chip bad">Poor</span>') == 1
    assert '<span class="chip bad">50%<span class="vh"> Poor</span></span>' in page


def test_days_of_the_window_add_up_and_older_ones_do_not_count(team: rows.Team) -> None:
    a_day(team, without_pickup=10)
    a_day(team, back=29, without_pickup=30)
    a_day(team, back=30, without_pickup=40)
    page = team.client.get(f"{CARRIERS}of/ups/").content.decode()
    assert "40 of 80 parcels delivered" in page
    assert "amber above 5%, red above 15%" in page


def test_few_parcels_are_shown_and_not_judged(team: rows.Team) -> None:
    a_day(team, scans=20, delivered=3, without_pickup=3)
    page = team.client.get(f"{CARRIERS}of/ups/").content.decode()
    assert "3 of 3 parcels delivered<small>too few to judge; amber above 5%" in page


def test_unmapped_scans_count_as_they_are_now(team: rows.Team) -> None:
    a_day(team)
    scan = rows.a_scan(rows.a_shipment(rows.an_order(team.shop)), rows.NOW, status="", code="ZZ")
    page = team.client.get(f"{CARRIERS}of/ups/").content.decode()
    assert "1 of 100 scans" in page
    scan.delete()
    assert "0 of 100 scans" in team.client.get(f"{CARRIERS}of/ups/").content.decode()


def test_the_page_of_a_carrier_says_how_it_is_connected(team: rows.Team) -> None:
    SourceSecret.objects.create(shop=team.shop, source="delhivery", sealed="x")
    InboxRow.objects.create(
        shop_id=team.shop.pk, source="delhivery", receipt="r", body=b"{}", received_at=rows.NOW - rows.HOUR
    )
    limits.count(team.shop.pk, "rejected", "delhivery", now=rows.NOW, by=3)
    page = team.client.get(f"{CARRIERS}of/delhivery/").content.decode()
    assert "may post<small>proved by token</small>" in page
    assert "Today 12:00<small>1 h ago</small>" in page
    assert '<dd class="bad">3<small>since yesterday' in page
    assert "no account entered" in page


def test_a_source_that_is_connected_and_silent_is_named(team: rows.Team) -> None:
    SourceSecret.objects.create(shop=team.shop, source="fedex", sealed="x")
    page = team.client.get(CARRIERS).content.decode()
    assert 'silent for 30 days: <a class="lk" href="/console/halden/carriers/of/fedex/">FedEx</a>.' in page


def test_what_no_source_confirms_is_shown_as_to_be_confirmed(team: rows.Team) -> None:
    unsure = [doubt for pack in registry.packs().values() if (doubt := doubt_of(pack)).auth]
    assert unsure
    page = team.client.get(f"{CARRIERS}of/{unsure[0].source}/").content.decode()
    assert "How it signs its webhooks is not confirmed by any source." in page
    (odd,) = (row for row in doubt_of(registry.packs()["ups"]).rows if row.code == "X|NH")
    page = team.client.get(f"{CARRIERS}of/ups/").content.decode()
    assert odd.note in page
    assert "How it signs its webhooks" not in page


def test_a_note_that_only_explains_is_no_doubt() -> None:
    ups = registry.packs()["ups"]
    explained = {row.code for row in ups.statuses.rows if row.note} - {row.code for row in doubt_of(ups).rows}
    assert "X|SR" in explained


def test_a_carrier_nobody_knows_is_not_found(team: rows.Team) -> None:
    assert team.client.get(f"{CARRIERS}of/nobody/").status_code == 404


def test_a_carrier_without_a_pack_has_its_page_too(team: rows.Team) -> None:
    a_day(team, "acme-parcels")
    page = team.client.get(f"{CARRIERS}of/acme-parcels/").content.decode()
    assert "the scans others bring" in page
    assert "Acme Parcels" in page


def test_scans_that_name_no_carrier_are_nobodys_figures(team: rows.Team) -> None:
    a_day(team, "")
    page = team.client.get(CARRIERS)
    assert (page.status_code, page.context["rows"]) == (200, [])
    assert "No scan that names its carrier came in within 30 days" in page.content.decode()
    assert team.client.get(f"{CARRIERS}export/").content.decode().splitlines() == [",".join(HEAD)]


def test_the_figures_are_downloaded_as_csv(team: rows.Team) -> None:
    a_day(team, without_pickup=10)
    answer = team.client.get(f"{CARRIERS}export/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="halden-carriers.csv"'
    (told,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert tuple(told) == HEAD
    assert (told["carrier"], told["scans"], told["without_pickup"]) == ("ups", "100", "0.2500")


@pytest.mark.parametrize("count", [1, 12])
def test_carriers_cost_the_same_however_many(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        for back in range(3):
            a_day(team, f"carrier-{n}", back=back)
    with django_assert_num_queries(9):
        team.client.get(CARRIERS)
