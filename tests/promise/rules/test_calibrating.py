"""Levels move by small steps towards what is kept, and never far."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.promise.rules.calibrating import Outcome, calibrated


def asked(*days: tuple[int, int], level: float = 0.95) -> float:
    """The level asked for after days of so many promises, of which so many were kept."""
    known: dict[str, tuple[tuple[float, float], ...]] = {}
    for promises, kept in days:
        known = {area: tuple(told) for area, told in calibrated(
            known, [Outcome("DE-BY", level, promises, kept)]
        ).items()}  # fmt: skip
    return dict(known["DE-BY"])[level]


def test_a_day_that_keeps_its_level_moves_nothing() -> None:
    assert asked((100, 95)) == 0.95


def test_a_day_on_which_all_break_asks_half_a_point_more_at_most() -> None:
    assert asked((100, 0)) == pytest.approx(0.95 + 0.005 * 0.95)


def test_a_day_on_which_all_are_kept_asks_a_little_less() -> None:
    assert asked((100, 100)) == pytest.approx(0.95 - 0.005 * 0.05)


def test_a_single_promise_counts_for_a_twentieth() -> None:
    assert asked((1, 0)) == pytest.approx(0.95 + 0.005 * 0.95 / 20, abs=1e-6)


def test_months_of_broken_promises_ask_three_points_more_and_no_further() -> None:
    assert asked(*[(100, 0)] * 200) == pytest.approx(0.98)
    assert asked(*[(100, 0)] * 200, level=0.98) == 0.995


def test_areas_and_levels_without_outcomes_stay() -> None:
    before = {"DE-SN": ((0.9, 0.91), (0.95, 0.97))}
    assert calibrated(before, [Outcome("DE-SN", 0.9, 100, 90)]) == before


@given(
    st.lists(st.tuples(st.integers(1, 300), st.floats(0, 1)), min_size=1, max_size=60),
    st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)
def test_whatever_happens_it_stays_near(days: list[tuple[int, float]], level: float) -> None:
    told = asked(*[(promises, int(share * promises)) for promises, share in days], level=level)
    assert level - 0.03 <= told <= max(level, min(level + 0.03, 0.995))
