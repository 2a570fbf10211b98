"""Cut-offs at the warehouse's clock, to the second, and in hours that clocks skip or repeat."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from wismo.promise.plan.model import Cutoff
from wismo.promise.rules.cutoffs import cutoff_on, exists, moment

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Berlin", "2026-07-01", "14:00", "2026-07-01T12:00:00"),
        ("Europe/Berlin", "2026-12-01", "14:00", "2026-12-01T13:00:00"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00:00"),  # never: the clocks jump at 02:00
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00"),  # twice: the first
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00"),  # a jump of half an hour
        ("America/Sao_Paulo", "2018-12-03", "14:00", "2018-12-03T16:00:00"),  # summer time, for the last time
        ("America/Sao_Paulo", "2019-12-03", "14:00", "2019-12-03T17:00:00"),
        (
            "America/Sao_Paulo",
            "2018-11-04",
            "00:00",
            "2018-11-04T03:00:00",
        ),  # a day that began at one o'clock
        ("Pacific/Apia", "2011-12-29", "14:00", "2011-12-30T00:00:00"),
        ("Pacific/Apia", "2011-12-30", "14:00", "2011-12-30T10:00:00"),  # Samoa left that day out
        ("Pacific/Apia", "2011-12-31", "14:00", "2011-12-31T00:00:00"),
        ("Pacific/Kiritimati", "2026-12-31", "14:00", "2026-12-31T00:00:00"),
        ("Asia/Kathmandu", "2026-12-31", "14:00", "2026-12-31T08:15:00"),
    ],
)
def test_a_wall_clocks_time_is_one_moment(zone: str, day: str, at: str, utc: str) -> None:
    found = moment(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_zone_that_crossed_the_date_line_has_not_had_every_day() -> None:
    days = [date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)]
    assert [exists(day, ZoneInfo("Pacific/Apia")) for day in days] == [True, False, True]


GENERAL = Cutoff(at=time(14))
BERLIN = Cutoff(at=time(15), warehouse="berlin")
EXPRESS = Cutoff(at=time(16), service="express")
FRIDAYS = Cutoff(at=time(12), days=frozenset({4}))
ENGRAVED = Cutoff(at=time(9), warehouse="berlin", product_class="engraved")
EVES = Cutoff(at=time(10), eves=True)
ALL = (GENERAL, BERLIN, EXPRESS, FRIDAYS, ENGRAVED, EVES)


@pytest.mark.parametrize(
    ("day", "warehouse", "service", "product_class", "eve", "narrowest"),
    [
        (MONDAY, "madrid", "post", "", False, GENERAL),
        (MONDAY, "berlin", "post", "", False, BERLIN),
        (MONDAY, "madrid", "express", "", False, EXPRESS),
        (MONDAY, "berlin", "express", "", False, BERLIN),  # as narrow: the earlier
        (FRIDAY, "madrid", "post", "", False, FRIDAYS),
        (FRIDAY, "berlin", "express", "", False, FRIDAYS),
        (FRIDAY, "berlin", "express", "engraved", False, ENGRAVED),  # names two things
        (MONDAY, "madrid", "post", "engraved", False, GENERAL),
        (FRIDAY, "berlin", "express", "engraved", True, EVES),
    ],
)
def test_the_narrowest_cut_off_counts(
    *,
    day: date,
    warehouse: str,
    service: str,
    product_class: str,
    eve: bool,
    narrowest: Cutoff,
) -> None:
    found = cutoff_on(day, ALL, warehouse=warehouse, service=service, product_class=product_class, eve=eve)
    assert found is narrowest


def test_where_no_cut_off_fits_an_order_at_any_hour_counts() -> None:
    found = cutoff_on(
        MONDAY, (FRIDAYS, EVES), warehouse="berlin", service="post", product_class="", eve=False
    )
    assert found is None
