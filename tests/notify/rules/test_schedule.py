"""When a message that waits is due: spans, working days, and times of day, at the destination."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from wismo.notify.journey.model import Wait
from wismo.notify.rules.schedule import due
from wismo.notify.rules.workdays import add_working_days, is_working_day

BERLIN, RIYADH = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Riyadh")
TUESDAY = datetime(2026, 11, 24, 15, 30, tzinfo=BERLIN)


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (Wait(), local(24, 15, 30)),
        (Wait(timedelta(hours=1)), local(24, 16, 30)),
        (Wait(until=time(18)), local(24, 18)),
        (Wait(until=time(15, 30)), local(24, 15, 30)),
        (Wait(until=time(10)), local(25, 10)),
        (Wait(timedelta(days=1), until=time(10)), local(26, 10)),
        (Wait(business_days=1), local(25, 15, 30)),
        (Wait(business_days=4), local(30, 15, 30)),  # over a weekend
        (Wait(timedelta(hours=10), 1, time(9)), local(26, 9)),
    ],
)
def test_a_wait_is_its_span_then_its_working_days_then_its_time(wait: Wait, expected: datetime) -> None:
    assert due(TUESDAY, wait, BERLIN, "DE") == expected.astimezone(UTC)


def test_holidays_are_no_working_days() -> None:
    eve = datetime(2026, 12, 24, 9, tzinfo=BERLIN)
    assert due(eve, Wait(business_days=1), BERLIN, "DE") == datetime(2026, 12, 28, 9, tzinfo=BERLIN)
    assert due(eve, Wait(business_days=1), BERLIN, "") == datetime(2026, 12, 25, 9, tzinfo=BERLIN)


def test_the_weekend_is_the_destinations() -> None:
    thursday = datetime(2026, 11, 26, 9, tzinfo=RIYADH)
    assert due(thursday, Wait(business_days=1), RIYADH, "SA") == datetime(2026, 11, 29, 9, tzinfo=RIYADH)
    assert is_working_day(date(2026, 11, 29), "SA")
    assert not is_working_day(date(2026, 11, 29), "DE")


def test_a_wait_by_the_clock_goes_by_it_over_a_change_of_clocks() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert due(before, Wait(until=time(10)), BERLIN, "DE") == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert due(before, Wait(business_days=1), BERLIN, "DE") == datetime(2026, 3, 30, 10, tzinfo=UTC)


def test_no_working_days_are_no_wait_even_on_a_sunday() -> None:
    sunday = date(2026, 11, 22)
    assert add_working_days(sunday, 0, "DE") == sunday
    assert add_working_days(sunday, 1, "DE") == date(2026, 11, 23)
    assert add_working_days(sunday, 1, "ZZ") == date(2026, 11, 23)
