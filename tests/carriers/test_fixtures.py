"""Payloads that carriers sent or documented, read in place: number, events, latest status, true instant."""

import pytest

from tests.carriers.fixtures import (
    FIXTURES,
    OF_NO_SHAPE,
    PAYLOADS,
    WITHOUT_A_SCAN,
    Expected,
    instant,
    latest,
    read,
)
from tests.shared import needs_shared
from wismo.carriers.engine import PayloadError, Reading

pytestmark = needs_shared


@pytest.mark.parametrize("expected", PAYLOADS, ids=lambda expected: expected.file)
def test_a_payload_of_the_field_is_read_whole(expected: Expected) -> None:
    reading = read(expected.file)
    last = latest(reading)

    assert reading.problems == []
    assert len(reading.scans) == expected.events
    assert (last.tracking_number, last.status or "unmapped") == (expected.number, expected.latest)
    assert instant(last) == expected.instant


@pytest.mark.parametrize("name", WITHOUT_A_SCAN)
def test_an_event_that_carries_no_scan_is_an_empty_reading(name: str) -> None:
    assert read(name) == Reading([], [])


@pytest.mark.parametrize("name", OF_NO_SHAPE)
def test_a_payload_of_another_service_is_refused(name: str) -> None:
    with pytest.raises(PayloadError, match="a payload of no shape"):
        read(name)


def test_every_payload_of_our_carriers_is_in_the_list() -> None:
    files = {
        f"{carrier}/{file.stem}"
        for carrier in {expected.file.split("/")[0] for expected in PAYLOADS}
        for file in (FIXTURES / carrier).glob("*.*")
        if not file.stem.endswith(".expected")
    }
    assert files == {expected.file for expected in PAYLOADS} | set(WITHOUT_A_SCAN) | set(OF_NO_SHAPE)


def test_a_delhivery_attempt_that_failed_carries_the_reason() -> None:
    attempt = next(
        scan for scan in read("delhivery/track_diliveredShipmentTracking").scans if "EOD-11" in scan.code
    )

    assert (attempt.code, attempt.status) == ("UD|Pending|EOD-11", "failed_attempt")
    assert attempt.reason == "buyer_not_available"


def test_a_delhivery_parcel_pending_at_a_facility_is_in_normal_transit() -> None:
    scans = read("delhivery/track_diliveredShipmentTracking").scans
    assert [scan.status for scan in scans if scan.code == "UD|Pending|X-IBD3F"] == ["in_transit"]


def test_fedex_attempt_reasons_come_from_the_exception_code() -> None:
    attempts = [
        scan for scan in read("fedex/karrio_DuplicateTrackingResponse").scans if scan.code.startswith("DE|")
    ]
    assert [(scan.code, scan.status, scan.reason) for scan in attempts] == [
        ("DE|A47", "in_transit", None),
        ("DE|08", "failed_attempt", "buyer_not_available"),
    ]


def test_a_fedex_scan_without_an_offset_has_no_known_zone() -> None:
    pickup = next(
        scan for scan in read("fedex/karrio_InconsistentDateTimeResponse").scans if scan.code == "PU"
    )
    assert (pickup.occurred_at, pickup.tz_source, instant(pickup)) == (
        None,
        "unknown",
        "2024-08-15T00:00:00?",
    )
