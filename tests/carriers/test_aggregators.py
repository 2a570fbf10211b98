"""Services that read parcels of many carriers: how they are asked, and how they show who they are."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from wismo.carriers.engine import read_all
from wismo.carriers.pack import Poll
from wismo.carriers.polling import (
    Parcel,
    PollError,
    missing,
    poll_request,
    register_request,
    token_of,
    token_request,
)
from wismo.carriers.registry import packs
from wismo.carriers.serving import key_for, serves
from wismo.carriers.signatures import sign, verify

ACCOUNT = {"api_key": "k3y", "username": "halden", "email": "api@halden.example", "password": "p4ss"}


def poll(source: str) -> Poll:
    told = packs()[source].poll
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("source", "key", "asked"),
    [
        ("aftership", "", "/tracking/2026-07/trackings?tracking_numbers=N1 as-api-key k3y"),
        ("clickpost", "4", "/api/v2/track-order/?username=halden&waybill=N1&cp_id=4&key=k3y - -"),
        ("easypost", "", "/v2/trackers?tracking_code=N1 Authorization Basic azN5Og=="),
        ("shipengine", "stamps_com", "/v1/tracking?carrier_code=stamps_com&tracking_number=N1 API-Key k3y"),
        ("shippo", "usps", "/tracks/usps/N1 Authorization ShippoToken k3y"),
        ("trackingmore", "usps", "/v4/trackings/get?tracking_numbers=N1 Tracking-Api-Key k3y"),
    ],
)
def test_a_parcel_is_asked_for_by_its_number(source: str, key: str, asked: str) -> None:
    request = poll_request(poll(source), ACCOUNT, [Parcel("N1", key)])
    path, header, value = asked.split(" ", 2)

    assert (request.method, request.body) == ("GET", b"")
    assert request.url.removeprefix("https://").partition("/")[2] == path[1:]
    assert request.headers.get(header, "-") == value


@pytest.mark.parametrize(
    ("source", "login", "answer", "days"),
    [
        ("shiprocket", "https://apiv2.shiprocket.in/v1/external/auth/login", {"id": 7, "token": "t0k"}, 10),
        ("nimbuspost", "https://api.nimbuspost.com/v1/users/login", {"status": True, "data": "t0k"}, 0.125),
    ],
)
def test_a_login_gives_the_token_to_ask_with(source: str, login: str, answer: Any, days: float) -> None:
    asked = token_request(poll(source), ACCOUNT)
    token = token_of(poll(source), json.dumps(answer).encode())

    assert (asked.method, asked.url, asked.headers["Content-Type"]) == ("POST", login, "application/json")
    assert json.loads(asked.body) == {"email": "api@halden.example", "password": "p4ss"}
    assert (token.text, token.seconds) == ("t0k", days * 86400)
    assert (
        poll_request(poll(source), ACCOUNT, [Parcel("N1")], token.text).headers["Authorization"]
        == "Bearer t0k"
    )


def test_a_login_that_failed_gives_no_token() -> None:
    with pytest.raises(PollError, match="holds no access_token"):
        token_of(poll("nimbuspost"), b'{"status": false, "message": "Invalid credentials"}')


def test_nimbuspost_is_asked_about_many_and_tells_a_state_beside_the_couriers_codes() -> None:
    request = poll_request(poll("nimbuspost"), ACCOUNT, [Parcel("N1"), Parcel("N2")], "t0k")
    step = {
        "status_code": "ZZ",
        "event_time": "2026-11-24 12:30",
        "location": "Delhi",
        "message": "Handed over",
    }
    told = {"data": [{"awb_number": "N1", "status": "delivered", "history": [step]}]}

    assert json.loads(request.body) == {"awb": ["N1", "N2"]}
    scans = read_all(packs()["nimbuspost"], json.dumps(told).encode()).scans
    assert [(scan.code, scan.status, scan.text) for scan in scans] == [
        ("ZZ", None, "Handed over"),
        ("delivered", "delivered", "Handed over"),
    ]


def test_sendcloud_is_asked_by_a_pair_of_keys() -> None:
    request = poll_request(poll("sendcloud"), {"public_key": "pub", "secret_key": "sec"}, [Parcel("N1")])
    assert request.url == "https://panel.sendcloud.sc/api/v2/tracking/N1"
    assert request.headers["Authorization"] == "Basic cHViOnNlYw=="


@pytest.mark.parametrize(
    ("source", "carrier", "key"),
    [
        ("sendcloud", "dhl-express", "dhl_express"),  # the pack's own exact name
        ("easypost", "ups", "UPS"),  # the directory's comes first
        ("easypost", "delhivery", ""),
        ("shiprocket", "delhivery", ""),  # a wildcard names nobody
    ],
)
def test_a_carrier_is_called_by_what_the_source_calls_it(source: str, carrier: str, key: str) -> None:
    assert key_for(packs()[source], carrier) == key


@pytest.mark.parametrize(
    ("source", "carrier", "served"),
    [
        ("shiprocket", "delhivery", True),  # asked by the number alone: a wildcard is enough
        ("shiprocket", "usps", False),
        ("nimbuspost", "xpressbees", True),
        ("sendcloud", "royal-mail", True),
        ("shippo", "usps", True),
        ("shippo", "delhivery", False),  # asked by the carrier, whose name is not known
        ("ups", "ups", True),
        ("ups", "usps", False),
        ("hermes-de", "hermes", True),  # another id it goes by
        ("shopify", "ups", False),  # is not asked at all
    ],
)
def test_a_source_is_asked_about_the_carriers_it_reads(source: str, carrier: str, served: bool) -> None:  # noqa: FBT001
    assert serves(packs()[source], carrier) is served


@pytest.mark.parametrize(
    ("source", "said", "carrier"),
    [
        ("easypost", "UPSDAP", "ups"),
        ("easypost", "UPSMailInnovations", "ups-mail-innovations"),
        ("easypost", "DHLExpress", "dhl-express"),
        ("easypost", "DHLPaket", "dhlpaket"),  # of no carrier we know: its name, and not DHL Express
        ("aftership", "ups-freight", "ups-freight"),
        ("aftership", "dhl", "dhl-express"),
    ],
)
def test_a_name_that_only_begins_like_a_carriers_is_another_carriers(
    source: str, said: str, carrier: str
) -> None:
    told = {
        "easypost": {"tracking_code": "N1", "carrier": said, "tracking_details": [{}]},
        "aftership": {"event": "x", "msg": {"tracking_number": "N1", "slug": said, "checkpoints": [{}]}},
    }
    (scan,) = read_all(packs()[source], json.dumps(told[source]).encode()).scans
    assert scan.carrier == carrier


@pytest.mark.parametrize(
    ("source", "header", "body"),
    [
        ("17track", "17token", [{"number": "N1", "carrier": 3011}, {"number": "N2"}]),
        ("ship24", "Authorization", {"trackingNumber": "N1", "courierCode": "3011"}),
    ],
)
def test_a_service_that_is_asked_by_a_post_gets_the_carrier_where_it_is_known(
    source: str, header: str, body: Any
) -> None:
    parcels = [Parcel("N1", "3011"), Parcel("N2")][: poll(source).ask.batch]
    request = poll_request(poll(source), ACCOUNT, parcels)

    assert (request.method, header in request.headers) == ("POST", True)
    assert json.loads(request.body) == body


@pytest.mark.parametrize(
    ("source", "batch", "body"),
    [
        ("17track", 40, [{"number": "N1", "carrier": 7}]),
        ("aftership", 1, {"tracking_number": "N1", "slug": "7"}),
        ("easypost", 1, {"tracker": {"tracking_code": "N1", "carrier": "7"}}),
        ("trackingmore", 40, [{"tracking_number": "N1", "courier_code": "7"}]),
    ],
)
def test_a_number_is_made_known_before_the_first_question(source: str, batch: int, body: Any) -> None:
    told = poll(source)
    assert told.register is not None
    assert told.register.batch == batch
    assert json.loads(register_request(told, ACCOUNT, [Parcel("N1", "7")]).body) == body


@pytest.mark.parametrize("source", ["clickpost", "shipengine", "shippo", "trackingmore"])
def test_a_service_that_asks_by_carrier_is_not_asked_without_one(source: str) -> None:
    assert missing(poll(source), ACCOUNT, Parcel("N1")) == ["carrier_key"]


def test_17track_hashes_the_body_and_the_key() -> None:
    body = b'{"event":"TRACKING_STOPPED","data":{"number":"1","carrier":3011,"tag":null}}'
    proof = {"sign": hashlib.sha256(body + b"/123456ABCDEF").hexdigest()}

    assert verify(packs()["17track"], "123456ABCDEF", proof, body)
    assert not verify(packs()["17track"], "123456ABCDEF", proof, body + b" ")


def test_trackingmore_signs_the_time_as_its_documentation_computes_it() -> None:
    proof = "a37084ab68ae16b77db1f8463f31be9fcc965e2515e03efecf8139bb1e511b06"
    headers = {"signature": proof, "timestamp": "1662371528"}
    secret = "2e55b9a3-4dd1-4416-9897-c4bd1e3d738f"

    assert verify(packs()["trackingmore"], secret, headers, b"{}")
    assert not verify(packs()["trackingmore"], secret, headers | {"timestamp": "1662371529"}, b"{}")


def test_the_bearer_of_the_secret_is_ship24_or_a_sender_of_the_generic_shape() -> None:
    for source in ("ship24", "generic"):
        assert sign(packs()[source], "s3cret", b"{}") == {"authorization": "Bearer s3cret"}


def test_shippo_shows_the_secret_in_the_address() -> None:
    assert verify(packs()["shippo"], "s3cret", {}, b"{}", {"token": "s3cret"})
    assert not verify(packs()["shippo"], "s3cret", {}, b"{}", {"token": "another"})
    assert not verify(packs()["shippo"], "s3cret", {}, b"{}")


def test_shipengine_signs_the_time_and_the_body_by_the_key_it_names() -> None:
    mine, other = (generate_private_key(65537, 2048) for _ in range(2))
    jwks = json.dumps({"keys": [public(other, "old"), public(mine, "new")]})
    signature = base64.b64encode(mine.sign(b"2026-11-24T10:00:00Z.{}", PKCS1v15(), SHA256())).decode()
    headers = {
        "x-shipengine-rsa-sha256-signature": signature,
        "x-shipengine-rsa-sha256-key-id": "new",
        "x-shipengine-timestamp": "2026-11-24T10:00:00Z",
    }
    pack = packs()["shipengine"]

    assert verify(pack, jwks, headers, b"{}")
    assert not verify(pack, jwks, headers, b"{ }")
    assert not verify(pack, jwks, headers | {"x-shipengine-rsa-sha256-key-id": "old"}, b"{}")


def public(key: RSAPrivateKey, name: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": name, "n": unpadded(numbers.n), "e": unpadded(numbers.e)}


def unpadded(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")
