"""When a carrier is asked again, by which account, and when its gate lets a request through."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.carriers.pack import Rate
from wismo.tracking.rules.gate import COLDEST, COOLING, FAILURES, PROBE, Circuit, Gate
from wismo.tracking.rules.polling import (
    LONGEST,
    PATIENCE,
    SOON,
    Heard,
    backoff,
    has_expired,
    next_ask,
    source_for,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
ON_ITS_WAY = Heard(last_news_at=NOW, silent=0, delivered_at=None, ended=False)
FIVE_A_SECOND = Rate(per_second=5, per_day=None)
moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
chances = st.floats(0, 1)


@pytest.mark.parametrize(("silent", "hours"), [(0, 3), (1, 6), (2, 12), (3, 24), (4, 24), (30_000, 24)])
def test_a_carrier_is_asked_after_three_hours_and_half_as_often_each_time_it_says_nothing_new(
    silent: int, hours: int
) -> None:
    assert next_ask(replace(ON_ITS_WAY, silent=silent), NOW) == NOW + timedelta(hours=hours)


def test_a_delivered_parcel_is_asked_about_daily_for_seven_days() -> None:
    delivered = replace(ON_ITS_WAY, delivered_at=NOW, ended=True)
    asked, now = [], NOW
    while (then := next_ask(delivered, now)) is not None:
        asked.append(then)
        now = then
    assert asked == [NOW + DAY * day for day in range(1, 8)]


def test_a_parcel_that_ended_otherwise_is_not_asked_about_again() -> None:
    assert next_ask(replace(ON_ITS_WAY, ended=True), NOW) is None


def test_the_last_ask_of_a_silent_parcel_is_thirty_days_after_its_last_news() -> None:
    silent = replace(ON_ITS_WAY, silent=9)
    assert next_ask(silent, NOW + PATIENCE - HOUR) == NOW + PATIENCE
    assert not has_expired(NOW, NOW + PATIENCE - SECOND)
    assert has_expired(NOW, NOW + PATIENCE)
    assert not has_expired(NOW, None), "it expires on an answer, not because nobody asked"


@given(moments, st.integers(0, 100), moments)
def test_a_parcel_on_its_way_is_always_asked_about_again_within_a_day(
    last_news_at: datetime, silent: int, now: datetime
) -> None:
    then = next_ask(Heard(last_news_at, silent, None, ended=False), now)
    assert then is not None
    assert now < then <= now + LONGEST
    assert then >= min(now + SOON, last_news_at + PATIENCE)


@given(st.integers(1, 10_000), chances, chances)
def test_a_pause_doubles_up_to_its_longest_and_chance_takes_off_half_of_it_at_most(
    failures: int, chance: float, other: float
) -> None:
    longest = backoff(failures, 0, first=SECOND, longest=HOUR)
    assert longest == min(SECOND * 2 ** min(failures, 20) / 2, HOUR)
    assert longest / 2 <= backoff(failures, chance, first=SECOND, longest=HOUR) <= longest
    if failures < 12:
        assert backoff(failures, other, first=SECOND, longest=HOUR) <= backoff(
            failures + 1, 0, first=SECOND, longest=HOUR
        )


def test_the_carriers_own_account_comes_first_then_an_aggregators_then_a_connectors() -> None:
    served = {"ups", "karrio:ups", "ship24", "17track"}
    shops = ["karrio:ups", "ship24", "17track", "ups", "dhl"]
    asked = []
    while (source := source_for("ups", shops, lambda source, _carrier: source in served)) is not None:
        asked.append(source)
        shops.remove(source)
    assert asked == ["ups", "ship24", "17track", "karrio:ups"]


def test_a_second_lets_its_requests_through_at_once_and_then_no_more() -> None:
    gate = Gate()
    assert gate.allows(FIVE_A_SECOND, NOW) == 5
    gate = gate.take(5, FIVE_A_SECOND, NOW)
    assert gate.allows(FIVE_A_SECOND, NOW + SECOND * 0.99) == 0
    assert gate.allows(FIVE_A_SECOND, NOW + SECOND) == 5


def test_a_rate_below_one_a_second_lets_one_through_now_and_then() -> None:
    slow = Rate(per_second=0.1, per_day=None)
    gate = Gate().take(1, slow, NOW)
    assert [gate.allows(slow, NOW + SECOND * wait) for wait in (0, 9.9, 10)] == [0, 0, 1]


def test_a_daily_quota_is_used_up_and_begins_anew_at_midnight() -> None:
    rate = Rate(per_second=5, per_day=7)
    gate = Gate().take(5, rate, NOW)
    gate = gate.take(gate.allows(rate, NOW + SECOND), rate, NOW + SECOND)
    assert (gate.used, gate.day) == (7, date(2026, 11, 24))
    assert gate.allows(rate, NOW + HOUR) == 0
    assert gate.closed_until == datetime(2026, 11, 25, tzinfo=UTC), "so that nobody looks at it in vain"
    assert gate.allows(rate, NOW + DAY) == 5


def test_pages_and_tokens_count_for_the_rate_too() -> None:
    gate = Gate().take(5, FIVE_A_SECOND, NOW).count(5, FIVE_A_SECOND, NOW)
    assert (gate.used, gate.allows(FIVE_A_SECOND, NOW + SECOND * 1.9)) == (10, 0)
    assert gate.allows(FIVE_A_SECOND, NOW + SECOND * 2) == 5


@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 40)), min_size=1, max_size=60),
    st.sampled_from([0.2, 1.0, 2.5, 10.0]),
    st.sampled_from([None, 1, 25]),
)
def test_whatever_is_asked_for_neither_rate_nor_quota_is_exceeded(
    wishes: list[tuple[float, int]], per_second: float, per_day: int | None
) -> None:
    rate, gate, now, passed = Rate(per_second, per_day), Gate(), NOW, []
    for wait, wanted in wishes:
        now += timedelta(seconds=wait)
        taken = min(gate.allows(rate, now), wanted)
        if taken:
            gate = gate.take(taken, rate, now)
            passed += [now] * taken
    burst = max(1, int(per_second))
    for start in passed:
        window = [at for at in passed if start <= at < start + timedelta(seconds=burst / per_second)]
        assert len(window) < 2 * burst, "of two seconds that touch, not all of both"
    assert per_day is None or len(passed) <= per_day
    assert len(passed) <= burst + (now - NOW).total_seconds() * per_second + 0.001


def test_a_clock_that_stepped_back_does_not_shut_the_gate_for_long() -> None:
    gate = Gate().take(5, FIVE_A_SECOND, NOW + DAY)
    assert gate.allows(FIVE_A_SECOND, NOW) == 5


def _failed(times: int, chance: float = 0) -> Gate:
    gate = Gate()
    for _ in range(times):
        gate = gate.failed(NOW, chance)
    return gate


def test_the_circuit_opens_after_five_failures_in_a_row_and_lets_one_probe_through_when_cold() -> None:
    assert _failed(FAILURES - 1).circuit(NOW) is Circuit.CLOSED
    gate = _failed(FAILURES)
    assert (gate.circuit(NOW), gate.allows(FIVE_A_SECOND, NOW)) == (Circuit.OPEN, 0)
    later = NOW + COOLING
    assert (gate.circuit(later), gate.allows(FIVE_A_SECOND, later)) == (Circuit.HALF_OPEN, 1)
    probing = gate.take(1, FIVE_A_SECOND, later)
    assert probing.allows(FIVE_A_SECOND, later + PROBE - SECOND) == 0, "one probe at a time"
    assert probing.allows(FIVE_A_SECOND, later + PROBE) == 1, "its worker may have died"
    assert probing.succeeded(later, probe=True).allows(FIVE_A_SECOND, later + SECOND) == 5
    assert probing.failed(later, 0).closed_until == later + COOLING * 2


def test_an_answer_in_between_begins_the_count_anew() -> None:
    gate = _failed(FAILURES - 1).succeeded(NOW, probe=False).failed(NOW, 0)
    assert (gate.failures, gate.circuit(NOW)) == (1, Circuit.CLOSED)


def test_an_answer_that_was_under_way_does_not_open_a_gate_that_closed_meanwhile() -> None:
    paused = Gate().busy(NOW, 0, timedelta(seconds=90))
    assert paused.succeeded(NOW, probe=False) == paused
    assert (paused.circuit(NOW), paused.closed_until) == (Circuit.PAUSED, NOW + SECOND * 90)
    assert paused.failed(NOW, 0).closed_until == NOW + SECOND * 90, "a failure does not shorten it"


def test_a_carrier_that_asks_for_a_pause_gets_it_but_no_more_than_a_day() -> None:
    assert Gate().busy(NOW, 0, DAY * 400).closed_until == NOW + DAY
    assert Gate().busy(NOW, 0, None).closed_until == NOW + COOLING
    assert Gate(failures=2).busy(NOW, 1, None).closed_until == NOW + COOLING * 4 / 2


def test_an_account_that_is_refused_is_left_alone_for_an_hour_at_once() -> None:
    gate = Gate().denied(NOW, 0)
    assert (gate.circuit(NOW), gate.closed_until) == (Circuit.OPEN, NOW + COLDEST)


@given(st.integers(FAILURES, 500), chances)
def test_an_open_circuit_always_tries_again_within_the_hour(failures: int, chance: float) -> None:
    gate = _failed(failures, chance)
    assert gate.closed_until is not None
    assert NOW + COOLING / 2 <= gate.closed_until <= NOW + COLDEST
    assert gate.allows(FIVE_A_SECOND, gate.closed_until) == 1
