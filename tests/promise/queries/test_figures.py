"""What was promised, what it cost and what held: counted from the ledger, week by week."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.console import promising, rows
from wismo.promise.models import Promise
from wismo.promise.queries.figures import answered, cells
from wismo.promise.rules.coverage import Cell, Kept, together
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def november(shop: Shop) -> list[Cell]:
    """Of the promises for 1 to 23 November."""
    return cells(shop.pk, since=date(2026, 11, 1), until=promising.TODAY, zone=BERLIN)


def test_the_pair_is_what_held_and_how_far_away_it_was() -> None:
    shop = rows.a_shop()
    promising.promises(shop, 10, 1)
    (found,) = november(shop)
    assert found == Cell(
        week=date(2026, 11, 2),
        country="DE",
        area="DE-BY",
        carrier="dhl",
        warehouse="main",
        service="standard",
        rung="own_lane",
        kept=Kept(10, 9, 0, 50.0, 10, 9.0 - 2.0, found.kept.level),
    )
    assert found.kept.aimed_at == pytest.approx(0.95)
    assert (found.kept.share, found.kept.mean_days, found.kept.mean_early) == (0.9, 5.0, 0.7)


def test_what_never_came_is_broken_although_nobody_said_so() -> None:
    shop = rows.a_shop()
    promising.promises(shop, 3)
    promising.promises(shop, 1, arrived_on=None)
    whole = together(november(shop))
    assert (whole.promises, whole.kept, whole.unheard, whole.arrived) == (4, 3, 1, 3)


def test_a_promise_whose_day_is_not_over_is_not_judged() -> None:
    shop = rows.a_shop()
    promising.promises(shop, 2, latest=promising.TODAY, arrived_on=None)
    promising.promises(shop, 1, latest=promising.TODAY, arrived_on=promising.TODAY - rows.DAY)
    assert november(shop) == []


def test_a_cancelled_order_breaks_no_promise() -> None:
    shop = rows.a_shop()
    cancelled = rows.an_order(shop, "C-1", cancelled_at=rows.NOW)
    promising.a_promise(cancelled, shop, "c1", arrived_on=None)
    assert november(shop) == []


def test_only_the_first_promise_is_held_against_the_arrival() -> None:
    shop = rows.a_shop()
    order = rows.an_order(shop)
    promising.a_promise(order, shop, "first", arrived_on=date(2026, 11, 9))
    promising.a_promise(order, shop, "later", first=False, place="page", arrived_on=date(2026, 11, 9))
    promising.a_promise(None, shop, "nobody ordered")
    whole = together(november(shop))
    assert (whole.promises, whole.kept) == (1, 0)


def test_the_day_of_the_order_is_the_shops() -> None:
    shop = rows.a_shop()
    evening = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)  # half past midnight on the 2nd in Berlin
    promising.a_promise(rows.an_order(shop), shop, "k", asked_at=evening, arrived_on=date(2026, 11, 5))
    (found,) = november(shop)
    assert found.kept.mean_days == 4.0


def test_the_neighbours_promises_are_not_counted() -> None:
    promising.promises(rows.a_shop("neighbour"), 3)
    shop = rows.a_shop()
    assert november(shop) == []
    assert answered(shop.pk).orders == 0


def test_who_answered_and_how_often_another_day_was_shown() -> None:
    shop = rows.a_shop()
    promising.promises(shop, 2)
    promising.promises(shop, 1, rung="published")
    moved = rows.an_order(shop, "M-1")
    promising.a_promise(moved, shop, "m", rung="published")
    for n in range(3):
        promising.a_promise(moved, shop, f"m{n}", place="page", first=False)
    rows.an_order(shop, "UNPROMISED")
    found = answered(shop.pk)
    assert (found.orders, found.promised, dict(found.by_rung)) == (5, 4, {"own_lane": 2, "published": 2})
    assert (found.changes, found.changed, found.changes_each) == (3, 1, 0.75)


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_statements_does_not_grow(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shop = rows.a_shop()
    promising.promises(shop, count)
    with django_assert_num_queries(4):  # one for the cells, three for who answered
        november(shop)
        answered(shop.pk)


def test_a_day_that_the_shop_named_by_itself_aimed_at_nothing() -> None:
    shop = rows.a_shop()
    promising.promises(shop, 10, 1)
    ours = Promise.objects.first()
    assert ours
    Promise.objects.filter(pk=ours.pk).update(level=0.0, rung="none")
    found = together(november(shop))
    assert (found.promises, found.unaimed) == (10, 1)
    assert found.aimed_at == pytest.approx(0.95)
