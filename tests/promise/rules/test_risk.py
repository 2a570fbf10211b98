"""How sure a promise is, by how far the parcel has come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise.rules.test_revising import MONDAY, TEN_DAYS, EveryDay
from wismo.promise.rules.alerting import Risky, entering, room_for
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.risk import rest_of, risk_of, then


def test_the_risk_is_that_of_those_still_under_way_after_so_many_days() -> None:
    days = EveryDay()
    rest = rest_of(TEN_DAYS, MONDAY, date(2026, 11, 9), days)  # 50 of 100 have come by the 8th
    assert risk_of(rest, date(2026, 11, 10), date(2026, 11, 9), None) == pytest.approx(0.6)
    assert risk_of(rest, date(2026, 11, 8), date(2026, 11, 9), None) == 1.0


def test_a_carriers_word_weighs_as_much_as_it_is_trusted() -> None:
    rest = rest_of(TEN_DAYS, MONDAY, date(2026, 11, 9), EveryDay())
    late, in_time = (date(2026, 11, 12), 0.9), (date(2026, 11, 10), 0.9)
    assert risk_of(rest, date(2026, 11, 10), date(2026, 11, 9), late) == pytest.approx(0.96)
    assert risk_of(rest, date(2026, 11, 10), date(2026, 11, 9), in_time) == pytest.approx(0.06)
    assert risk_of(None, date(2026, 11, 10), date(2026, 11, 9), late) == pytest.approx(0.9)
    assert risk_of(None, date(2026, 11, 10), date(2026, 11, 9), None) is None


def test_one_that_outlived_its_lane_is_nearly_sure_to_be_late() -> None:
    rest = rest_of(TEN_DAYS, MONDAY, date(2026, 11, 20), EveryDay())
    assert risk_of(rest, date(2026, 11, 25), date(2026, 11, 20), None) == 0.99
    assert rest.day(0.5) is None


@given(st.integers(3, 28), st.integers(2, 20))
def test_silence_makes_a_promise_no_surer(promised: int, day: int) -> None:
    day_promised, days = MONDAY.replace(day=promised), EveryDay()
    risks = [
        risk_of(rest_of(TEN_DAYS, MONDAY, today, days), day_promised, today, None)
        for today in (MONDAY.replace(day=day), MONDAY.replace(day=day + 1))
    ]
    assert risks[0] is not None
    assert risks[1] is not None
    assert risks[0] <= risks[1] + 1e-9


def test_one_clock_after_the_other_adds_their_days() -> None:
    assert then(Clock((0.0, 1.0)), Clock((0.0, 0.0, 1.0))).shares == (0.0, 0.0, 0.0, 1.0)
    assert then(Clock((0.5, 1.0), 40), Clock((1.0,), 30)) == Clock((0.5, 1.0), 30)


# ── alerts ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("under_way", "room"), [(0, 1), (1, 1), (39, 1), (40, 2), (1000, 50)])
def test_the_budget_is_five_in_a_hundred_and_one_at_least(under_way: int, room: int) -> None:
    assert room_for(under_way) == room


def test_only_the_riskiest_are_alerted_and_none_twice() -> None:
    parcels = [
        Risky(1, 0.9, alerted=True),
        Risky(2, 0.8, alerted=False),
        Risky(3, 0.8, alerted=False),
        Risky(4, 0.7, alerted=False),
    ]
    assert entering(parcels, 3) == [2, 3]
    assert entering(parcels, 1) == []


def test_one_that_is_more_likely_kept_is_no_alert_however_few_there_are() -> None:
    assert entering([Risky(1, 0.49, alerted=False)], 5) == []
