"""Times without a year: the latest that was not still to come on the day they were said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.carriers.samples_of import SAMPLES
from wismo.carriers.engine import read_all
from wismo.carriers.loading import load_pack
from wismo.carriers.registry import packs
from wismo.carriers.schema import PackError
from wismo.carriers.times import Whereabouts, read_moment

SAGAWA = packs()["sagawa"].time


def at(raw: str, as_of: str) -> str:
    """When a scan of Sagawa's was, in Japan, if it was told on a day; "" for no time."""
    moment, _sort_at, _source = read_moment(SAGAWA, raw, as_of=date.fromisoformat(as_of))
    return moment.isoformat() if moment else ""


@pytest.mark.parametrize(
    ("raw", "as_of", "instant"),
    [
        ("12/31 23:09", "2026-12-31", "2026-12-31T23:09:00+09:00"),
        ("12/31 23:09", "2027-01-02", "2026-12-31T23:09:00+09:00"),
        ("01/01 00:10", "2026-12-31", "2027-01-01T00:10:00+09:00"),  # in Japan it is next year already
        ("01/02 00:10", "2026-12-31", "2026-01-02T00:10:00+09:00"),
        ("01/02 11:45", "2027-01-02", "2027-01-02T11:45:00+09:00"),
        ("02/29 08:00", "2028-03-01", "2028-02-29T08:00:00+09:00"),
        ("02/29 08:00", "2027-03-01", "2024-02-29T08:00:00+09:00"),
        ("11/24", "2026-11-24", "2026-11-24T00:00:00+09:00"),
        ("02/30 08:00", "2026-11-24", ""),
        ("?", "2026-11-24", ""),
    ],
)
def test_the_year_is_the_latest_that_puts_the_time_a_day_ahead_at_most(
    raw: str, as_of: str, instant: str
) -> None:
    assert at(raw, as_of) == instant


@given(st.integers(0, 8_000_000), st.integers(-1, 363))
def test_a_time_of_the_last_year_gets_its_own_year(minutes: int, days: int) -> None:
    said = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    as_of = said.date() + timedelta(days=days)
    assert at(f"{said:%m/%d %H:%M}", as_of.isoformat())[:16] == said.isoformat()[:16]


def test_without_the_day_it_was_said_there_is_no_time() -> None:
    assert read_moment(SAGAWA, "12/31 23:09") == (None, None, "none")


def test_a_page_over_new_year_is_in_order() -> None:
    body = (SAMPLES / "sagawa" / "poll-over-new-year--delivered.json").read_bytes()
    scans = read_all(packs()["sagawa"], body).scans
    assert [(scan.code, scan.occurred_at and scan.occurred_at.isoformat()) for scan in scans] == [
        ("集荷", "2026-12-30T17:13:00+09:00"),
        ("輸送中", "2026-12-31T23:09:00+09:00"),
        ("配達中", "2027-01-02T08:30:00+09:00"),
        ("配達完了", "2027-01-02T11:45:00+09:00"),
    ]


def test_a_step_is_the_same_scan_when_it_is_the_latest_no_more() -> None:
    new_year, later = (
        read_all(packs()["sagawa"], (SAMPLES / "sagawa" / name).read_bytes()).scans
        for name in ("poll-on-new-years-eve--in_transit.json", "poll-over-new-year--delivered.json")
    )
    assert new_year == later[:2]


def test_a_utc_time_is_given_in_the_offset_that_stands_beside_it() -> None:
    where = Whereabouts(offset="-07:00")
    moment, _sort_at, source = read_moment(packs()["usps"].time, "", "2026-11-24T20:05:44Z", where)
    assert (moment and moment.isoformat(), source) == ("2026-11-24T13:05:44-07:00", "utc_field")


PACK = """
id = "acme"
name = "Acme"
time = {{ naive = "unknown", formats = ["{pattern}"] }}
webhook.auth = {{ kind = "token", header = "x-acme", confidence = "guess" }}
[[payload]]
name = "push"
when = "no"
parcel = {{ number = "no" }}
"""


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%m/%d %H:%M", r"acme.toml: \[time\]: formats: a time has no year; say where .*: as_of"),
        ("%H:%M", r"formats: '%H:%M' names neither a year nor a day of it"),
    ],
)
def test_a_pack_that_could_never_tell_the_year_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        load_pack("acme.toml", PACK.format(pattern=pattern))
