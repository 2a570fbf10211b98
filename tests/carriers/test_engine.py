import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.carriers.payloads import delhivery_push, one, read
from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.numbers import clean
from wismo.carriers.registry import packs
from wismo.vocabulary.status import normal_number


def test_a_code_nobody_mapped_keeps_its_words_and_has_no_status() -> None:
    scan = one(
        "delhivery", delhivery_push(StatusType="ZZ", Status="Teleported", Instructions="A code of tomorrow")
    )

    assert scan.status is None
    assert scan.reason is None
    assert (scan.code, scan.text) == ("ZZ|Teleported|X-DDD3FD", "A code of tomorrow")


@pytest.mark.parametrize("source", list(packs()))
def test_no_pack_has_a_row_for_every_code(source: str) -> None:
    assert packs()[source].statuses.find("zz-a-code-of-tomorrow") is None


def test_a_scan_holds_what_the_push_said() -> None:
    scan = one("delhivery", delhivery_push())

    assert (scan.source, scan.carrier, scan.tracking_number) == ("delhivery", "delhivery", "26805710004126")
    assert (scan.status, scan.leg, scan.place) == (
        "out_for_delivery",
        "forward",
        "Pune_Hadapsar_D (Maharashtra)",
    )
    assert scan.occurred_at == datetime(2026, 11, 24, 4, 45, 0, 123000, tzinfo=UTC)
    assert (scan.occurred_raw, scan.tz_source) == ("2026-11-24T10:15:00.123", "carrier_tz")


def test_the_same_scan_told_twice_has_the_same_key_and_another_moment_has_another() -> None:
    first, again = one("delhivery", delhivery_push()), one("delhivery", delhivery_push())
    later = one("delhivery", delhivery_push(StatusDateTime="2026-11-24T10:15:00.124"))

    assert first.key == again.key
    assert len(first.key) == 32
    assert first.key != later.key


def test_the_key_is_the_event_id_where_the_sender_has_a_reliable_one() -> None:
    event = {
        "id": 7001,
        "fulfillment_id": 5001,
        "status": "delivered",
        "happened_at": "2026-11-24T09:00:00-05:00",
    }
    assert one("shopify", event).key == one("shopify", event | {"message": "worded anew"}).key
    assert one("shopify", event).key != one("shopify", event | {"id": 7002}).key


def test_a_bad_scan_costs_only_itself() -> None:
    good = delhivery_push()["Shipment"]
    api = {
        "ShipmentData": [
            {
                "Shipment": {
                    "AWB": "1",
                    "Scans": [{"ScanDetail": {"ScanType": "DL", "Scan": "Delivered"}}, "not a scan"],
                }
            },
            {"Shipment": {"Scans": [{"ScanDetail": {"ScanType": "DL", "Scan": "Delivered"}}]}},
            {"Shipment": good["AWB"]},
        ]
    }
    reading = read("delhivery", api)

    assert [(scan.tracking_number, scan.status) for scan in reading.scans] == [("1", "delivered")]
    assert reading.problems == [
        "track API, parcel 1, scan 2: is not an object",
        "track API, parcel 2, scan 1: no tracking number; it is expected at AWB",
        "track API, parcel 3: is not an object",
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"<xml/>", "not JSON: it begins with <, and delhivery is known to send JSON only"),
        (b'\xef\xbb\xbf {"awb": "\xff"}', "not JSON: 'utf-8' codec can't decode byte 0xff"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"Shipment": ' + b"[" * 900 + b"]" * 900 + b"}", "of no shape delhivery is known to send"),
        (b"\xff\xfe", "not JSON"),
        (b'{"awb":' + b"9" * 5000 + b"}", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"hello": 1}', "scan push, track API"),
        (b"[]", "found list"),
        (b"null", "found NoneType"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(PayloadError, match=why):
        read_all(packs()["delhivery"], body)


def test_what_a_database_refuses_is_taken_out_and_long_words_are_cut() -> None:
    told = {
        "Instructions": "a\x00b \ud800c" + "x" * 600,
        "StatusLocation": "p" * 200,
        "StatusDateTime": "t" * 90,
    }
    scan = one("delhivery", delhivery_push(Status="s" * 200, **told))

    assert scan.text.startswith("ab ?cxxx")
    assert [len(t) for t in (scan.code, scan.text, scan.place, scan.occurred_raw)] == [120, 500, 160, 60]


def test_nan_is_no_value() -> None:
    body = json.dumps(delhivery_push(Instructions=float("nan"))).encode()
    assert read_all(packs()["delhivery"], body).scans[0].text == ""


def of_number(number: object) -> dict[str, Any]:
    """A push about a parcel of that number."""
    return {"Shipment": delhivery_push()["Shipment"] | {"AWB": number}}


def test_a_number_is_written_as_we_compare_it() -> None:
    assert one("delhivery", of_number(" ab-12 34 ")).tracking_number == "AB1234"


def test_a_number_too_long_to_be_one_is_a_problem_and_never_cut_to_another_parcels() -> None:
    reading = read("delhivery", of_number("9" * 5000))
    assert reading.scans == []
    assert reading.problems == [
        "scan push, parcel 1, scan 1: a tracking number of 5000 characters; 80 at most are one"
    ]
    assert one("delhivery", of_number("9" * 80)).tracking_number == "9" * 80


@pytest.mark.parametrize("number", [None, "", " - ", [], {}, {"no": "1"}])
def test_a_scan_of_no_number_is_a_problem(number: object) -> None:
    reading = read("delhivery", of_number(number))
    assert reading.scans == []
    assert reading.problems == ["scan push, parcel 1, scan 1: no tracking number; it is expected at AWB"]


def shipments(*parcels: object) -> tuple[list[str], list[str]]:
    """The scans of parcels posted in the generic shape, as "number status", and the problems."""
    reading = read("generic", {"shipments": parcels})
    return [f"{scan.tracking_number} {scan.status}" for scan in reading.scans], reading.problems


def test_many_parcels_may_each_be_one_event_or_have_several() -> None:
    several = {"tracking_number": "HR-78", "events": [{"status": "picked_up"}, {"status": "delivered"}]}
    scans, problems = shipments({"tracking_number": "HR-77", "status": "picked_up"}, several)
    assert scans == ["HR77 picked_up", "HR78 picked_up", "HR78 delivered"]
    assert problems == []


@pytest.mark.parametrize(
    ("lost", "problem"),
    [
        ({"nope": 1}, "no tracking number and no scans; expected at tracking_number and events"),
        ({"tracking_number": "HR-9", "evnts": [{"status": "held"}]}, "no scans; expected at events"),
        ({"tracking_number": "HR-9", "events": []}, "no scans; expected at events"),
        ({"tracking_number": "", "status": "held"}, "scan 1: no tracking number; it is expected at"),
    ],
)
def test_a_parcel_that_was_posted_and_of_which_nothing_is_read_is_a_problem(
    lost: dict[str, Any], problem: str
) -> None:
    scans, (said,) = shipments({"tracking_number": "HR-77", "status": "picked_up"}, lost)
    assert scans == ["HR77 picked_up"]
    assert said.startswith("several parcels, parcel 2")
    assert problem in said


def test_an_answer_may_say_that_nothing_has_happened_yet_but_not_of_no_parcel() -> None:
    quiet, none = {"tracking_number": "1", "checkpoints": []}, {"nope": 1}
    (problem,) = read("aftership", {"data": {"trackings": [quiet, none]}}).problems
    assert problem == (
        "trackings API, parcel 2: "
        "no tracking number and no scans; expected at tracking_number and checkpoints"
    )


@pytest.mark.parametrize("said", ["ＡＢ１２３４", "ab-12 34", "AB\u201012\u201134", "ＡＢ－１２\u3000３４"])
def test_a_number_in_full_width_is_the_same_number_to_door_and_console(said: str) -> None:
    assert one("delhivery", of_number(said)).tracking_number == normal_number(said) == clean(said) == "AB1234"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "Infinity", "NaN"])
def test_what_is_larger_than_any_number_is_no_tracking_number(number: str) -> None:
    body = json.dumps(of_number("?")).replace('"?"', number).encode()
    (problem,) = read_all(packs()["delhivery"], body).problems
    assert problem == "scan push, parcel 1, scan 1: no tracking number; it is expected at AWB"


@pytest.mark.parametrize(
    "said", ["0000-01-01T00:00:00", "0001-01-01T00:00:00", "2100-01-01T00:00:00", "2199-12-31 23:59:59"]
)
def test_a_scan_of_an_impossible_year_is_kept_without_a_time(said: str) -> None:
    scan = one("delhivery", delhivery_push(StatusDateTime=said))
    assert (scan.occurred_at, scan.sort_at, scan.tz_source) == (None, None, "none")
    assert scan.occurred_raw == said
    assert scan.status == "out_for_delivery"


def test_a_clickpost_event_and_the_latest_status_beside_it_are_both_scans() -> None:
    event = {"clickpost_status_code": 6, "timestamp": "2026-11-24T08:00:00Z", "remark": "Out for delivery"}
    latest = {"clickpost_status_code": 8, "timestamp": "2026-11-24T12:00:00Z", "remark": "Delivered"}
    reading = read(
        "clickpost", {**event, "waybill": "W1", "cp_id": 4, "additional": {"latest_status": latest}}
    )

    assert [(scan.status, scan.carrier) for scan in reading.scans] == [
        ("out_for_delivery", "delhivery"),
        ("delivered", "delhivery"),
    ]


def test_a_reason_the_sender_repeats_after_delivery_is_not_a_reason() -> None:
    event = {"clickpost_status_code": 8, "timestamp": "2026-11-24T08:00:00Z", "waybill": "W1"}
    assert one("clickpost", {**event, "additional": {"ndr_status_code": 1}}).reason is None


@pytest.mark.parametrize(
    ("said", "carrier"),
    [
        ("Delhivery Surface 5 Kg", "delhivery"),
        ("Blue Dart Air", "bluedart"),
        ("Trackon & Sons", "trackon-sons"),
        ("17", "shiprocket-17"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_aggregator_names_the_carrier_and_stays_the_source(said: str | None, carrier: str) -> None:
    scan = one("shiprocket", {"awb": "1", "courier_name": said, "shipment_status_id": 7, "scans": []})
    assert (scan.source, scan.carrier) == ("shiprocket", carrier)


def test_shiprocket_tells_its_present_state_once() -> None:
    scans = [{"date": "2026-11-24 16:41:59", "sr-status": "7", "activity": "Delivered", "location": "Pune"}]
    payload = {"awb": 1, "shipment_status_id": 7, "current_timestamp": "24 11 2026 16:41:59", "scans": scans}
    assert one("shiprocket", payload).place == "Pune"


@pytest.mark.parametrize(
    ("source", "payload", "eta"),
    [
        (
            "ups",
            {"trackingNumber": "1Z", "activityStatus": {}, "scheduledDeliveryDate": "20240423"},
            date(2024, 4, 23),
        ),
        (
            "easypost",
            {"tracking_code": "1", "est_delivery_date": "2024-08-05T00:00:00Z", "tracking_details": [{}]},
            date(2024, 8, 5),
        ),
        (
            "shopify",
            {"fulfillment_id": 1, "estimated_delivery_at": "2026-11-25T23:30:00-08:00"},
            date(2026, 11, 25),
        ),
        ("shopify", {"fulfillment_id": 1, "estimated_delivery_at": "0001-01-01T00:00:00Z"}, None),
        ("shopify", {"fulfillment_id": 1, "estimated_delivery_at": "soon"}, None),
    ],
)
def test_an_estimate_is_the_day_as_written(source: str, payload: dict[str, Any], eta: date | None) -> None:
    assert one(source, payload).eta == eta
