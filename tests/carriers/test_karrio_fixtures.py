"""Answers of carriers, as Karrio's own tests hold them, read in place: number, status, true instant."""

from datetime import UTC
from typing import NamedTuple

import pytest

from tests.carriers.test_karrio_samples import CONNECTORS, latest
from tests.shared import FOLDER, needs_shared
from wismo.carriers.engine import read_all
from wismo.carriers.karrio.connectors import PREFIX
from wismo.carriers.registry import karrio_packs
from wismo.vocabulary.status import Scan

pytestmark = needs_shared
FIXTURES = FOLDER / "carriers" / "fixtures"


class Parcel(NamedTuple):
    """A parcel in a payload, by hand from its text. `instant` is in UTC; "?" marks an unknown zone."""

    file: str
    number: str
    scans: int
    latest: str
    instant: str


P = Parcel
PARCELS = [
    P("australiapost/karrio_TrackingResponse.json", "ET123456789AU", 8, "in_transit", "2021-02-02T21:08:00"),
    P("australiapost/karrio_TrackingResponse.json", "LX123456789US", 9, "delivered", "2021-01-21T00:04:27"),
    P("australiapost/karrio_TrackingResponse.json", "00123456789000123400", 10, "delivered",
      "2021-02-01T20:38:56"),
    P("bpost/karrio_TrackingResponse.xml", "323212345659900040669030", 3, "delivered",
      "2012-11-23T08:31:07.427000"),
    # Its last event is a signature that was recorded, which says nothing of where the parcel is.
    P("canadapost/karrio_TrackingResponseXml.xml", "7023210039414604", 6, "unmapped", "2011-02-03T16:59:59"),
    P("chronopost/karrio_TrackingResponse.xml", "89108749065090", 9, "delivered", "2022-06-22T06:30:00"),
    P("dhl_express/karrio_IntransitTrackingResponseXML.xml", "9053283201", 1, "picked_up",
      "2021-05-05T09:42:00?"),
    P("dhl_express/karrio_TrackingResponseXML.xml", "3180831640", 16, "delivered", "2009-08-31T10:09:00?"),
    P("dhl_express/karrio_TrackingResponseXML.xml", "7740842550", 1, "picked_up", "2009-08-26T10:00:00?"),
    P("dhl_express/karrio_TrackingResponseXML.xml", "1815115363", 2, "unmapped", "2009-08-14T02:19:50?"),
    P("fedex/karrio_DuplicateTrackingResponse.json", "776094337676", 18, "delivered", "2024-04-26T16:26:00"),
    P("fedex/karrio_InconsistentDateTimeResponse.json", "738488882438", 17, "delivered",
      "2024-08-20T16:41:57"),
    P("fedex/karrio_TrackingResponse.json", "123456789012", 1, "picked_up", "2018-02-02T19:01:00"),
    P("hermes/karrio_TrackingResponse.json", "H1234567890123456789", 4, "delivered", "2024-01-20T13:30:00"),
    P("laposte/karrio_TrackingResponse.json", "EW112720413FR", 9, "delivered", "2023-03-09T08:38:00"),
    P("seko/karrio_TrackingResponse.json", "999880931315", 10, "delivered", "2024-12-24T13:31:47?"),
    P("seko/karrio_TrackingResponse2.json", "DG30754101650", 2, "info_received", "2024-10-25T11:28:49?"),
    P("seko/karrio_TrackingResponse2.json", "DG30754101664", 2, "info_received", "2024-10-25T11:56:30?"),
    P("seko/karrio_TrackingResponse2.json", "DG30754101665", 2, "info_received", "2024-10-25T11:57:25?"),
    P("seko/karrio_TrackingResponse2.json", "DG30754101666", 2, "info_received", "2024-10-25T12:02:20?"),
    P("smartkargo/karrio_DotNetTicksTrackingResponse.json", "YOGI045", 1, "in_transit",
      "2026-04-17T23:43:17.657114?"),
    P("smartkargo/karrio_PartnerTrackingResponse.json", "TESTPKG001", 2, "in_transit", "2024-03-15T14:30:00"),
    P("smartkargo/karrio_TrackingResponse.json", "YOGI045", 2, "delivered", "2021-01-26T14:30:00?"),
    P("teleship/karrio_TrackingResponse.json", "TELESHIP12345678901", 5, "in_transit", "2025-01-18T08:00:00"),
    P("ups/karrio_TrackingResponseJSON.json", "STRING", 1, "customs", "2021-02-10T07:13:56?"),
    P("usps/karrio_TrackingResponse.json", "9400109104250532908587", 12, "delivered", "2024-11-22T18:58:40"),
    P("usps_international/karrio_TrackingResponse.json", "9400109104250532908587", 12, "delivered",
      "2024-11-22T18:58:40"),
]  # fmt: skip


def instant(scan: Scan) -> str:
    if scan.occurred_at is not None:
        return scan.occurred_at.astimezone(UTC).isoformat().removesuffix("+00:00")
    return scan.sort_at.isoformat().removesuffix("+00:00") + "?" if scan.sort_at else ""


@pytest.mark.parametrize("parcel", PARCELS, ids=lambda parcel: f"{parcel.file}-{parcel.number}")
def test_a_parcel_of_the_field_is_read_whole(parcel: Parcel) -> None:
    source = PREFIX + parcel.file.split("/")[0].replace("_", "-")

    reading = read_all(karrio_packs()[source], (FIXTURES / parcel.file).read_bytes())

    assert reading.problems == []
    scans = [scan for scan in reading.scans if scan.tracking_number == parcel.number]
    last = latest(scans)
    assert (len(scans), last.status or "unmapped", instant(last)) == (
        parcel.scans,
        parcel.latest,
        parcel.instant,
    )


def test_every_answer_of_a_connector_is_in_the_list() -> None:
    files = {
        str(file.relative_to(FIXTURES))
        for name in CONNECTORS
        for file in (FIXTURES / name.replace("-", "_")).glob("karrio_*")
        if ".expected" not in file.name
    }
    assert files == {parcel.file for parcel in PARCELS}
