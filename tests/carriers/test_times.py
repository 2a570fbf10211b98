from datetime import UTC, datetime, timedelta

import pytest

from tests.carriers.payloads import delhivery_push, one
from wismo.carriers.engine import read_all
from wismo.carriers.loading import load_pack
from wismo.vocabulary.status import Scan


def ups(local: str, gmt: str) -> Scan:
    """A Track Alert with a local time and a GMT time, both as `YYYYMMDDHHMMSS`."""
    return one(
        "ups",
        {
            "trackingNumber": "1Z999AA10123456784",
            "activityStatus": {"type": "I", "code": "OT"},
            "localActivityDate": local[:8],
            "localActivityTime": local[8:],
            "gmtActivityDate": gmt[:8],
            "gmtActivityTime": gmt[8:],
            "gmtOffset": "-04.00",
        },
    )


def test_ups_gmt_fields_are_already_utc_and_the_local_pair_gives_the_offset() -> None:
    scan = ups("20240423091519", "20240423131519")

    assert scan.occurred_at == datetime(2024, 4, 23, 13, 15, 19, tzinfo=UTC)
    assert scan.occurred_at.utcoffset() == timedelta(hours=-4)
    assert (scan.tz_source, scan.occurred_raw) == ("utc_field", "20240423 091519")


def test_ups_times_that_agree_on_no_offset_are_taken_in_utc() -> None:
    scan = ups("20240420091519", "20240423131519")
    assert scan.occurred_at == datetime(2024, 4, 23, 13, 15, 19, tzinfo=UTC)
    assert scan.occurred_at.utcoffset() == timedelta(0)


def test_ups_local_time_alone_has_no_known_zone_but_an_order() -> None:
    scan = ups("20240423091519", "")
    assert (scan.occurred_at, scan.tz_source) == (None, "unknown")
    assert scan.sort_at == datetime(2024, 4, 23, 9, 15, 19, tzinfo=UTC)


def test_a_clickpost_z_is_indian_time() -> None:
    event = {"clickpost_status_code": 6, "waybill": "W1", "timestamp": "2026-11-24T10:04:20Z"}
    scan = one("clickpost", event)
    assert scan.occurred_at == datetime(2026, 11, 24, 4, 34, 20, tzinfo=UTC)
    assert scan.occurred_at.utcoffset() == timedelta(hours=5, minutes=30)
    assert scan.tz_source == "carrier_tz"


@pytest.mark.parametrize("said", ["2026-11-24 16:41:59", "24 11 2026 16:41:59"])
def test_shiprocket_writes_indian_time_in_two_formats(said: str) -> None:
    scan = one("shiprocket", {"awb": 1, "shipment_status_id": 7, "current_timestamp": said, "scans": []})
    assert scan.occurred_at == datetime(2026, 11, 24, 11, 11, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "occurred_at", "tz_source"),
    [
        ("2026-11-24T08:33:00+01:00", datetime(2026, 11, 24, 7, 33, tzinfo=UTC), "offset"),
        ("2026-11-24T08:33:00", None, "unknown"),
    ],
)
def test_an_aftership_time_is_an_instant_only_with_an_offset(
    said: str, occurred_at: datetime | None, tz_source: str
) -> None:
    checkpoint = {"checkpoint_time": said, "tag": "InTransit"}
    scan = one(
        "aftership",
        {"event": "tracking_update", "msg": {"tracking_number": "1", "checkpoints": [checkpoint]}},
    )
    assert (scan.occurred_at, scan.tz_source) == (occurred_at, tz_source)


def by(slug: str, **place: str) -> Scan:
    """What AfterShip tells of a parcel delivered at 20:14, without an offset."""
    checkpoint = {"checkpoint_time": "2026-11-24T20:14:00", "tag": "Delivered", **place}
    parcel = {"tracking_number": "4000-1234", "slug": slug, "checkpoints": [checkpoint]}
    return one("aftership", {"event": "tracking_update", "msg": parcel})


@pytest.mark.parametrize(
    ("slug", "place", "utc", "source"),
    [
        ("yamato", {}, "11:14", "carrier_tz"),
        ("taqbin-jp", {}, "11:14", "carrier_tz"),
        ("yamato", {"country_region": "JPN"}, "11:14", "facility_tz"),
        ("yamato", {"country_iso3": "SGP"}, "12:14", "facility_tz"),  # it has left Japan
        ("yamato", {"country_region": "USA"}, None, "unknown"),  # for one of six zones
        ("yamato", {"country_region": "???"}, None, "unknown"),
        ("fedex", {}, None, "unknown"),
        ("fedex", {"country_region": "JPN"}, "11:14", "facility_tz"),
        ("dhl", {}, None, "unknown"),  # its country is Germany, its scans are anywhere
        ("nobody-knows", {}, None, "unknown"),
    ],
)
def test_an_aggregators_time_without_an_offset_is_the_carriers_unless_the_scan_names_a_country(
    slug: str, place: dict[str, str], utc: str | None, source: str
) -> None:
    scan = by(slug, **place)
    told = scan.occurred_at and scan.occurred_at.astimezone(UTC)
    assert (told and f"{told:%H:%M}", scan.tz_source) == (utc, source)
    assert scan.sort_at is not None


@pytest.mark.parametrize(
    "said",
    ["", None, "yesterday", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "2026-13-40", True, [], {"a": 1}],
)
def test_what_is_no_time_gives_no_time(said: object) -> None:
    scan = one("delhivery", delhivery_push(StatusDateTime=said))
    assert (scan.occurred_at, scan.sort_at, scan.tz_source) == (None, None, "none")


BODY = b'{"no": "1", "code": "A", "at": "%s", "%s": "%s"}'


def facility(
    at: str, key: str = "none", said: str = "", *, naive: str = "facility", formats: str = ""
) -> Scan:
    """The scan of a pack whose scans may say their offset, zone and country apart."""
    text = f"""
        id = "acme"
        name = "Acme"
        time = {{ naive = "{naive}", zone = "Europe/Berlin" {formats} }}
        status = [{{ code = "A", status = "held", source = "acme docs", confidence = "official" }}]
        webhook.auth = {{ kind = "token", header = "x-acme", confidence = "official" }}
        [[payload]]
        name = "push"
        when = "no"
        parcel = {{ number = "no" }}
        scan = {{ code = "code", when = "at", offset = "offset", zone = "zone", country = "country" }}
        """.replace(', zone = "Europe/Berlin"', ', zone = "Europe/Berlin"' if naive == "carrier" else "")
    (scan,) = read_all(load_pack("acme.toml", text), BODY % (at.encode(), key.encode(), said.encode())).scans
    return scan


@pytest.mark.parametrize(
    ("key", "said", "naive", "utc_hour", "source"),
    [
        ("offset", "-05:00", "unknown", 15, "offset"),
        ("offset", "-05.00", "unknown", 15, "offset"),
        ("offset", "+0530", "carrier", 4, "offset"),
        ("offset", "GMT+9", "facility", 1, "offset"),
        ("offset", "Z", "unknown", 10, "offset"),
        ("offset", "-300", "carrier", 9, "carrier_tz"),  # what is no offset says nothing
        ("offset", "+25:00", "unknown", None, "unknown"),
        ("zone", "Asia/Tokyo", "unknown", 1, "facility_tz"),
        ("zone", "Asia/Atlantis", "carrier", 9, "carrier_tz"),
        ("country", "jp", "facility", 1, "facility_tz"),
        ("country", "US", "facility", None, "unknown"),  # six zones: nobody knows which
        ("country", "??", "facility", None, "unknown"),
        ("country", "JP", "carrier", 9, "carrier_tz"),
        ("country", "JP", "unknown", None, "unknown"),
    ],
)
def test_a_zone_told_apart_from_the_time(
    key: str, said: str, naive: str, utc_hour: int | None, source: str
) -> None:
    scan = facility("2026-11-24T10:00:00", key, said, naive=naive)
    told = scan.occurred_at.astimezone(UTC) if scan.occurred_at else None
    assert (told and (told.hour, told.minute)) == (utc_hour and (utc_hour, 30 if said == "+0530" else 0))
    assert scan.tz_source == source
    assert (scan.sort_at or scan.occurred_at) is not None


def test_an_offset_within_the_time_wins_over_one_told_apart() -> None:
    scan = facility("2026-11-24T10:00:00+01:00", "offset", "-05:00")
    assert scan.occurred_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_count_of_milliseconds_is_an_instant() -> None:
    scan = facility("1700000000123", formats=', formats = ["iso", "epoch_ms"]')
    assert scan.occurred_at == datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC)
    assert (scan.occurred_raw, scan.tz_source) == ("1700000000123", "offset")
