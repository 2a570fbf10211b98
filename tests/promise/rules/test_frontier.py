"""What a level would have promised, and what would have held."""

import pytest

from wismo.promise.rules.frontier import Past, frontier

PAST = [Past((3, 5), 3), Past((3, 5), 4), Past((2, 4), 5), Past((4, 6), None)]


def test_a_point_is_the_pair_of_days_and_of_what_held() -> None:
    low, high = frontier(PAST, (0.80, 0.95))
    assert (low.level, low.orders, low.on_time, low.promised_days) == (0.80, 4, 0.25, 3.0)
    assert (high.level, high.orders, high.on_time, high.promised_days) == (0.95, 4, 0.5, 5.0)
    assert low.days_early == pytest.approx((0 - 1 - 3) / 3)


def test_a_point_says_what_one_more_in_a_hundred_costs() -> None:
    low, high = frontier(PAST, (0.80, 0.95))
    assert low.point_costs is None
    assert high.point_costs == pytest.approx(2.0 / 25)


def test_a_level_that_gains_nothing_has_no_price() -> None:
    assert [point.point_costs for point in frontier([Past((3, 5), 1)], (0.80, 0.95))] == [None, None]


def test_without_past_orders_there_is_no_frontier() -> None:
    assert frontier([]) == ()


def test_orders_that_never_came_count_as_broken() -> None:
    (point,) = frontier([Past((9,), None)], (0.9,))
    assert (point.on_time, point.days_early) == (0.0, 0.0)
