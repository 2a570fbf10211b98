"""What the words of services that read parcels of many carriers mean, and of the shape we ask senders for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.carriers.payloads import one, read
from wismo.carriers.engine import Reading
from wismo.tracking.rules.state import state_of
from wismo.tracking.rules.summary import summary_of
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status


@pytest.mark.parametrize(
    ("source", "payload"),
    [
        ("17track", {"event": "TRACKING_STOPPED", "data": {"number": "1", "carrier": 3011, "tag": ""}}),
        ("shippo", {"event": "transaction_created", "data": {"tracking_number": "1", "status": "SUCCESS"}}),
        (
            "shipengine",
            {"resource_type": "API_BATCH", "resource_url": "https://api.shipengine.com/v1/batches/1"},
        ),
        ("clickpost", {"waybill": "", "clickpost_status_code": 101, "additional": {"is_rvp": False}}),
        ("17track", {"code": 0, "data": {"accepted": [], "rejected": [{"number": "1"}]}}),
        ("shipengine", {"tracking_number": "1", "status_code": "UN", "events": []}),
        ("easypost", {"trackers": [], "has_more": False}),
        ("trackingmore", {"meta": {"code": 200}, "data": []}),
        (
            "ship24",
            {"data": {"trackings": [{"tracker": {"trackingNumber": "1"}, "shipment": None, "events": []}]}},
        ),
    ],
)
def test_what_tells_nothing_of_a_parcel_is_read_as_nothing(source: str, payload: dict[str, Any]) -> None:
    assert read(source, payload) == Reading([], [])


def scan17(sub_status: str | None, time_utc: str, **more: Any) -> dict[str, Any]:
    return {"sub_status": sub_status, "time_iso": time_utc, "time_utc": time_utc, "description": "", **more}


def push17(*scans: dict[str, Any], latest: str = "InTransit") -> dict[str, Any]:
    info = {
        "latest_status": {"status": latest, "sub_status": f"{latest}_Other"},
        "latest_event": scans[0],
        "tracking": {"providers": [{"events": list(scans)}]},
    }
    return {"event": "TRACKING_UPDATED", "data": {"number": "1", "carrier": 3011, "track_info": info}}


def test_17track_says_only_on_top_that_a_parcel_expired() -> None:
    departed = scan17("InTransit_Departure", "2026-10-01T22:30:00Z")
    scans = read("17track", push17(departed, latest="Expired")).scans

    assert [scan.status for scan in scans] == ["in_transit", "expired"]
    assert state_of(summary_of(scans)).status == "expired"
    assert [scan.status for scan in read("17track", push17(departed)).scans] == ["in_transit"]


def test_a_17track_time_has_the_true_offset() -> None:
    event = scan17("InTransit_Other", "2026-11-24T13:10:00Z", time_iso="2026-11-24T07:10:00-06:00")
    scan = one("17track", push17(event))

    assert scan.occurred_at == datetime(2026, 11, 24, 13, 10, tzinfo=UTC)
    assert scan.occurred_at.utcoffset() == timedelta(hours=-6)


@pytest.mark.parametrize(
    ("country", "occurred_at", "tz_source"),
    [
        ("KR", datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "facility_tz"),
        ("US", None, "unknown"),
        (None, datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "carrier_tz"),
    ],
)
def test_a_trackingmore_time_is_an_instant_where_its_country_or_carrier_has_one_zone(
    country: str | None, occurred_at: datetime | None, tz_source: str
) -> None:
    checkpoint = {
        "checkpoint_date": "2026-11-24 10:00",
        "checkpoint_delivery_status": "transit",
        "country_iso2": country,
    }
    tracking = {
        "tracking_number": "1",
        "courier_code": "korea-post",
        "origin_info": {"trackinfo": [checkpoint]},
    }
    scan = one("trackingmore", {"data": tracking})
    assert (scan.occurred_at, scan.tz_source) == (occurred_at, tz_source)


def test_a_shippo_estimate_at_midnight_is_a_day_and_its_time_is_in_utc() -> None:
    event = {"status": "TRANSIT", "status_date": "2026-11-24T10:00:00Z", "status_details": "Moving"}
    scan = one("shippo", {"tracking_number": "1", "eta": "2026-11-26T00:00:00Z", "tracking_history": [event]})
    assert (str(scan.eta), str(scan.occurred_at)) == ("2026-11-26", "2026-11-24 10:00:00+00:00")


def test_a_ship24_event_told_by_a_push_and_by_an_answer_is_one_scan() -> None:
    tracking = {
        "tracker": {"trackingNumber": "1"},
        "events": [{"eventId": "e1", "statusCode": "delivery_delivered"}],
    }
    pushed, answered = (
        one("ship24", {"trackings": [tracking]}),
        one("ship24", {"data": {"trackings": [tracking]}}),
    )
    assert pushed.key == answered.key


# What each says of a parcel that went back, and then of its arrival at the merchant.
BACK, ARRIVED = "2026-11-25T10:00:00Z", "2026-11-27T10:00:00Z"
WENT_BACK: dict[str, Any] = {
    "17track": push17(scan17("Delivered_Other", ARRIVED), scan17("Exception_Returning", BACK)),
    "ship24": {"trackings": [{
        "tracker": {"trackingNumber": "1"},
        "events": [
            {"eventId": "e2", "statusCode": "delivery_delivered", "occurrenceDatetime": ARRIVED},
            {"eventId": "e1", "statusCode": "exception_return", "occurrenceDatetime": BACK},
        ],
    }]},
    "shippo": {"tracking_number": "1", "tracking_history": [
        {"status": "RETURNED", "status_date": BACK},
        {"status": "DELIVERED", "status_date": ARRIVED},
    ]},
    "trackingmore": {"data": [{"tracking_number": "1", "origin_info": {"trackinfo": [
        {"checkpoint_delivery_substatus": "delivered001", "checkpoint_date": ARRIVED},
        {"checkpoint_delivery_substatus": "exception011", "checkpoint_date": BACK},
    ]}}]},
    "shipengine": {"tracking_number": "1", "events": [
        {"status_code": "DE", "occurred_at": ARRIVED},
        {"status_detail_code": "RETURN_TO_SENDER", "occurred_at": BACK},
    ]},
    "generic": {"tracking_number": "1", "events": [
        {"status": "in_transit", "leg": "rto", "occurred_at": BACK},
        {"status": "delivered", "occurred_at": ARRIVED},
    ]},
}  # fmt: skip


@pytest.mark.parametrize("source", list(WENT_BACK))
def test_a_parcel_delivered_after_it_turned_back_is_with_the_merchant(source: str) -> None:
    state = state_of(summary_of(read(source, WENT_BACK[source]).scans))

    assert (state.status, state.leg) == ("returned", "rto")
    assert Milestone.DELIVERED not in state.milestones


SAID = [(status, leg) for status in Status for leg in Leg if (status, leg) != (Status.RETURNED, Leg.EXCHANGE)]


@pytest.mark.parametrize(("status", "leg"), SAID)
def test_a_generic_sender_says_our_own_words(status: Status, leg: Leg) -> None:
    event = {"status": status, "leg": leg, "occurred_at": "2026-11-24T10:00:00Z"}
    scan = one("generic", {"tracking_number": "HR-1", "events": [event]})

    arrived_back = status is Status.DELIVERED and leg in TO_MERCHANT
    assert scan.status == (Status.RETURNED if arrived_back else status)
    assert scan.leg == (Leg.RTO if (status, leg) == (Status.RETURNED, Leg.FORWARD) else leg)


@pytest.mark.parametrize("reason", list(Reason))
def test_a_generic_sender_says_our_own_reasons(reason: Reason) -> None:
    event = {"status": "failed_attempt", "reason": reason, "occurred_at": "2026-11-24T10:00:00+01:00"}
    assert one("generic", {"tracking_number": "HR-1", "events": [event]}).reason == reason


def test_a_word_that_is_not_ours_is_kept_and_has_no_status() -> None:
    for event in (
        {"status": "on_its_way"},
        {"status": "Delivered"},
        {"status": "delivered", "leg": "homewards"},
        {},
    ):
        scan = one("generic", {"tracking_number": "HR-1", "events": [event]})
        assert (scan.status, scan.code.split("|")[0]) == (None, event.get("status", ""))
