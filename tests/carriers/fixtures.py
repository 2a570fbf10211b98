"""What the payloads hold that carriers sent or documented, by hand from their texts; read in place."""

import json
from datetime import UTC
from typing import NamedTuple

import jmespath

from tests.shared import FOLDER
from wismo.carriers.engine import Reading, read_all
from wismo.carriers.registry import packs
from wismo.vocabulary.status import Scan

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
    # Its summary repeats the one event.
    E("royalmail/karrio_TrackingResponseJSON", 1, "FQ087430672GB", "in_transit", "2016-10-20T09:04:00+00:00"),
    # The sample's time is 123, which is no time of a parcel.
    E("sendcloud/webhook_parcel_status_changed", 1, "3SYZXG132912330", "info_received", ""),
    E("ship24/spec_example_1", 9, "9400115901047177598206", "delivered", "2021-03-04T17:12:57?"),
    E("ship24/spec_example_2", 1, "9400115901047177598206", "delivered", "2025-03-04T17:12:57?"),
    E("ship24/spec_example_3", 9, "9400115901047177598206", "delivered", "2021-03-04T17:12:57?"),
    E("ship24/spec_example_4", 1, "9400115901047177598206", "delivered", "2026-05-20T10:00:00+00:00"),
    # Six scans of the history, and the state on top that none of them tells.
    E("shiprocket/webhook_delivered", 7, "59629792084", "delivered", "2021-07-02T11:11:59+00:00"),
    E("shopify/webhook_fulfillment_events_create", 1, "123456", "in_transit", "2022-01-01T00:00:00+00:00"),
    E("ups/karrio_TrackingResponseJSON", 1, "STRING", "customs", "2021-02-10T07:13:56?"),
    E("ups/track_alert_webhook_1", 1, "1Z204W4R0308071865", "out_for_delivery", "2024-04-23T13:15:19+00:00"),
    E("ups/track_alert_webhook_2", 1, "1Z204W4R0308071865", "delivered", "2024-04-23T13:50:04+00:00"),
    E("usps/karrio_TrackingResponse", 12, "9400109104250532908587", "delivered", "2024-11-22T18:58:40+00:00"),
    E(
        "usps_international/karrio_TrackingResponse",
        12,
        "9400109104250532908587",
        "delivered",
        "2024-11-22T18:58:40+00:00",
    ),
    # Three parcels in one answer; the air carrier's scan of the first is the latest of all.
    E(
        "australiapost/karrio_TrackingResponse",
        27,
        "ET123456789AU",
        "in_transit",
        "2021-02-02T21:08:00+00:00",
    ),
    E(
        "bpost/karrio_TrackingResponse",
        3,
        "323212345659900040669030",
        "delivered",
        "2012-11-23T08:31:07.427000+00:00",
    ),
    # Its last event is the image of a signature, which says nothing of the parcel.
    E(
        "canadapost/karrio_TrackingResponseXml",
        6,
        "7023210039414604",
        "unmapped",
        "2011-02-03T16:59:59+00:00",
    ),
    E("canpar/karrio_TrackingResponseXML", 5, "D999999988030400000008", "delivered", "2011-03-08T09:14:42?"),
    E("chronopost/karrio_TrackingResponse", 9, "89108749065090", "delivered", "2022-06-22T06:30:00+00:00"),
    E("colissimo/karrio_TrackingResponse", 9, "EW112720413FR", "delivered", "2023-03-09T08:38:00+00:00"),
    E("correos/ha_active_sample", 3, "PQ0011223344ES", "out_for_delivery", "2026-04-29T06:46:00+00:00"),
    E("correos/ha_delivered_sample", 4, "PQ9988776655ES", "delivered", "2026-04-29T11:12:42+00:00"),
    E("correos/ha_pickup_sample", 3, "PQ0011223344ES", "available_for_pickup", "2026-04-29T07:30:00+00:00"),
    E("dhl_nl/ha_track_trace", 5, "JX1", "delivered", "2026-06-24T17:23:13+00:00"),
    E("hermes/ha_active_sample", 3, "12345678909999", "out_for_delivery", "2026-04-29T08:46:00+00:00"),
    E("hermes/ha_delivered_sample", 4, "12345678901234", "delivered", "2026-04-29T13:12:42+00:00"),
    E(
        "hermes/ha_dropoff_delivered_sample",
        8,
        "12345678901234",
        "delivered",
        "2026-08-10T08:16:21.025000+00:00",
    ),
    E("hermes/ha_pickup_sample", 4, "12345678909999", "available_for_pickup", "2026-04-29T09:10:00+00:00"),
    E("laposte/karrio_TrackingResponse", 9, "EW112720413FR", "delivered", "2023-03-09T08:38:00+00:00"),
    # Two consignments of one number, as TNT gives numbers out again; a depot's zone is not told.
    E("tnt/karrio_TRACKING_RESPONSE", 16, "123456782", "delivered", "2021-02-18T10:20:00?"),
]

WITHOUT_A_SCAN = [
    "clickpost/webhook_7",  # a return order: no parcel, hence no tracking number
    "easypost/ex_event_example",
    "easypost/ex_events-retrieve",
    "easypost/ex_post_json_example",  # batch.created
]

OF_NO_SHAPE = [
    "dhl_nl/ha_delivered_sample",  # a parcel of the app's inbox, without events
    "dhl_nl/ha_detail_sample",
    "hermes/karrio_TrackingResponse",  # Hermes' service for shippers, which Karrio asks
]


# Where an OpenAPI example holds the payload itself.
INSIDE = {
    "ship24/spec_example_1": '"response-result-tracker".value',
    "ship24/spec_example_2": '"Valid request".value',
    "ship24/spec_example_3": "Success.value",
    "ship24/spec_example_4": "Success.value.webhooks[0].requestBody",
}


# Where a folder has another name than the pack that reads it.
PACK_OF = {
    "australiapost": "australia-post",
    "canadapost": "canada-post",
    "colissimo": "la-poste",
    "dhl_nl": "dhl-nl",
    "hermes": "hermes-de",
    "laposte": "la-poste",
    "royalmail": "royal-mail",
    "usps_international": "usps",
}

# Where the payload was wrapped before it was kept.
WRAPPED = {"canpar/karrio_TrackingResponseXML"}


def read(name: str) -> Reading:
    """What the pack makes of a payload."""
    file = FIXTURES / f"{name}.json"
    body = (file if file.exists() else file.with_suffix(".xml")).read_bytes()
    if name in WRAPPED:
        body = body.strip().removeprefix(b"<wrapper>").removesuffix(b"</wrapper>").strip()
    if name in INSIDE:
        body = json.dumps(jmespath.search(INSIDE[name], json.loads(body))).encode()
    folder = name.split("/")[0]
    return read_all(packs()[PACK_OF.get(folder, folder)], body)


def latest(reading: Reading) -> Scan:
    """The latest scan by its time."""
    return max(reading.scans, key=lambda scan: scan.sort_at.timestamp() if scan.sort_at else 0)


def instant(scan: Scan) -> str:
    """Its instant in UTC; its order alone, with a "?", where its zone is not known."""
    if scan.occurred_at is not None:
        return scan.occurred_at.astimezone(UTC).isoformat()
    return scan.sort_at.isoformat().removesuffix("+00:00") + "?" if scan.sort_at else ""
