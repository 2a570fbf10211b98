"""State is a pure function of the set of scans."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.makers import NOW, a_scan
from wismo.tracking.rules.state import is_late, is_overdue, state_of
from wismo.tracking.rules.summary import Summary, pack_summary, summary_of, unpack_summary
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TERMINAL, Leg, Scan, Status

HOUR = timedelta(hours=1)
scans = st.builds(
    a_scan,
    st.sampled_from([None, *Status]),
    st.integers(0, 72).map(lambda hours: NOW + HOUR * hours),
    leg=st.sampled_from([Leg.FORWARD, Leg.FORWARD, Leg.FORWARD, Leg.RTO, Leg.RETURN]),
    reason=st.sampled_from([None, Reason.BUYER_NOT_AVAILABLE, Reason.WEATHER]),
    eta=st.sampled_from([None, date(2026, 11, 25), date(2026, 11, 28)]),
    correction=st.sampled_from([False, False, False, True]),
)


@given(st.lists(scans, max_size=12), st.randoms())
def test_any_order_repetition_and_batching_of_scans_gives_the_same_state(
    told: list[Scan], chance: Random
) -> None:
    expected = state_of(summary_of(told), promised_on=date(2026, 11, 26))
    shuffled = [*told, *told[::2]]
    chance.shuffle(shuffled)
    cut = len(shuffled) // 3
    batches = [shuffled[:cut], shuffled[cut : 2 * cut], shuffled[2 * cut :]]
    total = Summary()
    for batch in batches:
        total = unpack_summary(pack_summary(total.merge(summary_of(batch))))
    assert state_of(total, promised_on=date(2026, 11, 26)) == expected


@given(st.lists(scans, max_size=10), st.lists(scans, max_size=10), st.lists(scans, max_size=10))
def test_merging_summaries_is_commutative_associative_and_idempotent(
    a: list[Scan], b: list[Scan], c: list[Scan]
) -> None:
    one, two, three = summary_of(a), summary_of(b), summary_of(c)
    assert one.merge(two) == two.merge(one)
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
    assert one.merge(one) == one


plain = st.builds(
    a_scan, st.sampled_from([None, *Status]), st.integers(0, 72).map(lambda hours: NOW + HOUR * hours)
)


@given(st.lists(plain, max_size=10), plain)
def test_on_the_way_to_the_buyer_a_further_scan_only_adds_milestones(told: list[Scan], late: Scan) -> None:
    """So a milestone once announced is never taken back, whatever comes in later."""
    before, after = state_of(summary_of(told)), state_of(summary_of([*told, late]))
    assert set(before.milestones) <= set(after.milestones)


@given(st.lists(plain, max_size=10))
def test_a_parcel_that_ended_stays_ended_whatever_follows(told: list[Scan]) -> None:
    state = state_of(summary_of(told))
    ends = [scan for scan in told if scan.status in TERMINAL]
    assert state.ended == bool(ends)
    assert (state.status in TERMINAL) == bool(ends)


@given(st.lists(scans, max_size=12))
def test_a_parcel_on_its_way_back_is_never_delivered(told: list[Scan]) -> None:
    state = state_of(summary_of(told))
    if state.leg in {Leg.RTO, Leg.RETURN}:
        assert state.status is not Status.DELIVERED
        assert state.delivered_at is None


def test_a_scan_after_delivery_does_not_reopen_the_shipment() -> None:
    told = [a_scan(Status.DELIVERED, NOW), a_scan(Status.IN_TRANSIT, NOW + HOUR)]
    state = state_of(summary_of(told))
    assert (state.status, state.status_at, state.ended) == (Status.DELIVERED, NOW, True)


def test_a_correction_reopens_a_delivered_parcel() -> None:
    told = [a_scan(Status.DELIVERED, NOW), a_scan(Status.IN_TRANSIT, NOW + HOUR, correction=True)]
    state = state_of(summary_of(told))
    assert (state.status, state.ended, state.delivered_at) == (Status.IN_TRANSIT, False, None)
    assert Milestone.DELIVERED not in state.milestones


def test_delivered_after_turning_back_means_returned_and_the_buyer_got_nothing() -> None:
    told = [
        a_scan(Status.OUT_FOR_DELIVERY, NOW),
        a_scan(Status.FAILED_ATTEMPT, NOW + HOUR),
        a_scan(Status.IN_TRANSIT, NOW + 2 * HOUR, leg=Leg.RTO),
        a_scan(Status.DELIVERED, NOW + 48 * HOUR),
    ]
    state = state_of(summary_of(told))
    assert (state.status, state.leg, state.ended, state.delivered_at) == (
        Status.RETURNED,
        Leg.RTO,
        True,
        None,
    )
    assert state.milestones == {
        "return_started": NOW + 2 * HOUR,
        "returned": NOW + 48 * HOUR,
        "picked_up": NOW,
        "out_for_delivery@2026-11-24": NOW,
        "failed_attempt@2026-11-24": NOW + HOUR,
    }


def test_a_second_attempt_is_a_new_episode_and_a_repeated_scan_is_not() -> None:
    told = [
        a_scan(Status.OUT_FOR_DELIVERY, NOW),
        a_scan(Status.OUT_FOR_DELIVERY, NOW + HOUR),
        a_scan(Status.FAILED_ATTEMPT, NOW + 3 * HOUR),
        a_scan(Status.OUT_FOR_DELIVERY, NOW + 22 * HOUR),
    ]
    state = state_of(summary_of(told))
    assert sorted(key for key in state.milestones if "@" in key) == [
        "failed_attempt@2026-11-24",
        "out_for_delivery@2026-11-24",
        "out_for_delivery@2026-11-25",
    ]
    assert state.attempts == 1


def test_an_unmapped_code_moves_nothing_but_the_time_of_the_last_scan() -> None:
    state = state_of(summary_of([a_scan(Status.IN_TRANSIT, NOW), a_scan(None, NOW + HOUR)]))
    assert (state.status, state.status_at, state.last_scan_at) == (Status.IN_TRANSIT, NOW, NOW + HOUR)


def test_only_unmapped_codes_leave_the_status_unknown() -> None:
    assert state_of(summary_of([a_scan(None, NOW)])).status is Status.UNKNOWN


def test_a_parcel_registered_as_a_return_never_reaches_a_buyers_milestone() -> None:
    told = [a_scan(Status.PICKED_UP, NOW), a_scan(Status.DELIVERED, NOW + HOUR)]
    state = state_of(summary_of(told), base_leg=Leg.RETURN)
    assert (state.status, state.leg) == (Status.RETURNED, Leg.RETURN)
    assert state.milestones == {"return_started": NOW, "returned": NOW + HOUR}


def test_an_exchange_parcel_travels_to_the_buyer() -> None:
    state = state_of(summary_of([a_scan(Status.DELIVERED, NOW, leg=Leg.EXCHANGE)]))
    assert (state.status, state.leg) == (Status.DELIVERED, Leg.EXCHANGE)


def test_delivered_beats_an_earlier_cancellation_of_the_label() -> None:
    state = state_of(summary_of([a_scan(Status.CANCELLED, NOW), a_scan(Status.DELIVERED, NOW + HOUR)]))
    assert state.status is Status.DELIVERED


def test_a_day_after_the_promised_one_is_a_slipped_promise() -> None:
    told = [a_scan(Status.IN_TRANSIT, NOW, eta=date(2026, 11, 28))]
    state = state_of(summary_of(told), promised_on=date(2026, 11, 26))
    assert (state.eta, state.slipped_at) == (date(2026, 11, 28), NOW)
    assert state.milestones[Milestone.DELAYED] == NOW


def test_late_is_judged_by_the_day_at_the_destination() -> None:
    delivered = state_of(summary_of([a_scan(Status.DELIVERED, datetime(2026, 11, 26, 16, 0, tzinfo=UTC))]))
    assert is_late(delivered, date(2026, 11, 26), UTC) is False
    assert is_late(delivered, date(2026, 11, 26), ZoneInfo("Asia/Tokyo")) is True


def test_a_parcel_is_overdue_once_its_day_is_over_until_it_ends_or_goes_back() -> None:
    yesterday, today = date(2026, 11, 23), date(2026, 11, 24)
    assert is_overdue(yesterday, UTC, NOW, ended=False, leg=Leg.FORWARD) is True
    assert is_overdue(today, UTC, NOW, ended=False, leg=Leg.FORWARD) is False
    assert is_overdue(today, ZoneInfo("Pacific/Kiritimati"), NOW, ended=False, leg=Leg.FORWARD) is True
    assert is_overdue(yesterday, UTC, NOW, ended=True, leg=Leg.FORWARD) is False
    assert is_overdue(yesterday, UTC, NOW, ended=False, leg=Leg.RTO) is False
    assert is_overdue(None, UTC, NOW, ended=False, leg=Leg.FORWARD) is False
