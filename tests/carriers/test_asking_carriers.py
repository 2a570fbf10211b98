"""The carriers we ask ourselves: each request, the answer that means "not yet", and the true instants."""

import json
from datetime import UTC
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest

from tests.carriers.samples_of import SAMPLES
from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.pack import Poll
from wismo.carriers.polling import Parcel, Request, is_absent, poll_request, token_request
from wismo.carriers.registry import packs


def poll_of(source: str) -> Poll:
    """How a source is asked."""
    poll = packs()[source].poll
    assert poll is not None
    return poll


def asked(source: str, *numbers: str) -> Request:
    """The request about these numbers, of an account whose every value is its name."""
    poll = poll_of(source)
    return poll_request(poll, {name: name for name in poll.account}, list(map(Parcel, numbers)), "t0k")


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("australia-post", "https://digitalapi.auspost.com.au/shipping/v1/track?tracking_ids=A1,B2"),
        ("bluedart", "https://api.bluedart.com/servlet/RoutingServlet?handler=tnt&action=custawbquery"
            "&loginid=login_id&awb=awb&numbers=A1,B2&format=xml&lickey=licence_key&verno=1.3&scan=1"),
        ("delhivery", "https://track.delhivery.com/api/v1/packages/json/?waybill=A1,B2"),
        ("gls", "https://api.gls-group.net/track-and-trace-v1/tracking/simple/trackids/A1,B2"),
        ("la-poste", "https://api.laposte.fr/suivi/v2/idships/A1,B2?lang=fr_FR"),
    ],
)  # fmt: skip
def test_several_parcels_are_asked_about_at_once(source: str, url: str) -> None:
    assert unquote(asked(source, "A1", "B2").url) == url


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("bpost", "https://api.parcel.bpost.cloud/services/trackedmail/item/A1/trackingInfo"),
        ("bring", "https://api.bring.com/tracking/api/v2/tracking.json?q=A1&lang=en"),
        ("canada-post", "https://soa-gw.canadapost.ca/vis/track/pin/A1/detail"),
        ("correos", "https://localizador.correos.es/canonico/eventos_envio_servicio_auth/A1"
            "?codIdioma=ES&indUltEvento=N"),
        ("lotte", "https://ftr.alps.llogis.com:18260/openapi/ftr/getCustomerInvTracking?invNo=A1"),
        ("sagawa", "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=A1"),
        ("dhl-nl", "https://api-gw.dhlparcel.nl/track-trace?key=A1"),
        ("hermes-de", "https://api.my-deliveries.de/tnt/v2/shipments/search/A1"),
        ("inpost", "https://api-shipx-pl.easypack24.net/v1/tracking/A1"),
        ("japan-post", "https://trackings.post.japanpost.jp/services/srv/search/direct"
            "?reqCodeNo1=A1&searchKind=S002&locale=ja"),
        ("korea-post", "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1=A1"),
        ("postnl", "https://api.postnl.nl/shipment/v2/status/barcode/A1?detail=true&language=EN"),
        ("postnord", "https://api2.postnord.com/rest/shipment/v5/trackandtrace/findByIdentifier.json"
            "?id=A1&locale=en&apikey=api_key"),
        ("ups", "https://onlinetools.ups.com/api/track/v1/details/A1?locale=en_US"),
    ],
)  # fmt: skip
def test_one_parcel_is_asked_about_by_its_address(source: str, url: str) -> None:
    assert asked(source, "A1").url == url


def test_aramex_and_nova_post_are_asked_by_a_list_in_json() -> None:
    aramex, nova_post = (json.loads(asked(source, "A1", "B2").body) for source in ("aramex", "nova-post"))

    assert (aramex["Shipments"], aramex["ClientInfo"]["Source"]) == (["A1", "B2"], 24)
    assert aramex["ClientInfo"]["AccountCountryCode"] == "account_country"
    assert nova_post["methodProperties"]["Documents"] == [
        {"DocumentNumber": "A1", "Phone": ""},
        {"DocumentNumber": "B2", "Phone": ""},
    ]


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("cj-logistics", {"wblNo": ["A1"]}),
        ("hanjin", {"wblnum": ["A1"], "mCode": ["MN038"], "schLang": ["KR"]}),
    ],
)
def test_some_pages_are_asked_by_a_form(source: str, form: dict[str, list[str]]) -> None:
    request = asked(source, "A1")
    assert (request.method, parse_qs(request.body.decode())) == ("POST", form)


def test_dtdc_is_asked_by_a_token_and_json() -> None:
    request = asked("dtdc", "A1")
    assert (request.method, request.headers["X-Access-Token"]) == ("POST", "access_token")
    assert json.loads(request.body) == {"trkType": "cnno", "strcnno": "A1", "addtnlDtl": "Y"}


def test_tnt_is_asked_by_a_document_in_a_form() -> None:
    (document,) = parse_qs(asked("tnt", "A1").body.decode())["xml_in"]
    assert 'originCountry="origin_country"><ConsignmentNumber>A1</ConsignmentNumber>' in document


@pytest.mark.parametrize(
    ("source", "kind", "part"),
    [
        ("canpar", "application/soap+xml; charset=utf-8", b"<xsd:barcode>A1</xsd:barcode>"),
        ("chronopost", "text/xml; charset=utf-8", b"<skybillNumber>A1</skybillNumber>"),
    ],
)
def test_soap_services_are_asked_by_an_envelope(source: str, kind: str, part: bytes) -> None:
    request = asked(source, "A1")
    assert (request.method, request.headers["Content-Type"]) == ("POST", kind)
    assert part in request.body


@pytest.mark.parametrize(
    ("source", "header", "value"),
    [
        ("australia-post", "Account-Number", "account_number"),
        ("bring", "X-Bring-Client-URL", "site"),
        ("delhivery", "Authorization", "Token api_token"),
        ("gls", "Authorization", "Bearer t0k"),
        ("la-poste", "X-Okapi-Key", "okapi_key"),
        ("postnl", "apikey", "api_key"),
        ("ups", "Authorization", "Bearer t0k"),
    ],
)
def test_each_is_shown_who_asks_in_its_own_header(source: str, header: str, value: str) -> None:
    assert asked(source, "A1").headers[header] == value


@pytest.mark.parametrize("source", ["gls", "ups"])
def test_a_token_is_asked_for_with_user_and_password(source: str) -> None:
    request = token_request(poll_of(source), {"client_id": "me", "client_secret": "s3cret"})
    assert (request.body, request.headers["Authorization"]) == (
        b"grant_type=client_credentials",
        "Basic bWU6czNjcmV0",
    )


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("aramex", b'{"HasErrors": false, "TrackingResults": [], "NonExistingWaybills": ["A1"]}'),
        ("australia-post", b'{"tracking_results": [{"tracking_id": "A1", "errors": [{"code": "x"}]}]}'),
        ("cj-logistics", b'{"resultCode": 200, "data": {"svcOutList": []}}'),
        ("hanjin", "<html><div>운송장이 등록되지 않았습니다.</div></html>".encode()),
        ("japan-post", "<!DOCTYPE html><p>お問い合わせ番号が見つかりません。</p>".encode()),
        ("lotte", b'{"errorCd": "0", "tracking": []}'),
        ("sagawa", "<!DOCTYPE html><td>お荷物データが登録されておりません。</td>".encode()),
        ("correos", b'[{"codEnvio": "A1", "error": {"codError": "1"}, "eventos": null}]'),
        ("delhivery", b'{"Success": false, "Error": "Data does not exists for provided Waybill(s)"}'),
        ("dhl-nl", b"[]"),
        ("dtdc", b'{"statusFlag": false, "status": "FAILED"}'),
        ("hermes-de", b"[]"),
        ("nova-post", b'{"success": true, "data": [{"Number": "A1", "StatusCode": "3"}]}'),
        ("postnl", b'{"CurrentStatus": {}, "Warnings": [{"Code": "2"}]}'),
        ("postnord", b'{"TrackingInformationResponse": {"compositeFault": {"faults": [{}]}}}'),
        ("tnt", b"<TrackResponse><Consignment><ConsignmentNumber>A1</ConsignmentNumber>"
            b"<SummaryCode>CNF</SummaryCode></Consignment></TrackResponse>"),
        ("ups", b'{"trackResponse": {"shipment": [{"warnings": [{"code": "TW0001"}]}]}}'),
    ],
)  # fmt: skip
def test_a_parcel_that_is_not_known_yet_is_silence(source: str, answer: bytes) -> None:
    assert is_absent(poll_of(source), 200, answer)


@pytest.mark.parametrize("source", ["bpost", "bring", "canada-post", "gls", "inpost", "la-poste", "ups"])
def test_some_say_it_by_the_status(source: str) -> None:
    absent = {status for status in (401, 404, 429, 500) if is_absent(poll_of(source), status, b"{}")}
    assert absent == ({404} if source != "gls" else set())


@pytest.mark.parametrize(
    "file",
    [
        file
        for source, pack in packs().items()
        if pack.poll and pack.kind == "carrier"
        for file in sorted((SAMPLES / source).glob("poll-*"))
    ],
    ids=lambda file: f"{file.parent.name}/{file.stem}",
)
def test_an_answer_with_scans_is_no_silence(file: Path) -> None:
    assert not is_absent(poll_of(file.parent.name), 200, file.read_bytes())


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("aramex", b'{"HasErrors": true, "TrackingResults": [], "Notifications": [{"Code": "ERR01"}]}'),
        ("bluedart", b"<ShipmentData><Error>Invalid licence key</Error></ShipmentData>"),
        ("nova-post", b'{"success": false, "data": [], "errors": ["API key expired"]}'),
    ],
)
def test_a_refusal_that_comes_as_success_is_not_taken_for_an_answer(source: str, answer: bytes) -> None:
    assert not is_absent(poll_of(source), 200, answer)
    with pytest.raises(PayloadError):
        read_all(packs()[source], answer)


@pytest.mark.parametrize(
    ("sample", "instant", "known_by"),
    [
        ("aramex/poll-signed-for--delivered.json", "2026-11-25T16:00:00+00:00", "offset"),
        ("australia-post/poll-two-parcels-of-two-zones--delivered.json",
            "2026-11-25T01:01:20+00:00", "offset"),
        ("bluedart/poll-signed-for--delivered.xml", "2026-11-26T07:11:00+00:00", "carrier_tz"),
        ("canada-post/poll-one-event-in-newfoundland--in_transit.xml",
            "2026-11-24T20:35:10+00:00", "offset"),
        ("canada-post/poll-from-west-to-east--delivered.xml", "2026-11-25T16:20:31+00:00", "offset"),
        ("correos/poll-to-the-door--delivered.json", "2026-06-25T10:02:10+00:00", "carrier_tz"),
        ("dhl-nl/poll-to-the-door--delivered.json", "2026-06-25T11:30:00+00:00", "offset"),
        ("dtdc/poll-signed-for--delivered.json", "2026-11-26T07:35:00+00:00", "carrier_tz"),
        ("gls/poll-two-parcels--delivered.json", "2026-11-25T13:42:10+00:00", "offset"),
        ("japan-post/poll-to-the-door--delivered.html", "2026-11-25T02:42:00+00:00", "carrier_tz"),
        ("korea-post/poll-to-the-door--delivered.html", "2026-11-25T04:05:00+00:00", "carrier_tz"),
        ("la-poste/poll-in-reunion--delivered.json", "2026-11-25T06:35:00+00:00", "offset"),
        ("nova-post/poll-two-and-one-unknown--delivered.json", "2026-11-25T15:44:00+00:00", "carrier_tz"),
        ("postnl/poll-at-the-door--delivered.json", "2026-11-25T12:44:09+00:00", "carrier_tz"),
        ("postnl/poll-not-delivered--failed_attempt.json", "2026-06-25T12:02:00+00:00", "carrier_tz"),
        ("postnord/poll-through-two-countries--in_transit.json",
            "2026-11-25T04:30:00+00:00", "facility_tz"),
        ("ups/poll-left-the-hub--in_transit.json", "2026-11-25T03:55:00+00:00", "utc_field"),
        ("ups/poll-offset-without-gmt--delivered.json", "2026-11-25T19:12:09+00:00", "offset"),
    ],
)  # fmt: skip
def test_the_latest_scan_is_at_its_true_instant(sample: str, instant: str, known_by: str) -> None:
    source = sample.split("/")[0]
    scans = read_all(packs()[source], (SAMPLES / sample).read_bytes()).scans
    at, tz_source = max((scan.occurred_at, scan.tz_source) for scan in scans if scan.occurred_at)
    assert (at.astimezone(UTC).isoformat(), tz_source) == (instant, known_by)


@pytest.mark.parametrize(
    "sample",
    [
        "canada-post/poll-signature-image-of-a-zone-unlisted--unmapped.xml",
        "canpar/poll-nobody-home--failed_attempt.xml",
        "tnt/poll-nobody-in--failed_attempt.xml",
    ],
)
def test_a_time_whose_zone_nobody_tells_is_no_instant(sample: str) -> None:
    (scan,) = read_all(packs()[sample.split("/")[0]], (SAMPLES / sample).read_bytes()).scans
    assert (scan.occurred_at, scan.tz_source) == (None, "unknown")
    assert scan.sort_at is not None


PAGES = ("cj-logistics", "hanjin", "hermes-de", "japan-post", "korea-post", "lotte", "sagawa")


def test_pages_made_for_people_are_asked_every_five_seconds_at_most() -> None:
    pages = {source: poll_of(source).rate.per_second for source in PAGES}
    assert pages == dict.fromkeys(PAGES, 0.2)
