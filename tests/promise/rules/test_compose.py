"""Two clocks laid on calendars: the shares of what has arrived, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise.rules.berlin import BERLIN, PLAN, POST_DE
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.compose import arrival, arrival_in_all, hand_overs
from wismo.promise.rules.ways import Way, Ways

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)
HANDLING = Clock((0.5, 0.9, 1.0), 400)


def _way(*adjusted: Adjusted, postcode: str = "20095") -> Way:
    ways = Ways(PLAN, adjusted, first=date(2025, 1, 1), last=date(2027, 12, 31))
    return ways.way(BERLIN, PLAN.services[0], "DE", "", postcode)


def test_what_is_ready_is_handed_over_on_the_next_day_of_pickup() -> None:
    handed = hand_overs((FRIDAY, FRIDAY), HANDLING, _way())
    assert handed.days == (FRIDAY, MONDAY, date(2026, 12, 1))
    assert handed.shares == pytest.approx((0.5, 0.4, 0.1))


def test_the_share_that_has_arrived_sums_over_the_days_of_handling() -> None:
    way = _way()
    arrives = arrival(hand_overs((FRIDAY, FRIDAY), HANDLING, way), POST_DE, way)
    # Monday, the second day of delivery after Friday: 0.9 of the half that left on Friday, none of Monday's.
    assert arrives.by(MONDAY) == pytest.approx(0.5 * 0.9)
    assert arrives.by(date(2026, 12, 1)) == pytest.approx(0.5 * 0.97 + 0.4 * 0.2)
    assert arrives.by(date(2026, 12, 2)) == pytest.approx(0.5 * 1.0 + 0.4 * 0.9 + 0.1 * 0.2)


def test_a_sunday_adds_nothing_and_is_never_the_day() -> None:
    way = _way()
    arrives = arrival(hand_overs((FRIDAY, FRIDAY), HANDLING, way), POST_DE, way)
    assert arrives.by(date(2026, 11, 29)) == arrives.by(date(2026, 11, 28)) == pytest.approx(0.1)
    assert (arrives.day(0.1), arrives.day(0.11)) == (date(2026, 11, 28), MONDAY)


def test_nothing_arrives_before_it_is_handed_over() -> None:
    way = _way()
    arrives = arrival_in_all(
        (FRIDAY, FRIDAY), hand_overs((FRIDAY, FRIDAY), Clock((0.0, 0.0, 1.0)), way), Clock((0.9, 1.0)), way
    )
    assert arrives.by(MONDAY) == 0.0
    assert arrives.day(0.5) == date(2026, 12, 1)


def test_what_is_handed_over_on_a_day_of_rest_waits_for_the_next_delivery() -> None:
    way = _way(postcode="25938")  # an island: parcels come on Tuesdays
    tuesday, wednesday = date(2026, 12, 1), date(2026, 12, 2)
    handed = hand_overs((tuesday, tuesday), Clock((0.5, 1.0)), way)
    assert handed.days == (tuesday, wednesday)
    arrives = arrival(handed, Clock((0.8, 1.0)), way)
    # On Tuesday nothing of what leaves on Wednesday has come, not even what never takes a day.
    assert arrives.by(tuesday) == arrives.by(wednesday) == pytest.approx(0.5 * 0.8)
    assert arrives.by(date(2026, 12, 8)) == pytest.approx(1.0)


def test_a_share_that_never_comes_has_no_day() -> None:
    way = _way()
    arrives = arrival(hand_overs((FRIDAY, FRIDAY), HANDLING, way), Clock((0.5, 0.97)), way)
    assert (arrives.day(0.97), arrives.day(0.98)) == (date(2026, 12, 2), None)
    assert arrives.most() == pytest.approx(0.97)


def test_a_lorry_that_has_gone_is_followed_by_the_next_ones() -> None:
    handed = hand_overs((FRIDAY, FRIDAY), HANDLING, _way(), FRIDAY + timedelta(days=1))
    assert handed.days == (MONDAY, date(2026, 12, 1))
    assert handed.shares == pytest.approx((0.9, 0.1))


def test_a_payment_may_come_on_any_day_of_its_hold() -> None:
    handed = hand_overs((FRIDAY, date(2026, 12, 1)), Clock((1.0,)), _way())
    assert handed.shares == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_slow_days_hold_back_what_is_handed_over_in_them_and_let_nobody_overtake() -> None:
    storm = Adjusted(effect="slower", stage="transit", days=3, first_day=FRIDAY, last_day=FRIDAY, why="storm")
    way = _way(storm)
    handed = hand_overs((FRIDAY, FRIDAY), HANDLING, way)
    numbers = [number for number, _ in handed.numbers]
    assert numbers[0] == 3
    assert numbers == sorted(numbers)


def test_a_handling_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="never ends"):
        hand_overs((FRIDAY, FRIDAY), Clock((0.0, 0.0)), _way())


SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=10).map(lambda found: Clock((*sorted(found), 1.0)))


@given(SHARES, SHARES, st.floats(0.01, 0.999), st.integers(0, 40))
def test_the_day_of_a_share_is_the_first_by_which_it_has_arrived(
    handling: Clock, transit: Clock, share: float, later: int
) -> None:
    way, start = _WAY, _WAY.days.on_or_after(FRIDAY + timedelta(days=later))
    arrives = arrival(hand_overs((start, start), handling, way), transit, way)
    day = arrives.day(share)
    assert day is not None
    assert arrives.by(day) >= share > arrives.by(day - timedelta(days=1))
    assert way.delivery.is_open(day)


_WAY = _way()
