"""The list of shipments: filters in the address, pages, and one cost whatever its length."""

from datetime import date
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import rows

pytestmark = pytest.mark.django_db
LIST = "/console/halden/shipments/"


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def numbers(team: rows.Team, **query: Any) -> list[str]:
    return [row.order_number for row in team.client.get(LIST, query).context["rows"]]


def some(team: rows.Team) -> None:
    """Four parcels that differ in everything one can filter by."""
    order = rows.an_order(team.shop, "A", country="FR", email="maren@example.com")
    rows.a_shipment(order, "1Z1", carrier="ups", status="in_transit", late=True)
    rows.a_shipment(rows.an_order(team.shop, "B"), "DH2", carrier="dhl", status="failed_attempt")
    rows.a_shipment(rows.an_order(team.shop, "C"), "DH3", carrier="dhl", status="delivered", ended=True)
    rows.a_shipment(rows.an_order(team.shop, "#D"), "1Z4", carrier="ups", leg="rto", status="in_transit")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["#D", "C", "B", "A"]),
        ({"status": "failed_attempt"}, ["B"]),
        ({"carrier": "dhl"}, ["C", "B"]),
        ({"country": "FR"}, ["A"]),
        ({"leg": "rto"}, ["#D"]),
        ({"late": "on"}, ["A"]),
        ({"open": "on"}, ["#D", "B", "A"]),
        ({"carrier": "ups", "late": "on"}, ["A"]),
        ({"carrier": "gone-post"}, []),
        ({"status": "no such status"}, ["#D", "C", "B", "A"]),
    ],
)
def test_a_filter_finds_what_it_says(team: rows.Team, query: dict[str, str], found: list[str]) -> None:
    some(team)
    assert numbers(team, **query) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("D", ["#D"]),
        ("#b", ["B"]),
        (" 1z 1 ", ["A"]),
        ("1Z", []),
        ("%", []),
    ],
)
def test_a_search_knows_orders_and_parcels(team: rows.Team, asked: str, found: list[str]) -> None:
    some(team)
    assert numbers(team, q=asked) == found


def searched(team: rows.Team, **form: str) -> str:
    """Where a search leads."""
    answer = team.client.post(f"{LIST}search/", form)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_search_keeps_its_filters_in_the_address_of_the_list(team: rows.Team) -> None:
    some(team)
    assert searched(team, q="#D", carrier="ups", status="", csrfmiddlewaretoken="x") == (
        f"{LIST}?q=%23D&carrier=ups"
    )
    assert searched(team, q="") == LIST
    assert team.client.get(f"{LIST}search/").headers["Location"] == LIST


def test_a_shoppers_address_is_searched_for_without_standing_in_any_link(team: rows.Team) -> None:
    some(team)
    to = searched(team, q=" MAREN@example.com ", carrier="ups")
    assert "aren" not in to
    page = team.client.get(to)
    assert [row.order_number for row in page.context["rows"]] == ["A"]
    assert [(chip.text, chip.without) for chip in page.context["chips"]] == [
        ("Carrier: UPS", to.partition("?")[2].replace("carrier=ups&", "")),
        ("E-mail: m•••@example.com", "carrier=ups"),
    ]
    assert "maren@" not in page.content.decode()


@pytest.mark.parametrize("asked", ["nobody@example.com", "@", "sofia@meridian.example"])
def test_an_address_no_shopper_of_the_shop_has_finds_nothing(team: rows.Team, asked: str) -> None:
    some(team)
    rows.an_order(rows.a_shop("meridian"), email="sofia@meridian.example")
    page = team.client.get(searched(team, q=asked))
    assert page.context["rows"] == []
    assert "No parcel matches “E-mail: no shopper of this shop”." in page.content.decode()


def test_an_address_typed_into_a_link_is_not_searched_for_and_leaves_it(team: rows.Team) -> None:
    some(team)
    answer = team.client.get(LIST, {"q": "maren@example.com", "late": "on"})
    assert answer.headers["Location"] == f"{LIST}?late=on"
    page = team.client.get(answer.headers["Location"]).content.decode()
    assert "Type it into the search field." in page
    assert "maren@" not in page


@pytest.mark.parametrize("buyer", ["x", "-1", "9" * 40])
def test_a_buyer_that_cannot_be_asks_for_nothing(team: rows.Team, buyer: str) -> None:
    some(team)
    assert numbers(team, buyer=buyer) == ["#D", "C", "B", "A"]


def test_a_buyer_of_another_shop_is_nobody_here(team: rows.Team) -> None:
    some(team)
    theirs = rows.an_order(rows.a_shop("meridian"), email="sofia@meridian.example")
    page = team.client.get(LIST, {"buyer": theirs.buyer_id})
    assert page.context["rows"] == []
    assert "@meridian" not in page.content.decode()


def test_a_viewer_can_neither_read_nor_search_a_shoppers_address() -> None:
    viewer = rows.a_team(role="viewer")
    some(viewer)
    answer = viewer.client.get(LIST)
    assert "Sofia" not in answer.content.decode()
    assert {row.buyer_name for row in answer.context["rows"]} == {"S••• M•••"}
    assert searched(viewer, q="maren@example.com") == LIST
    page = viewer.client.get(LIST).content.decode()
    assert "Agents and owners may search by a shopper’s e-mail address." in page


def test_each_filter_in_use_can_be_taken_out_alone(team: rows.Team) -> None:
    some(team)
    page = team.client.get(LIST, {"carrier": "ups", "late": "on", "before": "999"})
    assert [(chip.text, chip.without) for chip in page.context["chips"]] == [
        ("Carrier: UPS", "late=on"),
        ("Only late", "carrier=ups"),
    ]


def test_a_filter_that_finds_nothing_is_named(team: rows.Team) -> None:
    some(team)
    page = team.client.get(LIST, {"status": "lost"}).content.decode()
    assert "No parcel matches “Status: Lost”." in page
    assert "Clear filters" in page


def test_pages_follow_each_other_without_gap_or_repeat(team: rows.Team) -> None:
    order = rows.an_order(team.shop)
    made = [rows.a_shipment(order, f"N{n}").pk for n in range(51)]
    first = team.client.get(LIST, {"carrier": "ups"})
    rest = team.client.get(LIST, {"carrier": "ups", "before": first.context["next"]})
    seen = [row.id for page in (first, rest) for row in page.context["rows"]]
    assert seen == sorted(made, reverse=True)
    assert rest.context["next"] is None
    assert f'href="?carrier=ups&amp;before={made[1]}"' in first.content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 40])
def test_a_page_that_cannot_be_is_the_first(team: rows.Team, before: str) -> None:
    some(team)
    assert numbers(team, before=before) == ["#D", "C", "B", "A"]


@time_machine.travel(rows.NOW, tick=False)
def test_what_is_expected_is_told_apart_from_what_was_promised(team: rows.Team) -> None:
    promised = rows.an_order(team.shop, "A", promised_on=date(2026, 11, 25))
    rows.a_shipment(promised, "N1")
    overdue = rows.an_order(team.shop, "B", promised_on=date(2026, 11, 23))
    rows.a_shipment(overdue, "N2", late=True)
    page = team.client.get(LIST).content.decode()
    assert "<td>Wed 25 Nov<small>promised Wed 25 Nov</small>" in page
    assert '<td>unknown<small class="bad">promised Mon 23 Nov, late</small>' in page


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_costs_the_same_whatever_its_length(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        rows.a_shipment(rows.an_order(team.shop, f"A{n}"), f"N{n}")
    with django_assert_num_queries(8):  # session, user, seats, offered filters, rows, three for badges
        assert len(numbers(team)) == count
