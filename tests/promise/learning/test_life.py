"""Life tables: what is under way counts, old days fade, a thin lane borrows, and every night adds a day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo.promise.learning.days import OperatingDays
from wismo.promise.learning.life import AGES, UNDER_WAY, LaneLife, Lanes, LifeTable, Stays

WEEKDAYS = frozenset(range(5))
MONDAY = date(2026, 6, 1)
DAYS = OperatingDays(date(2026, 1, 1), date(2027, 12, 31))
DAYS.add_week(WEEKDAYS)
DAYS.add_week(frozenset(range(6)))
FOREVER = 1e9


Told = tuple[Sequence[tuple[str, date, date | None]], Sequence[bool]]


def stays(*parcels: tuple[str, date, date | None], done: Sequence[bool] | None = None) -> Told:
    return parcels, [True] * len(parcels) if done is None else done


def table(told: Told, until: date, *, half_life: float = FOREVER, calendar: int = 0) -> dict[str, LaneLife]:
    life = LifeTable(Lanes((1,)), half_life=half_life)
    advance(life, until, told, calendar=calendar)
    return {lane.key: lane for lane in life.lanes(least=1)}


def advance(life: LifeTable, until: date, told: Told, *, calendar: int = 0) -> None:
    parcels, done = told
    columns = Stays(
        lanes=life.known.number([(key, "") for key, _, _ in parcels]),
        calendar=np.full(len(parcels), calendar),
        began=np.array([began.toordinal() for _, began, _ in parcels], np.int64),
        left=np.array([left.toordinal() if left else UNDER_WAY for _, _, left in parcels], np.int64),
        done=np.array(done, np.bool_),
    )
    since = life.until
    life.open(until.toordinal())
    life.read(columns, since, DAYS)


def after(days: int) -> date:
    return MONDAY + timedelta(days=days)


def test_a_weekend_is_no_time_to_a_carrier_that_rests() -> None:
    friday, monday = after(4), after(7)
    whole = table(stays(("a", friday, monday)), after(30))[""]
    assert whole.shares[:3].tolist() == pytest.approx([0.0, 1.0, 1.0])


def test_a_carrier_that_works_on_saturdays_has_its_own_days() -> None:
    six = table(stays(("a", after(4), after(7))), after(30), calendar=1)
    assert six[""].shares[:4].tolist() == pytest.approx([0.0, 0.0, 1.0, 1.0])


def test_what_is_still_under_way_makes_the_lane_slower() -> None:
    quick = [("a", MONDAY, after(1))] * 2
    waiting: list[tuple[str, date, date | None]] = [*quick, *[("a", MONDAY, None)] * 2]
    assert table(stays(*quick), after(1))[""].shares[1] == 1.0
    assert table(stays(*waiting), after(1))[""].shares[1] == 0.5


def test_a_parcel_that_was_lost_sight_of_counts_until_then() -> None:
    told = stays(("a", MONDAY, after(2)), ("a", MONDAY, after(1)), done=[True, False])
    whole = table(told, after(30))[""]
    assert (whole.sample, *whole.shares[1:3]) == pytest.approx((1, 0.0, 1.0))


def test_the_days_of_a_strike_are_forgotten() -> None:
    slow = [("a", after(day), after(day + 7)) for day in range(5)] * 20  # five operating days
    quick = [("a", after(day), after(day + 1)) for day in range(70, 74)] * 20
    fading = table(stays(*slow, *quick), after(75), half_life=10)[""].shares
    keeping = table(stays(*slow, *quick), after(75))[""].shares
    assert keeping[1] == pytest.approx(80 / 180)
    assert fading[1] == pytest.approx(0.988, abs=0.005)  # seventy days are seven half-lives


def test_a_lane_of_one_parcel_is_nearly_the_wider_one() -> None:
    usual = [("town", MONDAY, after(1))] * 99
    told = table(stays(*usual, ("village", MONDAY, after(4))), after(30))
    assert told["village"].sample == 1
    assert told["village"].shares[1] == pytest.approx(0.99 * 30 / 31)
    assert told["town"].shares[1] == pytest.approx((99 + 0.99 * 30) / (99 + 30))


def test_lanes_with_few_parcels_are_left_out() -> None:
    life = LifeTable(Lanes((1,)))
    told = stays(*[("town", MONDAY, after(1))] * 30, *[("village", MONDAY, after(1))] * 29)
    advance(life, after(10), told)
    assert [(lane.key, lane.rung, lane.sample) for lane in life.lanes(least=30)] == [
        ("town", 0, 30),
        ("", 1, 59),
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.none() | st.integers(0, 70), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    st.sets(st.integers(0, 60), max_size=8),
)
def test_night_by_night_is_the_same_as_all_at_once(
    parcels: list[tuple[str, int, int | None, bool]], nights: set[int]
) -> None:
    told = stays(
        *(
            (key, after(began), None if took is None else after(began + took))
            for key, began, took, _ in parcels
        ),
        done=[done for *_, done in parcels],
    )
    whole, nightly = LifeTable(Lanes((1,))), LifeTable(Lanes((1,)))
    advance(whole, after(61), told)
    for night in [*sorted(nights), 61]:
        advance(nightly, after(night), told)
    for one, other in zip(_sorted(whole), _sorted(nightly), strict=True):
        assert (one.key, one.sample) == (other.key, other.sample)
        assert one.shares.tolist() == pytest.approx(other.shares.tolist())


def _sorted(life: LifeTable) -> Iterator[LaneLife]:
    return iter(sorted(life.lanes(least=0), key=lambda lane: (lane.rung, lane.key)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 200)), min_size=1, max_size=30))
def test_shares_rise_and_stay_within_one(parcels: list[tuple[int, int]]) -> None:
    told = stays(*(("a", after(began), after(began + took)) for began, took in parcels))
    for lane in table(told, after(120)).values():
        assert len(lane.shares) == AGES
        assert np.all(np.diff(lane.shares) >= -1e-12)
        assert 0.0 <= lane.shares[0] <= lane.shares[-1] <= 1.0


def test_the_next_night_goes_on_from_the_bytes_of_the_last() -> None:
    told = stays(("a", MONDAY, after(1)), ("b", MONDAY, after(3)), ("b", MONDAY, None))
    whole, first = LifeTable(Lanes((1,))), LifeTable(Lanes((1,)))
    advance(whole, after(9), told)
    advance(first, after(2), told)
    second = LifeTable.unpack(first.pack(), (1,))
    advance(second, after(9), told)
    assert [lane.key for lane in _sorted(second)] == ["a", "b", ""]
    for one, other in zip(_sorted(whole), _sorted(second), strict=True):
        assert one.shares.tolist() == pytest.approx(other.shares.tolist(), abs=1e-6)


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(ValueError, match="not life tables of this version"):
        LifeTable.unpack(b"tables", (1,))
