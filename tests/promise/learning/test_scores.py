"""The figures of a backtest, each against one worked out by hand."""

import numpy as np
import pytest

from wismo.promise.learning.scores import auc, average_precision, gain_interval, kept, pinball


def test_the_pair_is_how_many_came_in_time_and_how_many_days_that_took() -> None:
    took = np.array([3.0, 5.0, 9.0, 4.0])
    told = kept(took, np.array([4.0, 5.0, 8.0, 7.0]), np.zeros(4, int), np.zeros(4, int))
    assert (told.on_time, told.mean_promised_days) == (0.75, 6.0)


def test_the_worst_week_is_one_with_orders_enough() -> None:
    late_once = np.r_[np.full(49, 1.0), 9.0]
    took, week = np.r_[late_once, np.full(3, 9.0)], np.r_[np.zeros(50, int), np.ones(3, int)]
    told = kept(took, np.full(53, 5.0), week, week)
    assert (told.worst_week_on_time, told.worst_region_on_time) == (0.98, 0.98)


def test_of_no_orders_nothing_is_told() -> None:
    nothing = np.zeros(0)
    assert kept(nothing, nothing, np.zeros(0, int), np.zeros(0, int)).on_time is None


def test_at_a_level_of_nine_tenths_a_day_late_costs_nine_times_a_day_early() -> None:
    assert pinball(np.array([5.0]), np.array([4.0]), 0.9) == pytest.approx(0.9)
    assert pinball(np.array([5.0]), np.array([6.0]), 0.9) == pytest.approx(0.1)


def test_a_risk_that_sorts_all_is_worth_one_and_a_constant_one_half() -> None:
    late = np.array([True, False, False, True])
    assert auc(late, np.array([0.9, 0.1, 0.2, 0.8])) == 1.0
    assert auc(late, np.full(4, 0.3)) == 0.5
    assert auc(late, np.array([0.9, 0.5, 0.5, 0.5])) == 0.75
    assert auc(np.zeros(4, bool), np.zeros(4)) is None


def test_precision_counts_what_is_found_on_the_way() -> None:
    late = np.array([True, False, True, False])
    assert average_precision(late, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(late, np.full(4, 0.3)) == 0.5
    assert average_precision(np.zeros(4, bool), np.zeros(4)) is None


def test_a_gain_in_every_week_is_sure_and_one_in_a_single_week_is_not() -> None:
    week = np.repeat(np.arange(8), 10)
    mean, low, high = gain_interval(np.full(80, 2.0), np.full(80, 1.5), week)
    assert (mean, low, high) == pytest.approx((0.5, 0.5, 0.5))
    mean, low, _ = gain_interval(np.where(week == 3, 6.0, 2.0), np.full(80, 2.0), week)
    assert (mean, low) == pytest.approx((0.5, 0.0))
