"""Who asks too often, counted in memory."""

from hypothesis import given
from hypothesis import strategies as st

from wismo.plumbing.buckets import Buckets


def test_a_subject_may_ask_its_fill_at_once_and_then_as_fast_as_it_comes_back() -> None:
    asked = Buckets(rate=2, burst=3)
    assert [asked.take("a", 100.0) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert asked.take("a", 100.5) == 0
    assert asked.take("a", 100.5) == 0.5


def test_subjects_do_not_share() -> None:
    asked = Buckets(rate=1, burst=1)
    assert [asked.take(subject, 0.0) for subject in ("a", "b", "a")] == [0, 0, 1]


def test_only_those_that_asked_last_are_remembered() -> None:
    asked = Buckets(rate=1, burst=1, most=2)
    for subject in ("a", "b", "a", "c"):  # "b" asked longest ago
        asked.take(subject, 0.0)
    assert [asked.take(subject, 0.0) for subject in ("a", "b")] == [1, 0]


@given(gaps=st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_no_subject_ever_gets_more_than_its_fill_and_what_came_back(gaps: list[float]) -> None:
    asked, now, got = Buckets(rate=3, burst=5), 0.0, 0
    for gap in gaps:
        now += gap
        got += asked.take("a", now) == 0
    assert got <= 5 + 3 * now + 1e-6
