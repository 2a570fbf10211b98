"""A time is read as Python's own strptime reads it, only faster; and in the ways machines write it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo.carriers.patterns import parser_of

PATTERNS = [
    "%Y-%m-%d %H:%M:%S", "%Y%m%d %H%M%S", "%Y%m%d%H%M%S", "%d/%m/%Y %H:%M", "%d %m %Y %H:%M:%S", "%Y/%m/%d",
    "%Y.%m.%d %H:%M", "%d-%m-%Y", "%H%M %Y%m%d", "%Y年%m月%d日 %H:%M", "%d %b %Y, %H:%M", "%m/%d/%Y %I:%M %p",
    "%Y-%m-%dT%H:%M:%S.%f%z", "%y%m%d",
    "%d-%b-%Y %H:%M", "%d %B %Y", "%B %Y", "%Y", "%d%m%Y %H%M",
]  # fmt: skip


def by_strptime(raw: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(raw, pattern)  # noqa: DTZ007
    except ValueError:
        return None


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(deadline=None)
@given(data=st.data())
def test_a_pattern_reads_what_strptime_reads(pattern: str, data: st.DataObject) -> None:
    at = data.draw(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    raw = at.strftime(pattern)
    cut = data.draw(st.integers(0, len(raw)))
    wrong = (
        raw[:cut]
        + data.draw(st.text("0123456789 -/:.٣", max_size=2))
        + raw[cut + data.draw(st.integers(0, 2)) :]
    )
    other = at.strftime(data.draw(st.sampled_from(PATTERNS)))
    for said in (raw, wrong, other, raw.upper(), raw.replace(" ", "  ")):
        assert parser_of(pattern)(said) == by_strptime(said, pattern)


@pytest.mark.parametrize(
    ("pattern", "said", "at"),
    [
        ("iso", "2026-11-24T10:15:00", datetime(2026, 11, 24, 10, 15)),  # noqa: DTZ001
        ("epoch", "1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("epoch", "1700000000.5", datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=UTC)),
        ("epoch_ms", "1700000000123", datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC)),
        ("epoch_ms", "9" * 16, None),
        ("epoch", "9" * 5000, None),
        ("epoch", "nan", None),
        ("epoch", "", None),
        ("dotnet", "/Date(1700000000000)/", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("dotnet", "/Date(-62135596800000)/", datetime(1, 1, 1, tzinfo=UTC)),
        ("dotnet", "/Date(-62135596800000-0500)/", datetime(1, 1, 1, tzinfo=UTC)),
        ("dotnet", "/Date(1700000000000+9900)/", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("dotnet", "Date(1)", None),
    ],
)
def test_ways_in_which_machines_write_a_time(pattern: str, said: str, at: datetime | None) -> None:
    assert parser_of(pattern)(said) == at


def test_a_dotnet_time_keeps_the_offset_it_was_written_with() -> None:
    at = parser_of("dotnet")("/Date(1700000000000+0530)/")
    assert at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert at.utcoffset() == timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("pattern", ["", "isoo", "%Q", "%Y-%Y"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parser_of(pattern)
