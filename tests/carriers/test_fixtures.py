"""Payloads that carriers sent or documented, read in place: number, events, latest status, true instant."""

from datetime import UTC
from typing import NamedTuple

import pytest

from tests.shared import FOLDER, needs_shared
from wismo.carriers.engine import Reading, read_all
from wismo.carriers.registry import packs
from wismo.vocabulary.status import Scan

pytestmark = needs_shared
FIXTURES = FOLDER / "carriers" / "fixtures"


class Expected(NamedTuple):
    """What a payload holds, by hand from its text. `instant` is in UTC; "?" marks an unknown zone."""

    file: str
    events: int
    number: str
    latest: str
    instant: str


E = Expected
PAYLOADS = [
    E(
        "aftership/webhook_tracking_update_2026-07",
        1,
        "0000000000000000",
        "in_transit",
        "2021-01-14T00:52:00?",
    ),
    E("clickpost/api_1", 3, "SF41917204SCR", "info_received", "2019-04-15T14:52:43+00:00"),
    E("clickpost/api_2", 8, "SF18399217NER", "delivered", "2018-07-07T14:04:46+00:00"),
    E("clickpost/webhook_3", 1, "SF49245NER", "out_for_delivery", "2019-05-06T04:34:20+00:00"),
    E("clickpost/webhook_4", 1, "XYZABC", "failed_attempt", "2016-07-12T11:42:36+00:00"),
    E("clickpost/webhook_5", 1, "2614010163240", "failed_attempt", "2019-04-30T19:25:06+00:00"),
    E("clickpost/webhook_6", 1, "12527345", "delivered", "2019-05-06T09:31:00+00:00"),
    E(
        "delhivery/track_Delivered_DL_EOD-38",
        28,
        "4480071XXXXXXX",
        "delivered",
        "2025-11-24T09:52:19.002000+00:00",
    ),
    E(
        "delhivery/track_Not_Picked_UD_X-PNP",
        5,
        "4480071XXXXXXX",
        "pickup_failed",
        "2025-11-26T13:08:57.898000+00:00",
    ),
    E(
        "delhivery/track_diliveredShipmentTracking",
        28,
        "26805710000000",
        "delivered",
        "2024-09-20T10:11:19.002000+00:00",
    ),
    E(
        "delhivery/track_intransitShipmentTracking",
        9,
        "26805710000000",
        "in_transit",
        "2024-09-22T03:55:10.124000+00:00",
    ),
    E("delhivery/webhook_scan_push", 1, "XXXXXXXXXXXX", "info_received", "2019-01-09T11:40:42.767000+00:00"),
    E("easypost/ex_create_tracker_response", 3, "EZ1000000001", "delivered", "2014-07-22T10:09:00+00:00"),
    E("easypost/ex_event-body", 7, "1", "in_transit", "2024-08-02T18:50:00+00:00"),
    E("easypost/ex_trackers-create", 2, "EZ1000000001", "info_received", "2025-04-10T09:17:17+00:00"),
    E("easypost/ex_trackers-list", 2, "EZ1000000001", "info_received", "2025-04-10T09:17:17+00:00"),
    E("easypost/ex_trackers-retrieve", 2, "EZ1000000001", "info_received", "2025-04-10T09:17:17+00:00"),
    # The example dates its "delivered" five days before "out for delivery": the latest by time is the latter.
    E("easypost/ex_tracking-webhook", 6, "EZ4000000004", "out_for_delivery", "2014-11-24T08:10:00+00:00"),
    E("easypost/ex_tracking_webhook_response", 6, "EZ4000000004", "delivered", "2014-08-24T15:33:00+00:00"),
    E(
        "easypost/karrio_TrackingResponseJSON",
        2,
        "EZ1000000001",
        "info_received",
        "2022-03-11T16:11:58+00:00",
    ),
    E(
        "easypost/test_tracker_all",
        10,
        "9400100208303109500782",
        "info_received",
        "2025-02-07T08:25:46+00:00",
    ),
    E("easypost/test_tracker_create", 2, "EZ1000000001", "info_received", "2025-02-07T08:25:26+00:00"),
    E("easypost/test_tracker_retrieve", 2, "EZ1000000001", "info_received", "2025-02-07T08:25:26+00:00"),
    # Two results of one number, as FedEx answers after a parcel was handed in again: all scans are its scans.
    E("fedex/karrio_DuplicateTrackingResponse", 18, "776094337676", "delivered", "2024-04-26T16:26:00+00:00"),
    E(
        "fedex/karrio_InconsistentDateTimeResponse",
        17,
        "738488882438",
        "delivered",
        "2024-08-20T16:41:57+00:00",
    ),
    E("fedex/karrio_TrackingResponse", 1, "123456789012", "picked_up", "2018-02-02T19:01:00+00:00"),
    # Six scans of the history, and the state on top that none of them tells.
    E("shiprocket/webhook_delivered", 7, "59629792084", "delivered", "2021-07-02T11:11:59+00:00"),
    E("shopify/webhook_fulfillment_events_create", 1, "123456", "in_transit", "2022-01-01T00:00:00+00:00"),
    E("ups/karrio_TrackingResponseJSON", 1, "STRING", "customs", "2021-02-10T07:13:56?"),
    E("ups/track_alert_webhook_1", 1, "1Z204W4R0308071865", "out_for_delivery", "2024-04-23T13:15:19+00:00"),
    E("ups/track_alert_webhook_2", 1, "1Z204W4R0308071865", "delivered", "2024-04-23T13:50:04+00:00"),
]

WITHOUT_A_SCAN = [
    "clickpost/webhook_7",  # a return order: no parcel, hence no tracking number
    "easypost/ex_event_example",
    "easypost/ex_events-retrieve",
    "easypost/ex_post_json_example",  # batch.created
]


def read(name: str) -> Reading:
    return read_all(packs()[name.split("/")[0]], (FIXTURES / f"{name}.json").read_bytes())


def latest(reading: Reading) -> Scan:
    return max(reading.scans, key=lambda scan: scan.sort_at.timestamp() if scan.sort_at else 0)


def instant(scan: Scan) -> str:
    if scan.occurred_at is not None:
        return scan.occurred_at.astimezone(UTC).isoformat()
    return scan.sort_at.isoformat().removesuffix("+00:00") + "?" if scan.sort_at else ""


@pytest.mark.parametrize("expected", PAYLOADS, ids=lambda expected: expected.file)
def test_a_payload_of_the_field_is_read_whole(expected: Expected) -> None:
    reading = read(expected.file)
    last = latest(reading)

    assert reading.problems == []
    assert len(reading.scans) == expected.events
    assert (last.tracking_number, last.status) == (expected.number, expected.latest)
    assert instant(last) == expected.instant


@pytest.mark.parametrize("name", WITHOUT_A_SCAN)
def test_an_event_that_carries_no_scan_is_an_empty_reading(name: str) -> None:
    assert read(name) == Reading([], [])


def test_every_payload_of_our_carriers_is_in_the_list() -> None:
    files = {
        f"{carrier}/{file.stem}"
        for carrier in {expected.file.split("/")[0] for expected in PAYLOADS}
        for file in (FIXTURES / carrier).glob("*.json")
        if not file.stem.endswith(".expected")
    }
    assert files == {expected.file for expected in PAYLOADS} | set(WITHOUT_A_SCAN)


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
