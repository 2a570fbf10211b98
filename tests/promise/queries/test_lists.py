"""The lists: parcels at risk, the ledger, and one parcel's story."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.console import promising, rows
from wismo.promise.queries.exceptions import Leads, Watched, at_risk, lead_times, watched
from wismo.promise.queries.learnings import learnings
from wismo.promise.queries.ledger_rows import newest, story_of

pytestmark = pytest.mark.django_db


def test_the_riskiest_parcel_comes_first_and_what_is_over_not_at_all() -> None:
    shop = rows.a_shop()
    for number, risk, still in (("A", 0.2, True), ("B", 0.9, True), ("C", 0.95, False), ("D", 0.0, True)):
        promising.an_outlook(rows.a_shipment(rows.an_order(shop, number), number), risk, open=still)
    assert [(row.order_number, row.risk) for row in at_risk(shop.pk)] == [("B", 0.9), ("A", 0.2)]


def test_only_what_the_team_was_alerted_of_where_that_is_asked_for() -> None:
    shop = rows.a_shop()
    for number, alerted in (("A", rows.NOW), ("B", None)):
        promising.an_outlook(rows.a_shipment(rows.an_order(shop, number), number), alerted_at=alerted)
    assert [row.order_number for row in at_risk(shop.pk, alerted=True)] == ["A"]
    assert watched(shop.pk) == Watched(parcels=2, likely=2, alerted=1)


def test_how_long_before_the_carrier_trouble_was_seen() -> None:
    shop = rows.a_shop()
    told: dict[str, Any] = {"alerted_at": rows.NOW - 30 * rows.HOUR, "excepted_at": rows.NOW}
    promising.an_outlook(rows.a_shipment(rows.an_order(shop)), **told)
    promising.an_outlook(
        rows.a_shipment(rows.an_order(shop, "2"), "2"), 0.1, alerted_at=rows.NOW, excepted_at=rows.NOW
    )
    assert [row.ahead for row in at_risk(shop.pk)] == [timedelta(hours=30), None]
    assert lead_times(shop.pk, rows.NOW - 2 * rows.DAY) == Leads(2, 1, 30.0)
    assert lead_times(shop.pk, rows.NOW + rows.DAY) == Leads(0, 0, None)


@pytest.mark.parametrize("count", [1, 9])
def test_a_list_is_one_statement(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shop = rows.a_shop()
    for n in range(count):
        order = rows.an_order(shop, str(n))
        promising.an_outlook(rows.a_shipment(order, str(n)))
        promising.a_promise(order, shop, str(n))
    with django_assert_num_queries(1):
        assert len(at_risk(shop.pk)) == count
    with django_assert_num_queries(1):
        assert len(newest(shop.pk)) == count


def test_the_ledger_is_paged_and_shows_no_neighbours() -> None:
    shop = rows.a_shop()
    made = [promising.a_promise(rows.an_order(shop, f"O{n}"), shop, f"k{n}").pk for n in range(3)]
    promising.a_promise(None, rows.a_shop("neighbour"), "theirs")
    assert [row.id for row in newest(shop.pk, limit=2)] == [made[2], made[1]]
    assert [row.order_number for row in newest(shop.pk, before=made[1])] == ["O0"]


def test_a_parcels_story_is_its_own_and_its_orders() -> None:
    shop = rows.a_shop()
    order = rows.an_order(shop)
    parcel, sister = rows.a_shipment(order, "1"), rows.a_shipment(order, "2")
    promising.a_promise(order, shop, "first")
    later = {"place": "page", "first": False, "latest": date(2026, 11, 9)}
    promising.a_promise(order, shop, "moved", shipment=parcel, **later)
    promising.a_promise(order, shop, "sisters", shipment=sister, **later)
    promising.an_outlook(parcel, 0.4)
    story = story_of(shop.pk, order.pk, parcel.pk)
    assert story.first
    assert story.first.latest == date(2026, 11, 6)
    assert [row.shipment_id for row in story.later] == [parcel.pk]
    assert story.outlook
    assert story.outlook.risk == 0.4


def test_an_unpromised_parcel_has_no_story() -> None:
    shop = rows.a_shop()
    parcel = rows.a_shipment(rows.an_order(shop))
    story = story_of(shop.pk, parcel.order_id, parcel.pk)
    assert (story.first, story.later, story.outlook) == (None, (), None)


def test_the_nights_are_the_newest_first() -> None:
    shop = rows.a_shop()
    for back in (2, 1, 0):
        promising.a_night(shop, promising.TODAY - back * rows.DAY)
    promising.a_night(rows.a_shop("neighbour"), promising.TODAY)
    assert [row.until.day for row in learnings(shop.pk, limit=2)] == [24, 23]
