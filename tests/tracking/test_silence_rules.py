"""Working time, what a lane teaches, and when a parcel has been quiet for too long: the rules alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from wismo.tracking.rules.silence import (
    BOUNDS,
    DAY,
    FEWEST,
    HOUR,
    MEMORY,
    SLOTS,
    Basis,
    Feed,
    Heard,
    Lane,
    Limit,
    Parcel,
    Silence,
    Verdict,
    faded,
    limit_of,
    longest_quiet,
    pack_limit,
    slot_of,
    together,
    unpack_limit,
    verdict_on,
)
from wismo.vocabulary.calendar import WorkingTime
from wismo.vocabulary.status import Leg, Status

UTC_DAYS = WorkingTime(UTC, "DE")
BERLIN = ZoneInfo("Europe/Berlin")
AT_HOME, ABROAD = Lane("ups", "DE", "DE"), Lane("ups", "DE", "FR")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(microseconds=1), timedelta(days=40))


def nov(day: int, hour: float = 12) -> datetime:
    """November 2026, in UTC: the 20th is a Friday."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


NOON = nov(24)


@pytest.mark.parametrize(
    ("country", "start", "end", "hours"),
    [
        ("DE", nov(18), nov(20), 48),
        ("DE", nov(20, 18), nov(23, 6), 12),  # Friday evening to Monday morning
        ("DE", nov(21), nov(22), 0),
        ("IN", nov(20, 18), nov(23, 6), 36),  # Saturday is worked
        ("SA", nov(20, 18), nov(23, 6), 30),  # Friday and Saturday are not, Sunday is
        ("DE", nov(20), nov(18), 0),
    ],
)
def test_days_of_rest_do_not_count(country: str, start: datetime, end: datetime, hours: int) -> None:
    assert WorkingTime(UTC, country).between(start, end) == timedelta(hours=hours)


def test_the_days_are_those_of_the_destination() -> None:
    kiritimati = WorkingTime(ZoneInfo("Pacific/Kiritimati"), "KI")  # fourteen hours ahead
    assert kiritimati.between(nov(20, 9), nov(20, 12)) == timedelta(hours=1), "Saturday began at ten"


def test_a_span_that_ends_with_a_week_ends_on_its_friday() -> None:
    assert UTC_DAYS.after(nov(20), timedelta(hours=12)) == nov(21, 0)
    assert UTC_DAYS.after(nov(20), timedelta(hours=13)) == nov(23, 1)
    assert UTC_DAYS.after(nov(21), timedelta(days=1)) == nov(24, 0)


def test_the_clocks_change_on_a_day_of_rest() -> None:
    there = WorkingTime(BERLIN, "DE")
    friday = datetime(2026, 10, 23, 12, tzinfo=BERLIN)
    assert there.after(friday, timedelta(days=1)) == datetime(2026, 10, 26, 12, tzinfo=BERLIN)


def test_days_of_rest_are_those_of_the_unicode_cldr() -> None:
    for country in ("DE", "US", "JP", "BR", "AE", "IN", "IL", "SA", "EG", "IR", "AF", "UG", "QA", "YE"):
        locale = Locale.parse(f"und_{country}")
        rest = set(range(locale.weekend_start, locale.weekend_end + 1))
        week = [nov(16 + day, 0) for day in range(7)]  # from a Monday on
        there = WorkingTime(UTC, country)
        quiet = {n for n, day in enumerate(week) if not there.between(day, day + timedelta(days=1))}
        assert quiet == rest, country


@given(moments, spans, spans)
def test_working_time_adds_up_and_is_never_longer_than_time(
    start: datetime, one: timedelta, other: timedelta
) -> None:
    middle, end = start + one, start + one + other
    parts = UTC_DAYS.between(start, middle) + UTC_DAYS.between(middle, end)
    assert UTC_DAYS.between(start, end) == parts <= one + other


@given(moments, spans, st.sampled_from(["DE", "IN", "SA", "IR"]))
def test_after_a_span_just_that_span_has_gone_by(start: datetime, span: timedelta, country: str) -> None:
    there = WorkingTime(UTC, country)
    end = there.after(start, span)
    assert there.between(start, end) == span
    assert there.between(start, end - timedelta(microseconds=1)) < span


counts = st.lists(st.integers(0, 50), min_size=SLOTS, max_size=SLOTS)


@given(counts, counts, counts)
def test_what_was_learned_apart_is_one_in_any_order(one: list[int], two: list[int], three: list[int]) -> None:
    assert together(one, together(two, three)) == together(together(three, one), two)
    assert sum(together(one, two)) == sum(one) + sum(two)


@given(st.lists(st.integers(0, 3000), min_size=SLOTS, max_size=SLOTS))
def test_memory_fades_and_never_grows_past_its_bound(slots: list[int]) -> None:
    kept = faded(slots)
    assert sum(kept) <= MEMORY
    assert kept == slots or sum(slots) > MEMORY


def learned(*quiet: tuple[float, int]) -> list[int]:
    """So many parcels for each of these longest quiets, in days."""
    slots = [0] * SLOTS
    for days, parcels in quiet:
        slots[slot_of(timedelta(days=days))] += parcels
    return slots


def test_a_lane_with_enough_parcels_sets_its_own_limit() -> None:
    found = limit_of(AT_HOME, {AT_HOME: learned((0.9, 97), (1.9, 2), (6, 1))})
    assert (found.basis, found.parcels, found.carrier) == (Basis.LANE, 100, "ups")
    assert 1.75 * DAY < found.seconds <= 2 * DAY, "98 in 100 were not quiet for longer"


def test_a_young_lane_asks_its_carriers_other_lanes_of_its_kind() -> None:
    others = {Lane("ups", "DE", "AT"): learned((4, 60)), Lane("ups", "DE", "IT"): learned((4, 60))}
    found = limit_of(ABROAD, {**others, ABROAD: learned((1, 5)), AT_HOME: learned((0.5, 900))})
    assert (found.basis, found.parcels, found.seconds > 3 * DAY) == (Basis.CARRIER, 125, True)


def test_where_nothing_was_learned_borders_decide() -> None:
    few = {AT_HOME: learned((9, FEWEST - 1))}
    assert limit_of(AT_HOME, few) == Limit(3 * DAY, Basis.DEFAULT, 0, *AT_HOME)
    assert limit_of(ABROAD, few) == Limit(5 * DAY, Basis.DEFAULT, 0, *ABROAD)


def test_a_limit_is_a_day_at_least_and_ten_at_most() -> None:
    assert limit_of(AT_HOME, {AT_HOME: learned((0.1, 500))}).seconds == DAY
    assert limit_of(AT_HOME, {AT_HOME: learned((30, 500))}).seconds == 10 * DAY


@given(counts, counts)
def test_slower_parcels_never_make_a_limit_shorter(slots: list[int], more: list[int]) -> None:
    slower = [0, *together(slots, more)[:-1]]
    before, after = (limit_of(AT_HOME, {AT_HOME: c}) for c in (together(slots, more), slower))
    if sum(slower) == sum(together(slots, more)) >= FEWEST:
        assert before.seconds <= after.seconds


def test_a_limit_is_kept_as_it_was() -> None:
    limit = Limit(2 * DAY, Basis.LANE, 1240, *ABROAD)
    assert unpack_limit(pack_limit(limit)) == limit
    assert unpack_limit("") is None


def told(at: datetime, status: Status | str, leg: Leg = Leg.FORWARD) -> Heard:
    return Heard(at, str(status), leg)


def test_the_longest_quiet_is_taken_from_pick_up_to_the_door() -> None:
    story = [
        told(nov(2), Status.INFO_RECEIVED),  # three days with the shop
        told(nov(5), Status.PICKED_UP),
        told(nov(6), ""),  # a code nobody mapped is news all the same
        told(nov(9), Status.ARRIVED_LOCAL),
        told(nov(9, 20), Status.DELIVERED),
        told(nov(19), Status.IN_TRANSIT),
    ]
    assert longest_quiet(story, UTC_DAYS) == timedelta(days=1), "Friday noon to Monday noon"


def test_quiet_with_a_reason_is_not_learned() -> None:
    story = [told(nov(2), Status.CUSTOMS), told(nov(11), Status.IN_TRANSIT), told(nov(12), Status.DELIVERED)]
    assert longest_quiet(story, UTC_DAYS) == timedelta(days=1)
    assert longest_quiet(story[:1] + story[2:], UTC_DAYS) is None


def verdict(now: datetime = NOON, **changes: Any) -> Verdict:
    """On a parcel moving within Germany, last heard of on Wednesday the 18th at noon."""
    usual: dict[str, Any] = {
        "status": Status.IN_TRANSIT,
        "leg": Leg.FORWARD,
        "cancelled": False,
        "registered_at": nov(17),
        "last_scan_at": nov(18),
        "answered": False,
        "feed": Feed(20, date(2026, 11, 23)),
    }
    return verdict_on(Parcel(**(usual | changes)), limit_of(AT_HOME, {}), UTC_DAYS, now)


def test_a_parcel_is_stalled_after_three_working_days_without_a_scan() -> None:
    assert verdict(nov(23, 11.9)).silence is None
    found = verdict(nov(23, 12))
    assert (found.silence, found.since, found.crossed_at) == (Silence.STALLED, nov(18), nov(23))


def test_a_label_is_not_picked_up_after_four_working_days() -> None:
    told: dict[str, Any] = {"status": Status.INFO_RECEIVED}
    for changes in (told, {"status": Status.UNKNOWN, "last_scan_at": None}):
        found = verdict(nov(24), **changes, registered_at=nov(18))
        assert (found.silence, found.limit.seconds) == (Silence.NOT_PICKED_UP, 4 * DAY)
        assert verdict(nov(24, 11.9), **changes, registered_at=nov(18)).silence is None
        assert verdict(nov(24), **changes, registered_at=nov(18), cancelled=True).silence is None


@pytest.mark.parametrize(
    "changes",
    [
        *({"status": s} for s in (Status.HELD, Status.CUSTOMS, Status.DELAYED, Status.FAILED_ATTEMPT)),
        *({"status": s} for s in (Status.AVAILABLE_FOR_PICKUP, Status.LOST, Status.EXPIRED)),
        {"status": Status.PICKUP_FAILED},
        {"status": Status.UNKNOWN},  # scanned, with codes nobody mapped
        {"leg": Leg.RTO},
        {"leg": Leg.RETURN},
    ],
)
def test_silence_that_has_a_reason_is_no_stall(changes: dict[str, Any]) -> None:
    assert verdict(**changes).silence is None


def test_a_parcel_of_a_carrier_that_tells_us_nothing_is_not_called_silent() -> None:
    unscanned: dict[str, Any] = {"status": Status.UNKNOWN, "last_scan_at": None, "registered_at": nov(2)}
    assert verdict(**unscanned, feed=None).silence is None
    assert verdict(**unscanned, feed=None, answered=True).silence is Silence.NOT_PICKED_UP
    assert verdict(feed=None).silence is Silence.STALLED, "it was heard of itself"


def test_where_a_talkative_carrier_has_gone_silent_its_parcels_are_not_to_blame() -> None:
    dead = Feed(400, date(2026, 11, 20))  # nothing since Friday
    assert verdict(nov(23, 23.9), feed=dead).silence is Silence.STALLED
    assert verdict(nov(24, 0), feed=dead).silence is None
    assert verdict(nov(24, 0), feed=dead, answered=True).silence is Silence.STALLED
    assert verdict(nov(24, 0), feed=Feed(40, date(2026, 11, 20))).silence is Silence.STALLED


statuses = st.sampled_from(list(Status))


@given(moments, moments, statuses, st.sampled_from(list(Leg)))
def test_no_silence_begins_between_two_looks(last: datetime, now: datetime, status: Status, leg: Leg) -> None:
    found = verdict(now, status=status, leg=leg, last_scan_at=last, feed=None)
    assert found.again_at > now
    if found.silence is None and found.crossed_at > now:
        assert found.again_at <= found.crossed_at
        assert found.again_at <= now + timedelta(days=1)


def test_slots_end_where_they_say() -> None:
    assert (slot_of(timedelta(hours=1)), slot_of(timedelta(hours=1, seconds=1))) == (0, 1)
    assert slot_of(timedelta(days=99)) == len(BOUNDS) == SLOTS - 1
    assert BOUNDS[0] == HOUR
