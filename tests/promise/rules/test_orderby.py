"""Order by then, and it is there for Christmas."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promise.rules.berlin import PLAN, ZONE, ask, at, quoter
from wismo.promise.plan.model import Event
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.orderby import Standing, last_moment

CHRISTMAS = Event("christmas", date(2026, 12, 24))
PEAK = Adjusted(
    effect="slower",
    stage="transit",
    days=2,
    first_day=date(2026, 12, 14),
    last_day=date(2026, 12, 24),
    why="peak",
)
SHUT = Adjusted(
    effect="closed",
    stage="pickup",
    first_day=date(2026, 12, 18),
    last_day=date(2026, 12, 31),
    why="last post",
)


def test_18_the_last_moment_is_the_cutoff_after_which_the_promise_fails() -> None:
    shop = quoter()
    found = shop.order_by(CHRISTMAS, ask(at(24)))
    # Handed over on Monday the 21st, 97 of 100 are there on the third day of delivery: the 24th.
    assert found.until == datetime(2026, 12, 21, 14, tzinfo=ZONE)
    assert (found.share, found.level, found.service) == (0.97, 0.95, "post")
    last, late = (shop.quote(ask(found.until + step)) for step in (timedelta(seconds=-1), timedelta(0)))
    assert (last.latest, late.latest) == (date(2026, 12, 24), date(2026, 12, 28))


def test_18_a_lower_level_may_order_later() -> None:
    found = quoter().order_by(CHRISTMAS, ask(at(24), level=0.90))
    assert (found.until, found.share) == (datetime(2026, 12, 22, 14, tzinfo=ZONE), 0.9)


def test_18_a_peak_declared_this_morning_moves_it() -> None:
    found = quoter(adjustments=(PEAK,)).order_by(CHRISTMAS, ask(at(24)))
    assert found.until == datetime(2026, 12, 18, 14, tzinfo=ZONE)


def test_18_the_carriers_last_post_date_is_a_closed_pickup() -> None:
    found = quoter(adjustments=(SHUT,)).order_by(CHRISTMAS, ask(at(24)))
    assert found.until == datetime(2026, 12, 17, 14, tzinfo=ZONE)


def test_18_an_embargo_that_ends_in_time_is_not_the_last_moment() -> None:
    first = date(2026, 12, 1)
    storm = Adjusted(effect="embargo", first_day=first, last_day=date(2026, 12, 3), why="storm")
    asked = ask(at(24)), ask(at(2, month=12))  # before it, and in it
    found = [quoter(adjustments=(storm,)).order_by(CHRISTMAS, each).until for each in asked]
    assert found == [datetime(2026, 12, 21, 14, tzinfo=ZONE)] * 2
    ending = Adjusted(effect="embargo", first_day=first, last_day=CHRISTMAS.day, why="strike")
    last = quoter(adjustments=(ending,)).order_by(CHRISTMAS, ask(at(24))).until
    assert last is not None
    assert last < datetime(2026, 12, 1, tzinfo=ZONE)


def test_18_another_service_has_another_moment() -> None:
    found = quoter().order_by(CHRISTMAS, ask(at(24), service="express"))
    assert found.until == datetime(2026, 12, 23, 14, tzinfo=ZONE)


def test_when_it_is_too_late_there_is_no_moment_and_the_share_says_how_late() -> None:
    found = quoter().order_by(CHRISTMAS, ask(at(22, 15, month=12)))
    assert (found.until, found.share) == (None, 0.2)


def test_where_nothing_is_promised_there_is_no_moment_and_the_reason_is_told() -> None:
    shop = quoter()
    nowhere, unknown = (
        shop.order_by(CHRISTMAS, ask(at(24), "JP")),
        shop.order_by(CHRISTMAS, ask(at(24), "XX")),
    )
    assert [(each.until, each.reasons[-1].code) for each in (nowhere, unknown)] == [
        (None, "no_days"),
        (None, "unknown_country"),
    ]


def test_a_feast_beyond_the_known_calendars_is_not_guessed() -> None:
    found = quoter().order_by(Event("far", date(2029, 12, 24)), ask(at(24)))
    assert (found.until, found.reasons[-1].code) == (None, "beyond_calendar")


def test_a_promise_without_an_end_does_not_go_on_for_ever() -> None:
    now = at(24)
    assert last_moment(now, CHRISTMAS.day, lambda _at: Standing(date(2026, 12, 1), 1.0, now)).until is None


@given(st.integers(1, 27), st.floats(0.8, 0.99), st.floats(0.8, 0.99))
@settings(max_examples=15)
def test_a_higher_level_must_order_no_later(day: int, one: float, other: float) -> None:
    event = Event("feast", date(2026, 12, day))
    low, high = (SHOP.order_by(event, ask(at(24), level=level)).until for level in sorted((one, other)))
    assert high is None or (low is not None and high <= low)


SHOP = quoter(PLAN)
