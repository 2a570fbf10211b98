"""Operating days, and whose holidays close them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.promise.calendars import Place, country_of, is_calendar, overlays, rests, version
from wismo.promise.calendars.feasts import feasts
from wismo.promise.plan.model import Week
from wismo.promise.rules.calendar import BeyondHorizon, Closures, OperatingCalendar, calendar_of, years_around

SPAN = (date(2025, 1, 1), date(2027, 12, 31))
SIX = frozenset(range(6))
EVERY = frozenset(range(7))
DAYS = st.dates(date(2025, 3, 1), date(2027, 9, 30))
MUNICH = Place("DE", "BY")


def made(
    *holidays: str, days: frozenset[int] = EVERY, place: Place = MUNICH, closures: Closures = ()
) -> OperatingCalendar:
    return calendar_of(Week(days=days, holidays=holidays), place, closures, first=SPAN[0], last=SPAN[1])


WARSAW = made(
    "destination", "inpost", days=SIX, place=Place("PL"), closures=((date(2026, 7, 1), date(2026, 7, 9)),)
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_days_are_counted_from_the_one_after() -> None:
    calendar = made("DE-BY", days=frozenset(range(5)))
    friday, monday = day("2026-12-18"), day("2026-12-21")
    assert [calendar.add(friday, n) for n in (0, 1, 4, 5)] == [
        friday,
        monday,
        day("2026-12-24"),
        day("2026-12-28"),
    ]
    assert calendar.add(day("2026-12-19"), 0) == calendar.add(day("2026-12-19"), 1) == monday
    assert calendar.add(monday, -1) == calendar.add(day("2026-12-20"), -1) == friday
    assert (calendar.on_or_after(day("2026-12-25")), calendar.on_or_before(day("2026-12-27"))) == (
        day("2026-12-28"),
        day("2026-12-24"),
    )
    assert (calendar.between(friday, monday), calendar.between(monday, friday)) == (1, 0)


@given(DAYS, st.integers(1, 60))
def test_so_many_days_after_is_so_many_days_between(start: date, n: int) -> None:
    end = WARSAW.add(start, n)
    assert WARSAW.between(start, end) == n
    assert WARSAW.is_open(end)


@given(DAYS, DAYS, st.integers(-20, 60))
def test_a_later_day_never_ends_earlier(a: date, b: date, n: int) -> None:
    first, second = sorted((a, b))
    assert WARSAW.add(first, n) <= WARSAW.add(second, n)


@given(DAYS)
def test_no_answer_is_a_closed_day(start: date) -> None:
    after, before = WARSAW.on_or_after(start), WARSAW.on_or_before(start)
    assert before <= start <= after
    assert WARSAW.is_open(before)
    assert WARSAW.is_open(after)
    assert WARSAW.is_open(start) == (WARSAW.why_closed(start) == "") == (before == after)


def test_beyond_its_ends_a_calendar_refuses() -> None:
    calendar = made("DE")
    with pytest.raises(BeyondHorizon):
        calendar.add(day("2027-12-30"), 2)
    with pytest.raises(BeyondHorizon):
        calendar.is_open(day("2028-01-01"))
    with pytest.raises(BeyondHorizon):
        calendar.between(day("2024-12-31"), day("2025-01-02"))
    with pytest.raises(BeyondHorizon):
        calendar.add(day("2025-01-02"), -1)


def test_a_calendar_ends_where_the_holidays_are_known_no_more() -> None:
    assert made("LK", place=Place("LK")).last == day("2026-12-31")
    assert years_around(day("2026-11-24")) == (day("2025-01-01"), day("2027-12-31"))


@pytest.mark.parametrize(
    ("name", "place", "closed"),
    [
        ("DE-SL", Place("DE", "BE"), "Assumption Day"),
        ("destination", Place("DE", "SL"), "Assumption Day"),
        ("destination", Place("DE", "BE"), ""),
        ("destination", Place("DE", "no such state"), ""),
        ("destination", Place("PL"), "Assumption Day"),
    ],
)
def test_a_parts_own_holidays_close_only_there(name: str, place: Place, closed: str) -> None:
    assert made(name, place=place).why_closed(day("2026-08-15")) == closed


def test_a_country_nobody_knows_closes_nothing_and_is_named() -> None:
    calendar = made("destination", "ZZ", place=Place("ZZ"))
    assert calendar.unknown == ("destination", "ZZ")
    assert calendar.is_open(day("2026-12-25"))


def test_a_vacation_closes_an_extra_day_opens_and_an_adjustment_closes_it_again() -> None:
    week = Week(
        holidays=("DE",),
        closed=((day("2026-08-03"), day("2026-08-14")),),
        extra=(day("2026-12-19"), day("2026-12-25"), day("2026-12-26")),
    )
    boxing = (day("2026-12-26"), day("2026-12-26"))
    calendar = calendar_of(week, Place("DE"), (boxing,), first=SPAN[0], last=SPAN[1])
    assert calendar.on_or_after(day("2026-08-01")) == day("2026-08-17")
    assert calendar.why_closed(day("2026-08-05")) == "vacation"
    assert calendar.is_open(day("2026-12-19"))
    assert calendar.is_open(day("2026-12-25"))
    assert (calendar.why_closed(day("2026-12-26")), calendar.why_closed(day("2026-12-27"))) == (
        "adjusted",
        "week",
    )


def test_an_eve_is_open_and_before_a_holiday() -> None:
    calendar = made("DE", days=frozenset(range(5)))
    eves = [calendar.is_eve(day(text)) for text in ("2026-12-24", "2026-12-31", "2026-12-23", "2026-12-25")]
    assert eves == [True, True, False, False]


def test_a_feast_that_hangs_on_the_moon_is_said_to_be_estimated() -> None:
    riyadh = made("destination", days=EVERY - {4}, place=Place("SA"))
    eid = riyadh.estimated(day("2026-05-26"), day("2026-05-27"))
    assert eid == {
        day("2026-05-26"): "Day of Arafah (estimated)",
        day("2026-05-27"): "Eid al-Adha Holiday (estimated)",
    }
    assert riyadh.on_or_after(day("2026-05-26")) == day("2026-05-30")
    assert riyadh.estimated(day("2026-09-01"), day("2026-10-01")) == {}


def test_the_same_question_is_answered_by_the_same_table_with_its_version() -> None:
    assert made("DE") is made("DE")
    assert made("DE").version == version()
    library, ours = version().split(", ")
    assert library.startswith("holidays 0.")
    assert len(ours.removeprefix("calendars ")) == 8


# The carriers' own days.

CLOSED = [
    (
        "usps",
        Place("US", "CA"),
        "2026-07-03",
        False,
    ),  # Independence Day on a Saturday is kept on that Saturday
    ("usps", Place("US", "CA"), "2026-07-04", True),
    ("usps", Place("US", "CA"), "2027-07-05", True),  # on a Sunday, on the Monday after
    ("usps", Place("US", "CA"), "2026-03-31", False),  # a state's own holiday
    ("usps", Place("US"), "2026-06-19", True),
    ("ups-us", Place("US"), "2026-06-19", False),
    ("ups-us", Place("US"), "2026-11-26", True),
    ("ups-us", Place("US", "CA"), "2026-11-27", False),
    ("fedex-us", Place("US"), "2026-11-11", False),
    ("dhl-de", Place("DE", "BY"), "2026-06-04", True),  # Corpus Christi
    ("dhl-de", Place("DE", "BE"), "2026-06-04", False),
    ("royal-mail", Place("GB"), "2026-04-06", True),  # Easter Monday, in England
    ("royal-mail", Place("GB", "SCT"), "2026-04-06", False),
    ("royal-mail", Place("GB", "SCT"), "2026-11-30", True),  # Saint Andrew's Day
    ("royal-mail", Place("GB", "NIR"), "2026-03-17", True),  # Saint Patrick's Day
    ("royal-mail", Place("GB", "ENG"), "2026-12-28", True),  # for Boxing Day on a Saturday
    ("japan-post", Place("JP"), "2027-01-01", False),
    ("yamato", Place("JP"), "2026-05-05", False),
    ("sagawa", Place("JP"), "2027-01-01", True),
    ("correios", Place("BR", "SP"), "2026-02-16", True),  # Carnival
    ("correios", Place("BR", "SP"), "2026-02-17", True),
    ("correios", Place("BR", "SP"), "2026-02-18", False),  # Ash Wednesday
    ("correios", Place("BR", "SP"), "2026-06-04", True),  # Corpus Christi
    ("correios", Place("BR", "SP"), "2026-12-24", False),
    ("delhivery", Place("IN", "DL"), "2026-11-08", True),  # Diwali
    ("bluedart", Place("IN", "DL"), "2026-10-20", False),  # Dussehra
    ("india-post", Place("IN", "DL"), "2026-10-20", True),
    ("aramex-sa", Place("SA"), "2026-09-23", True),
    ("canada-post", Place("CA", "ON"), "2026-02-16", False),  # Family Day
    ("canada-post", Place("CA", "QC"), "2026-06-24", True),
    ("postnord-se", Place("SE"), "2026-06-19", True),  # Midsummer Eve
    ("postnl", Place("NL"), "2026-04-03", False),  # Good Friday
    ("postnl", Place("NL"), "2026-04-27", True),  # King's Day
    ("inpost", Place("PL"), "2026-12-24", True),
]


@pytest.mark.parametrize(("key", "place", "text", "closed"), CLOSED)
def test_a_carrier_keeps_its_own_days(*, key: str, place: Place, text: str, closed: bool) -> None:
    assert (day(text) in (rests(key, place, day(text).year) or {})) is closed


def test_canada_posts_days_are_those_it_published_for_2026() -> None:
    spring = ["01-01", "04-03", "04-06", "05-18", "07-01"]
    told = [*spring, "08-03", "09-07", "09-30", "10-12", "11-11", "12-25", "12-28"]
    found = rests("canada-post", Place("CA", "ON"), 2026) or {}
    assert sorted(f"{each:%m-%d}" for each in found if each.weekday() < 5) == told


def test_a_carriers_week_narrows_the_plans() -> None:
    assert made("aramex-sa", place=Place("SA")).why_closed(day("2026-07-03")) == "week"  # a Friday
    assert made("aramex-sa", place=Place("SA")).is_open(day("2026-07-05"))  # a Sunday
    assert made("dhl-de").why_closed(day("2026-07-05")) == "week"


@pytest.mark.parametrize("key", overlays())
def test_a_carriers_table_says_where_it_is_from_and_names_real_holidays(key: str) -> None:
    overlay = overlays()[key]
    assert overlay.source
    assert overlay.read >= "2020"
    assert overlay.confidence in {"documented", "third_party", "recalled"}
    named = {
        name
        for year in (2025, 2026, 2027)
        for part in ("", "ON", "MB", "PE")  # provinces of Canada with holidays that its post does not keep
        for names in _all_holidays(key, part, year)
        for name in names.split("; ")
    }
    for kept in (*overlay.keeps, *overlay.works):
        assert any(name.startswith(kept) for name in named), kept


def _all_holidays(key: str, part: str, year: int) -> list[str]:
    overlay = overlays()[key]
    return list(feasts(overlay.country, part, year, overlay.categories).values()) if overlay.country else []


def test_at_least_twelve_carriers_have_their_own_days() -> None:
    assert len(overlays()) >= 12


def test_a_plan_may_name_countries_their_parts_carriers_and_the_destination() -> None:
    names = ["DE", "DE-BY", "dhl-de", "destination", "DE-XX", "XX", "de", "nobody", ""]
    assert [is_calendar(name) for name in names] == [True] * 4 + [False] * 5
    assert [country_of(name, Place("PL")) for name in names[1:4]] == ["DE", "DE", "PL"]


def test_a_leap_day_and_the_53rd_week_are_days_like_others() -> None:
    calendar = calendar_of(Week(), Place("DE"), first=day("2020-01-01"), last=day("2029-01-31"))
    assert calendar.add(day("2028-02-28"), 1) == day("2028-02-29")
    assert day("2020-12-31").isocalendar().week == 53
    assert calendar.between(day("2020-12-31"), day("2021-01-04")) == 2
    assert calendar.add(day("2020-12-31"), 1) - day("2020-12-31") == timedelta(days=1)
