import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wismo.carriers.loading import load_pack
from wismo.carriers.pack import AuthKind, Over, Pack
from wismo.carriers.registry import packs
from wismo.carriers.signatures import relevant_headers, sign, verify

BODY = b'{"id":"evt_1","object":"Event"}'
SECRET = "sécret"  # é as one character, which NFKD takes apart
KEY = b"s\xc3\xa9cret"
TIME = "1764000000"
PUSHING = [source for source, pack in packs().items() if pack.auth]


def base64_hmac(signed: bytes = BODY) -> str:
    return base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()


KNOWN = {
    "aftership": ("aftership-hmac-sha256", base64_hmac()),
    "clickpost": ("webhook_key", SECRET),
    "delhivery": ("x-api-key", SECRET),
    "easypost": (
        "x-hmac-signature",
        "hmac-sha256-hex=" + hmac.new(b"se\xcc\x81cret", BODY, hashlib.sha256).hexdigest(),
    ),
    "fedex": ("fdx-signature", base64_hmac()),
    "shiprocket": ("x-api-key", SECRET),
    "shopify": ("x-shopify-hmac-sha256", base64_hmac()),
    "ups": ("credential", SECRET),
}


@pytest.mark.parametrize("source", list(KNOWN))
def test_what_a_real_sender_sends_is_accepted(source: str) -> None:
    header, value = KNOWN[source]
    assert verify(packs()[source], SECRET, {header: value}, BODY)
    assert sign(packs()[source], SECRET, BODY) == {header: value}


def acme(auth: str) -> Pack:
    """A pack whose webhooks are authenticated so."""
    return load_pack(
        "acme.toml",
        f"""
        id = "acme"
        name = "Acme"
        time = {{ naive = "unknown" }}
        webhook.auth = {{ {auth}, confidence = "official" }}
        [[payload]]
        name = "push"
        when = "no"
        parcel = {{ number = "no" }}
        """,
    )


STAMPED = 'kind = "hmac", header = "x-sign", encoding = "base64", timestamp_header = "x-time"'


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        (
            'kind = "token", header = "Authorization", prefix = "Bearer "',
            {"authorization": f"Bearer {SECRET}"},
        ),
        ('kind = "hash", header = "sign"', {"sign": hashlib.sha256(BODY + b"/" + KEY).hexdigest()}),
        (
            'kind = "hash", header = "sign", joint = "", digest = "md5"',
            {"sign": hashlib.md5(BODY + KEY, usedforsecurity=False).hexdigest()},
        ),
        ('kind = "basic"', {"authorization": "Basic " + base64.b64encode(KEY).decode()}),
        (f'{STAMPED}, over = "timestamp"', {"x-time": TIME, "x-sign": base64_hmac(TIME.encode())}),
        (
            f'{STAMPED}, over = "timestamp.body"',
            {"x-time": TIME, "x-sign": base64_hmac(TIME.encode() + b"." + BODY)},
        ),
    ],
)
def test_each_way_of_showing_who_one_is(auth: str, headers: dict[str, str]) -> None:
    assert verify(acme(auth), SECRET, headers, BODY)
    assert sign(acme(auth), SECRET, BODY, time=TIME) == headers
    for name in headers:
        assert not verify(acme(auth), SECRET, headers | {name: headers[name] + "0"}, BODY)
        assert not verify(acme(auth), SECRET, {n: v for n, v in headers.items() if n != name}, BODY)


def test_a_token_may_come_in_the_address() -> None:
    pack = acme('kind = "query", parameter = "key"')
    assert verify(pack, SECRET, {}, BODY, {"key": SECRET})
    assert not verify(pack, SECRET, {"key": SECRET}, BODY, {"token": SECRET})
    assert not verify(pack, SECRET, {}, BODY)
    with pytest.raises(ValueError, match="not signed by a secret in a header"):
        sign(pack, SECRET, BODY)


def test_the_shop_chooses_the_header_of_a_token_and_of_nothing_else() -> None:
    delhivery, aftership = packs()["delhivery"], packs()["aftership"]
    assert verify(delhivery, SECRET, {"x-mine": SECRET}, BODY, header="x-mine")
    assert not verify(delhivery, SECRET, {"x-api-key": SECRET}, BODY, header="x-mine")
    assert not verify(aftership, SECRET, {"x-mine": base64_hmac()}, BODY, header="x-mine")


PRIVATE = [generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
PEM = PRIVATE[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def b64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).rstrip(b"=").decode()


def jwks() -> str:
    numbers = [key.public_key().public_numbers() for key in PRIVATE]
    keys = [
        {"kty": "RSA", "kid": f"key-{at}", "e": b64url(n.e), "n": b64url(n.n)} for at, n in enumerate(numbers)
    ]
    return json.dumps({"keys": [{"kty": "EC", "kid": "key-9"}, *keys]})


RSA = acme('kind = "rsa", header = "x-sign", key_id_header = "x-key", timestamp_header = "x-time"')


def rsa_signed(key: int, named: str) -> dict[str, str]:
    proof = PRIVATE[key].sign(f"{TIME}.".encode() + BODY, PKCS1v15(), SHA256())
    return {"x-sign": base64.b64encode(proof).decode(), "x-key": named, "x-time": TIME}


def test_a_signature_by_the_senders_key_is_checked_with_its_public_keys() -> None:
    assert verify(RSA, jwks(), rsa_signed(1, "key-1"), BODY)
    assert verify(RSA, jwks(), rsa_signed(1, ""), BODY)
    assert verify(RSA, PEM, rsa_signed(0, "key-0"), BODY)
    assert not verify(RSA, jwks(), rsa_signed(1, "key-0"), BODY)
    assert not verify(RSA, jwks(), rsa_signed(1, "key-1") | {"x-time": "1"}, BODY)
    assert not verify(RSA, jwks(), rsa_signed(1, "key-1"), BODY + b" ")
    assert not verify(RSA, PEM, rsa_signed(1, "key-1"), BODY)


@pytest.mark.parametrize("keys", ["", "no keys", "[]", '{"keys": [{"kty": "RSA"}]}', "-----BEGIN NOTHING"])
def test_public_keys_that_are_none_accept_nobody(keys: str) -> None:
    assert not verify(RSA, keys, rsa_signed(0, "key-0"), BODY)


@pytest.mark.parametrize("source", PUSHING)
@pytest.mark.parametrize("said", ["", "x", "Ünïcode", "\udcff", "\x00"])
def test_another_value_or_none_is_refused(source: str, said: str) -> None:
    auth = packs()[source].auth
    assert auth is not None
    stamp = {auth.timestamp_header: TIME}
    assert not verify(packs()[source], SECRET, {auth.header: said, **stamp}, BODY, {auth.parameter: said})
    assert not verify(packs()[source], SECRET, {}, BODY)


@pytest.mark.parametrize("source", list(packs()))
def test_no_secret_accepts_nobody(source: str) -> None:
    pack = packs()[source]
    headers = {}
    if pack.auth and pack.auth.kind not in {AuthKind.QUERY, AuthKind.RSA} and not pack.auth.fields:
        headers = sign(pack, "", BODY, time=TIME)
    assert not verify(pack, "", headers, BODY, {"token": ""})


@pytest.mark.parametrize(
    "source",
    [
        source
        for source in PUSHING
        if (auth := packs()[source].auth)
        if auth.kind in {AuthKind.HMAC, AuthKind.HASH} and auth.over in {Over.BODY, Over.BOTH}
    ],
)
def test_one_byte_changed_is_refused(source: str) -> None:
    proof = sign(packs()[source], SECRET, BODY, time=TIME)
    assert verify(packs()[source], SECRET, proof, BODY)
    for at in range(len(BODY)):
        changed = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert not verify(packs()[source], SECRET, proof, changed)


NOTE = {"timestamp": "2026-11-24T20:06:00Z", "payload": '{"trackingNumber": "94", "é": 1}', "links": []}


def test_usps_signs_two_fields_as_they_were_before_they_were_json() -> None:
    proof = {"x-hmac": base64_hmac((NOTE["timestamp"] + NOTE["payload"]).encode())}  # type: ignore[operator]
    spaced, escaped = json.dumps(NOTE, indent=2, ensure_ascii=False).encode(), json.dumps(NOTE).encode()

    assert sign(packs()["usps"], SECRET, spaced) == proof
    assert verify(packs()["usps"], SECRET, proof, escaped)
    assert not verify(packs()["usps"], SECRET, proof, json.dumps(NOTE | {"timestamp": "2026"}).encode())
    assert not verify(packs()["usps"], SECRET, proof, json.dumps(NOTE | {"payload": "{}"}).encode())
    assert not verify(packs()["usps"], "another", proof, escaped)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b"{}", b'{"timestamp": 1, "payload": "{}"}', b'{"timestamp": "1"}']
)
def test_a_body_without_the_fields_that_are_signed_is_refused(body: bytes) -> None:
    assert not verify(packs()["usps"], SECRET, {"x-hmac": base64_hmac(b"")}, body)
    with pytest.raises(ValueError, match=r"not JSON|holds no texts named timestamp, payload"):
        sign(packs()["usps"], SECRET, body)


def test_inpost_signs_the_time_and_the_body() -> None:
    proof = {"x-inpost-signature": base64_hmac(TIME.encode() + b"." + BODY), "x-inpost-timestamp": TIME}
    assert verify(packs()["inpost"], SECRET, proof, BODY)
    assert not verify(packs()["inpost"], SECRET, proof | {"x-inpost-timestamp": "1"}, BODY)


def test_a_pack_that_is_only_polled_accepts_no_push() -> None:
    polled = next(pack for pack in packs().values() if pack.auth is None)
    assert not verify(polled, SECRET, {"": SECRET, "authorization": SECRET}, BODY, {"": SECRET})


def test_the_headers_kept_with_a_payload_carry_no_secret() -> None:
    assert "x-shopify-event-id" in relevant_headers(packs()["shopify"])
    for pack in packs().values():
        assert pack.auth is None or pack.auth.header not in relevant_headers(pack)
