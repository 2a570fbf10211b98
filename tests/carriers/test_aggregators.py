"""Services that read parcels of many carriers: how they are asked, and how they show who they are."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from wismo.carriers.pack import Poll
from wismo.carriers.polling import Parcel, missing, poll_request, register_request
from wismo.carriers.registry import packs
from wismo.carriers.signatures import sign, verify

ACCOUNT = {"api_key": "k3y", "api_token": "t0ken", "username": "halden"}


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
        ("shiprocket", "", "/v1/external/courier/track/awb/N1 Authorization Bearer t0ken"),
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
