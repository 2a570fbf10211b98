"""The day that is shown of a parcel under way: when it stands, when it moves, and when none is of use."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo.promise.rules.clock import Clock
from wismo.promise.rules.question import Because
from wismo.promise.rules.reasons import SENTENCES
from wismo.promise.rules.revising import News, Travel, View, revise, tells, trust_of
from wismo.promise.rules.risk import Stage

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 2)
# Ten in a hundred on each of the operating days two to eleven.
TEN_DAYS = Clock(tuple(min(1.0, max(0, k - 1) / 10) for k in range(12)), 100)


class EveryDay:
    """A carrier that never rests."""

    def add(self, day: date, n: int) -> date:
        return day + n * DAY

    def between(self, after: date, until: date) -> int:
        return max(0, (until - after).days)


def a_travel(promised: int | None = 12, *, trust: float = 0.8, transit: Clock | None = TEN_DAYS) -> Travel:
    """Handed over on the 2nd of November, promised for a day of November."""
    return Travel(
        days=EveryDay(),
        level=0.9,
        ready_on=MONDAY,
        handed_on=MONDAY,
        promised_on=MONDAY.replace(day=promised) if promised else None,
        handling=Clock((1.0,)),
        transit=transit,
        trust=trust,
    )


def on(
    day: int, *, hour: int = 9, stage: Stage | None = None, eta: int | None = None, tried: bool = False
) -> News:
    """News of a day of November."""
    carrier_on = MONDAY.replace(day=eta) if eta else None
    at = datetime(2026, 11, day, hour, tzinfo=UTC)
    return News(at=at, day=at.date(), stage=stage, carrier_on=carrier_on, tried=tried)


def shown(travel: Travel, news: list[News], day: int) -> int | None:
    found = revise(travel, news, MONDAY.replace(day=day)).shown_on
    return found.day if found else None


HANDED = on(2, stage=Stage.MOVING)


def test_a_promise_stands_while_it_is_more_likely_kept_than_missed() -> None:
    # Promised for the 8th: half of all such parcels arrive by then, so it stands at first.
    travel = a_travel(8)
    assert revise(travel, [HANDED], MONDAY).risk == pytest.approx(0.5)
    assert shown(a_travel(9), [HANDED], 2) == 9
    # On the 6th 20 of 100 have come, and 60 come by the 9th: of those left half do. It slips.
    view = revise(a_travel(9), [HANDED], date(2026, 11, 6))
    assert view.risk == pytest.approx(0.5)
    assert view.shown_on == date(2026, 11, 13)  # nine in ten of those left have come by then
    assert view.reasons == (Because("slip_seen", {"share": 0.5, "gone": 4, "promised": date(2026, 11, 9)}),)


def test_a_slipped_day_stands_too_until_it_is_more_likely_missed_than_kept() -> None:
    days = [shown(a_travel(9), [HANDED], day) for day in range(2, 14)]
    assert days == [9, 9, 9, 9, 13, 13, 13, 13, 13, 13, 13, 13]


def test_the_first_promise_is_never_changed_by_what_is_shown() -> None:
    travel = a_travel(9)
    revise(travel, [HANDED], date(2026, 11, 8))
    assert travel.promised_on == date(2026, 11, 9)


def test_a_day_earlier_by_one_is_not_shown_and_by_two_it_is() -> None:
    assert shown(a_travel(13), [HANDED], 2) == 13
    assert shown(a_travel(14), [HANDED], 2) == 12


def test_out_for_delivery_is_today_and_a_van_that_came_back_is_not() -> None:
    out = on(5, stage=Stage.OUT)
    assert shown(a_travel(6), [HANDED, out], 5) == 5
    assert shown(a_travel(6), [HANDED, out], 6) == 7


def test_at_the_depot_it_comes_within_days() -> None:
    near = on(4, stage=Stage.NEAR)
    view = revise(a_travel(12), [HANDED, near], date(2026, 11, 4))
    assert (view.shown_on, view.likely_on) == (date(2026, 11, 7), date(2026, 11, 5))
    assert "near" in [why.code for why in view.reasons]


def test_a_carrier_that_keeps_its_days_names_the_day_alone() -> None:
    assert shown(a_travel(12, trust=0.95), [HANDED, on(3, eta=5)], 3) == 5
    # One that does not is outvoted by what its parcels have taken: the later of both is shown.
    assert shown(a_travel(12, trust=0.6), [HANDED, on(3, eta=5)], 3) == 12


def test_a_carriers_later_day_crosses_the_promise_at_once_even_by_one_day() -> None:
    assert shown(a_travel(12, trust=0.95), [HANDED, on(3, eta=13)], 3) == 13


def test_a_carriers_day_that_has_gone_by_is_none() -> None:
    view = revise(a_travel(9, transit=None), [HANDED, on(3, eta=5)], date(2026, 11, 6))
    assert (view.shown_on, view.carrier_on, view.risk) == (date(2026, 11, 9), date(2026, 11, 5), None)


def test_where_nothing_is_known_the_promise_is_shown_until_it_is_over() -> None:
    travel = a_travel(9, transit=None)
    assert (shown(travel, [HANDED], 9), shown(travel, [HANDED], 10)) == (9, None)
    assert revise(travel, [HANDED], date(2026, 11, 10)).risk == 1.0


def test_without_a_promise_the_day_is_the_forecasts() -> None:
    view = revise(a_travel(None), [HANDED], MONDAY)
    assert (view.shown_on, view.risk) == (date(2026, 11, 12), None)


def test_after_a_failed_attempt_no_day_is_shown_until_the_carrier_names_one() -> None:
    before, tried, after = on(3, eta=5), on(5, tried=True), on(5, hour=15, eta=6)
    assert shown(a_travel(9), [HANDED, before, tried], 5) is None
    assert shown(a_travel(9), [HANDED, before, tried, after], 5) == 6


@pytest.mark.parametrize("code", ["stuck", "turned"])
def test_a_parcel_that_is_stuck_or_turned_back_shows_no_day(code: str) -> None:
    view = revise(a_travel(9), [HANDED], MONDAY, stopped=code)
    assert (view.shown_on, view.likely_on, [why.code for why in view.reasons]) == (None, None, [code])


def test_before_the_hand_over_handling_is_still_to_come() -> None:
    travel = a_travel(12)
    waiting = Travel(
        days=travel.days,
        level=0.9,
        ready_on=MONDAY,
        promised_on=travel.promised_on,
        handling=Clock((0.0, 0.0, 0.0, 1.0)),
        transit=TEN_DAYS,
    )
    # Three days in the house, then ten in a hundred a day: by the 12th 60 of 100.
    assert revise(waiting, [], MONDAY).risk == pytest.approx(0.4)


# ── what shoppers are told ────────────────────────────────────────────────────────────────────────────────


def a_view(day: int | None, risk: float | None) -> View:
    return View(shown_on=MONDAY.replace(day=day) if day else None, risk=risk)


@pytest.mark.parametrize(
    ("day", "risk", "told", "now"),
    [
        (12, 0.79, None, None),  # not sure enough
        (12, 0.8, None, 12),
        (9, 1.0, None, None),  # as promised
        (None, 1.0, None, None),  # no day is known
        (13, 1.0, 12, None),  # a day later is no news
        (14, 1.0, 12, 14),
        (11, 1.0, 12, None),  # earlier again
        (12, None, None, None),
    ],
)
def test_a_slip_is_told_once_and_again_only_if_it_moves_by_more_than_a_day(
    day: int | None, risk: float | None, told: int | None, now: int | None
) -> None:
    told_on = MONDAY.replace(day=told) if told else None
    found = tells(a_view(day, risk), told_on, date(2026, 11, 9))
    assert found == (MONDAY.replace(day=now) if now else None)


def test_nothing_is_told_of_what_was_not_promised() -> None:
    assert tells(a_view(12, 1.0), None, None) is None


def test_the_trust_in_a_carrier_starts_at_what_any_deserves_and_follows_what_it_does() -> None:
    assert trust_of(0, 0) == 0.8
    assert trust_of(20, 20) == 0.9
    assert trust_of(0, 80) == pytest.approx(0.16)


# ── properties ────────────────────────────────────────────────────────────────────────────────────────────
some_news = st.lists(
    st.builds(
        on,
        st.integers(2, 20),
        hour=st.integers(0, 23),
        stage=st.sampled_from([None, Stage.MOVING, Stage.NEAR, Stage.OUT]),
        eta=st.none() | st.integers(2, 28),
        tried=st.sampled_from([False, False, False, True]),
    ),
    max_size=8,
)
travels = st.builds(
    a_travel,
    st.none() | st.integers(3, 20),
    trust=st.floats(0.3, 1.0),
    transit=st.sampled_from([TEN_DAYS, None]),
)


@given(travels, some_news, st.integers(20, 28), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_same_news_in_any_order_and_told_twice_end_in_the_same_view(
    travel: Travel, news: list[News], day: int, chance: random.Random
) -> None:
    today = MONDAY.replace(day=day)
    shuffled = news + news[: len(news) // 2]
    chance.shuffle(shuffled)
    assert revise(travel, shuffled, today) == revise(travel, news, today)


@given(travels, some_news)
@settings(deadline=None, max_examples=60)
def test_what_is_shown_never_lies_in_the_past_and_never_flips_by_a_day(
    travel: Travel, news: list[News]
) -> None:
    before: date | None = travel.promised_on
    for day in range(2, 29):
        today = MONDAY.replace(day=day)
        known = [one for one in news if one.day <= today]
        view = revise(travel, known, today)
        assert view.shown_on is None or view.shown_on >= today
        out = any(one.stage is Stage.OUT and one.day == today for one in known)
        if (
            before
            and view.shown_on
            and before >= today
            and not out
            and not any(one.day == today for one in known)
        ):
            crossed = travel.promised_on and (before > travel.promised_on) != (
                view.shown_on > travel.promised_on
            )
            assert view.shown_on == before or crossed or abs(view.shown_on - before) > DAY
        before = view.shown_on


@given(travels, some_news, st.integers(2, 20))
@settings(deadline=None, max_examples=60)
def test_a_shopper_is_never_told_the_same_day_twice(travel: Travel, news: list[News], promised: int) -> None:
    told_on: date | None = None
    told = []
    for day in range(2, 29):
        today = MONDAY.replace(day=day)
        view = revise(travel, [one for one in news if one.day <= today], today)
        later = tells(view, told_on, travel.promised_on)
        if later:
            told.append(later)
            told_on = later
    assert told == sorted(set(told))


@given(travels, some_news, st.sampled_from(["", "stuck", "turned"]))
@settings(deadline=None, max_examples=40)
def test_every_reason_has_its_sentence(travel: Travel, news: list[News], stopped: str) -> None:
    view = revise(travel, news, date(2026, 11, 12), stopped=stopped)
    assert {why.code for why in view.reasons} <= SENTENCES.keys()
