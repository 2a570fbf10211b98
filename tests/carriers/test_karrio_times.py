"""When a scan that a connector brought happened: the true instant, wherever the payload tells it."""

from datetime import UTC

import pytest

from tests.carriers.karrio import SAMPLES
from tests.carriers.test_karrio_samples import latest, read


@pytest.mark.parametrize(
    ("sample", "instant", "offset", "tz_source"),
    [
        ("asendia/at-the-door--delivered.json", "2026-11-05T10:15:00", 0, "offset"),
        ("australiapost/left-in-a-safe-place--delivered.json", "2026-11-05T03:04:27", 8, "offset"),
        ("bpost/handed-over--delivered.xml", "2026-11-03T10:42:00", 1, "offset"),
        (
            "canadapost/handed-over--delivered.xml",
            "2026-11-05T19:59:59",
            -8,
            "offset",
        ),  # PST, beside the time
        ("chronopost/signed-for--delivered.xml", "2026-07-03T08:31:00", 2, "offset"),
        ("dhl-parcel-de/handed-over--delivered.xml", "2026-11-03T11:40:00", 1, "carrier_tz"),
        ("dhl-poland/to-a-neighbour--delivered.xml", "2026-11-03T11:00:00", 1, "carrier_tz"),
        (
            "dhl-universal/handed-over--delivered.json",
            "2026-11-05T10:00:00",
            1,
            "facility_tz",
        ),  # Norway's one
        ("fedex/handed-over--delivered.json", "2026-11-05T20:00:00", -8, "offset"),
        ("gls/handed-over--delivered.json", "2026-11-05T10:00:00", 1, "offset"),
        ("hermes/handed-over--delivered.json", "2026-11-04T13:30:00", 1, "offset"),
        ("laposte/handed-over--delivered.json", "2026-07-04T09:00:00", 2, "offset"),
        ("mydhl/handed-over--delivered.json", "2026-11-05T16:05:00", -5, "offset"),  # GMTOffset, beside it
        ("sendle/handed-over--delivered.json", "2026-11-05T02:00:00", 8, "offset"),
        ("smartkargo/handed-over--delivered.json", "2026-11-05T17:00:00", -5, "facility_tz"),  # its timezone
        ("spring/handed-over--delivered.json", "2026-11-05T10:00:00", 2, "utc_field"),  # its Timestamp
        ("teleship/handed-over--delivered.json", "2026-11-05T18:00:00", 0, "offset"),
        ("ups/handed-over--delivered.json", "2026-11-05T17:00:00", -5, "utc_field"),
        ("usps/in-the-mailbox--delivered.json", "2026-11-05T18:00:00", -6, "utc_field"),
        ("usps-international/in-the-mailbox--delivered.json", "2026-11-05T18:00:00", -6, "utc_field"),
    ],
)
def test_a_time_is_the_true_instant(sample: str, instant: str, offset: int, tz_source: str) -> None:
    scan = latest(read(SAMPLES / sample))
    assert scan.occurred_at is not None
    assert scan.occurred_at.astimezone(UTC).isoformat() == f"{instant}+00:00"
    assert scan.occurred_at.utcoffset().total_seconds() == offset * 3600  # type: ignore[union-attr]
    assert scan.tz_source == tz_source


@pytest.mark.parametrize(
    ("sample", "written"),
    [
        ("dhl-express/handed-over--delivered.xml", "2026-11-05T11:05:00"),
        ("dpd/handed-over--delivered.xml", "2026-11-03T13:05:00"),
        ("landmark/handed-over--delivered.xml", "2026-11-05T13:10:00"),
        ("parcelone/handed-over--delivered.json", "2026-11-05T11:00:00"),
        ("purolator/handed-over--delivered.xml", "2026-11-04T11:15:00"),
        ("seko/handed-over--delivered.json", "2026-11-05T13:31:47"),
    ],
)
def test_a_time_whose_zone_nobody_tells_only_orders(sample: str, written: str) -> None:
    scan = latest(read(SAMPLES / sample))
    assert (scan.occurred_at, scan.tz_source) == (None, "unknown")
    assert scan.sort_at is not None
    assert scan.sort_at.isoformat() == f"{written}+00:00"


def test_an_evening_at_dpd_is_not_its_morning() -> None:
    (scan,) = read(SAMPLES / "dpd/at-night--in_transit.xml")
    assert (scan.occurred_raw, str(scan.sort_at)) == ("11/2/2026 10:41:25 PM", "2026-11-02 22:41:25+00:00")
