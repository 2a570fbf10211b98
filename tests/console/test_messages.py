"""The message log and the codes to map."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from wismo.plumbing import inbox_queries
from wismo.tracking.queries import codes

pytestmark = pytest.mark.django_db
LOG = "/console/halden/messages/"


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def some(team: rows.Team) -> None:
    """A message of each end."""
    order = rows.an_order(team.shop)
    rows.a_message(order, trigger="picked_up")
    rows.a_message(order, trigger="delayed", state="not_sent", code="too_old")
    rows.a_message(order, trigger="delivered", state="not_sent", code="superseded:returned")
    rows.a_message(order, trigger="customs", state="unknown", code="unknown")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["customs", "delivered", "delayed", "picked_up"]),
        ({"state": "not_sent"}, ["delivered", "delayed"]),
        ({"code": "too_old"}, ["delayed"]),
        ({"code": "superseded"}, ["delivered"]),
        ({"code": "superseded:returned"}, ["delivered"]),
        ({"code": "superseded:delivered"}, []),
        ({"state": "sent", "code": "too_old"}, []),
        ({"state": "nonsense"}, ["customs", "delivered", "delayed", "picked_up"]),
    ],
)
def test_the_log_is_filtered_by_state_and_decision(
    team: rows.Team, query: dict[str, str], found: list[str]
) -> None:
    some(team)
    assert [row.trigger for row in team.client.get(LOG, query).context["rows"]] == found


def test_a_message_leads_to_its_parcel_or_its_order(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    rows.a_message(shipment.order, shipment)
    rows.a_message(shipment.order, None, trigger="order_confirmed")
    page = team.client.get(LOG).content.decode()
    assert f'href="/console/halden/shipments/{shipment.pk}/?show=messages"' in page
    assert 'href="/console/halden/shipments/?q=HR-20410"' in page


def test_the_log_goes_on_where_the_page_before_ended(team: rows.Team) -> None:
    order = rows.an_order(team.shop)
    made = [rows.a_message(order, dedupe_key=f"k{n}").pk for n in range(51)]
    first = team.client.get(LOG)
    rest = team.client.get(LOG, {"before": first.context["next"]})
    assert [row.id for page in (first, rest) for row in page.context["rows"]] == made[::-1]


@pytest.mark.parametrize("count", [1, 30])
def test_the_log_costs_the_same_whatever_its_length(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = rows.an_order(team.shop)
    for n in range(count):
        rows.a_decision(rows.a_message(order, dedupe_key=f"k{n}"), "done", "send", "sent", attempt=1)
    with django_assert_num_queries(8):
        team.client.get(LOG)


def test_what_waits_is_counted_no_further_than_is_shown(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    for n in range(101):
        rows.a_scan(shipment, rows.NOW, status="", code=f"C{n}")
        rows.a_parked_payload(team.shop, f"r{n}")
    assert (codes.unmapped_count(team.shop.pk), inbox_queries.parked_count(team.shop.pk)) == (100, 100)
    for room, shown in (("messages/", '<b class="hot">99+'), ("", "99+</b>"), ("inbox/", "Replay all 99+")):
        assert team.client.get(f"/console/halden/{room}").content.decode().count(shown) >= 1
