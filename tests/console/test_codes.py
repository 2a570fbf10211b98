"""Codes to map: listed with what they may mean, tried before they are mapped, mapped, and undone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from wismo.notify.models import Message
from wismo.plumbing.models import AuditRow
from wismo.tracking.models import CodeMeaning, ScanRecord, Shipment
from wismo.tracking.queries import codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]
CODES, MAP, UNDO = (f"/console/halden/codes/{room}" for room in ("", "map/", "undo/"))
OUT = {"source": "ups", "code": "ZZ|31", "status": "out_for_delivery", "leg": "forward", "reason": ""}


@pytest.fixture
def the_day() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def a_parcel_with(team: rows.Team, *hours: int, text: str = "IN ZUSTELLUNG", number: str = "N1") -> Shipment:
    """A parcel scanned so many hours ago with a code nobody knows."""
    order = rows.an_order(team.shop, f"HR-{number}", promised_on=None)
    shipment = rows.a_shipment(order, number, status="in_transit", milestones="")
    rows.a_scan(shipment, rows.NOW - timedelta(days=3), status="in_transit")
    for ago in hours:
        rows.a_scan(
            shipment, rows.NOW - ago * rows.HOUR, status="", code="ZZ|31", text=text, place="Munich, DE"
        )
    return shipment


def page_of(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_codes_to_map_are_counted_by_what_they_hold_back(team: rows.Team) -> None:
    order = rows.an_order(team.shop)
    one, two = rows.a_shipment(order, "N1"), rows.a_shipment(order, "N2")
    for n in range(3):
        rows.a_scan(one, rows.NOW - n * rows.HOUR, status="", code="OFTEN", text="<i>often</i>")
    rows.a_scan(one, rows.NOW, status="", code="WIDE")
    rows.a_scan(two, rows.NOW, status="", code="WIDE")
    rows.a_scan(two, rows.NOW, status="in_transit", code="KNOWN")
    found = codes.unmapped_codes(team.shop.pk)
    assert [(row.code, row.scans, row.parcels, row.last_seen) for row in found] == [
        ("WIDE", 2, 2, rows.NOW),
        ("OFTEN", 3, 1, rows.NOW),
    ]
    page = page_of(team.client, CODES)
    assert "&lt;i&gt;often&lt;/i&gt;" in page
    assert '<b class="hot">2' in page


def test_a_code_is_listed_with_what_it_may_mean_and_why(team: rows.Team) -> None:
    a_parcel_with(team, 1)
    page = page_of(team.client, CODES)
    assert "a suggestion: its words say “in zustellung” (German)" in page
    assert "codes/map/?source=ups&amp;code=ZZ%7C31&amp;status=out_for_delivery&amp;leg=forward" in page


def test_a_code_whose_scans_name_no_carrier_is_its_sources_alone(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    rows.a_scan(shipment, rows.NOW, status="", code="ZZ", source="shopify", carrier="", text="")
    assert "<td>Shopify</td>" in page_of(team.client, CODES)


@pytest.mark.parametrize(
    ("hours", "words"), [((1,), "in its only scan"), ((1, 30), "in all 2 scans")], ids=["one", "two"]
)
def test_a_preview_says_of_how_many_scans_it_is(team: rows.Team, hours: tuple[int, ...], words: str) -> None:
    a_parcel_with(team, *hours)
    assert f"<p>{words}</p>" in page_of(team.client, MAP, **OUT)


@pytest.mark.parametrize("count", [1, 30])
def test_codes_cost_the_same_however_many(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    for n in range(count):
        rows.a_scan(shipment, rows.NOW, status="", code=f"C{n}")
        CodeMeaning.objects.create(
            shop=team.shop, source="ups", code=f"M{n}", status="held", leg="forward", at=rows.NOW
        )
    with django_assert_num_queries(11):
        team.client.get(CODES)


def test_the_preview_shows_what_would_change_and_changes_nothing(team: rows.Team) -> None:
    a_parcel_with(team, 1, 30)
    page = page_of(team.client, MAP, **OUT)
    assert "1 parcel</span>" in page
    assert "1 message would be sent: the news is still fresh." in page
    assert "it would have come too late to be news" in page
    assert "Map it and send 1 message" in page
    assert "Today 12:00, Munich, DE" in page
    assert set(ScanRecord.objects.filter(code="ZZ|31").values_list("status")) == {("",)}
    assert Shipment.objects.get().status == "in_transit"
    assert Message.objects.count() == CodeMeaning.objects.count() == AuditRow.objects.count() == 0


def test_old_news_is_previewed_as_never_sent(team: rows.Team) -> None:
    a_parcel_with(team, 30)
    page = page_of(team.client, MAP, **OUT)
    assert "No message would be sent now, and none that was sent is sent again." in page
    assert ">Map it</button>" in page


@pytest.mark.parametrize("count", [1, 20])
def test_a_preview_costs_the_same_however_many_parcels(
    team: rows.Team, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        a_parcel_with(team, 1, number=f"N{n}")
    with django_assert_max_num_queries(68):
        page_of(team.client, MAP, **OUT)


@pytest.mark.parametrize("role", ["agent", "owner"])
def test_a_code_is_mapped_with_one_press_and_the_deed_is_kept(role: str) -> None:
    team = rows.a_team(role=role)
    a_parcel_with(team, 1, 30)
    page = team.client.post(MAP, OUT, follow=True).content.decode()
    assert "ZZ|31 of UPS means here from now on: out for delivery; 2 scans took it." in page
    assert Shipment.objects.get().status == "out_for_delivery"
    act = AuditRow.objects.get()
    assert (act.who, act.did, act.subject) == (team.user.email, "mapped a code", "ZZ|31 of UPS")
    assert f"{team.user.email} mapped a code" in page
    assert codes.unmapped_count(team.shop.pk) == 0


def test_a_meaning_is_undone_with_one_press(team: rows.Team) -> None:
    a_parcel_with(team, 1)
    team.client.post(MAP, OUT)
    page = team.client.post(UNDO, {"id": CodeMeaning.objects.get().pk}, follow=True).content.decode()
    assert "ZZ|31 of UPS has no meaning again; 1 scan read as before." in page
    assert Shipment.objects.get().status == "in_transit"
    assert list(AuditRow.objects.order_by("pk").values_list("did", flat=True)) == [
        "mapped a code",
        "undid a code",
    ]
    assert "somebody else has undone it" in team.client.post(UNDO, {"id": 7}, follow=True).content.decode()


def test_what_a_colleague_has_mapped_already_is_told_as_that(team: rows.Team) -> None:
    a_parcel_with(team, 1)
    team.client.post(MAP, OUT)
    page = team.client.post(MAP, OUT, follow=True).content.decode()
    assert "No scan waits for the meaning of that code any more." in page
    a_parcel_with(team, 2, number="N2")
    assert "ZZ|31 has a meaning already. Undo it first." in team.client.post(MAP, OUT).content.decode()
    assert CodeMeaning.objects.count() == 1


def test_a_viewer_sees_codes_and_neither_tries_nor_maps_them() -> None:
    team = rows.a_team(role="viewer")
    a_parcel_with(team, 1)
    page = page_of(team.client, CODES)
    assert "ZZ|31" in page
    assert "/codes/map/" not in page
    assert {team.client.get(MAP, OUT).status_code, team.client.post(MAP, OUT).status_code} == {403}
    assert team.client.post(UNDO, {"id": 1}).status_code == 403


def test_a_form_without_its_token_maps_nothing(team: rows.Team) -> None:
    a_parcel_with(team, 1)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(team.user)
    assert strict.post(MAP, OUT).status_code == 403
    assert CodeMeaning.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("status", "", "This field is required."),
        ("status", "on_its_way", "Select a valid choice"),
        ("leg", "sideways", "Select a valid choice"),
        ("reason", "no_idea", "Select a valid choice"),
    ],
)
def test_a_choice_there_is_not_is_refused_at_its_field(
    team: rows.Team, field: str, value: str, said: str
) -> None:
    a_parcel_with(team, 1)
    page = team.client.post(MAP, OUT | {field: value}).content.decode()
    assert said in page
    assert CodeMeaning.objects.count() == 0


def test_scans_without_a_code_cannot_be_mapped_all_alike(team: rows.Team) -> None:
    rows.a_scan(a_parcel_with(team), rows.NOW, status="", code="", text="on the van")
    assert "needs a row with its words in the pack" in page_of(team.client, CODES)
    page = team.client.post(MAP, OUT | {"code": ""}, follow=True).content.decode()
    assert "These scans came without a code." in page
    assert CodeMeaning.objects.count() == 0


def test_meanings_are_downloaded_as_rows_for_the_pack(team: rows.Team) -> None:
    a_parcel_with(team, 1)
    team.client.post(MAP, OUT)
    answer = team.client.get("/console/halden/codes/export/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="halden-codes.toml"'
    assert answer.headers["Content-Type"] == "application/toml"
    assert 'code = "ZZ|31", text = "IN ZUSTELLUNG", status = "out_for_delivery"' in answer.content.decode()


def test_nothing_to_download_is_said_in_the_file(team: rows.Team) -> None:
    assert (
        team.client
        .get("/console/halden/codes/export/")
        .content.decode()
        .startswith("# No code has a meaning")
    )
