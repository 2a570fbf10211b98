import base64
import hashlib
import hmac

import pytest

from wismo.carriers.registry import packs
from wismo.carriers.signatures import relevant_headers, sign, verify

BODY = b'{"id":"evt_1","object":"Event"}'
SECRET = "sécret"  # é as one character, which NFKD takes apart


def easypost() -> str:
    return "hmac-sha256-hex=" + hmac.new(b"se\xcc\x81cret", BODY, hashlib.sha256).hexdigest()


def base64_hmac() -> str:
    return base64.b64encode(hmac.new(b"s\xc3\xa9cret", BODY, hashlib.sha256).digest()).decode()


KNOWN = {
    "aftership": ("aftership-hmac-sha256", base64_hmac()),
    "clickpost": ("webhook_key", SECRET),
    "delhivery": ("x-api-key", SECRET),
    "easypost": ("x-hmac-signature", easypost()),
    "fedex": ("x-webhook-token", SECRET),
    "shiprocket": ("x-api-key", SECRET),
    "shopify": ("x-shopify-hmac-sha256", base64_hmac()),
    "ups": ("credential", SECRET),
}


@pytest.mark.parametrize("source", list(KNOWN))
def test_what_a_real_sender_sends_is_accepted(source: str) -> None:
    header, value = KNOWN[source]
    assert verify(packs()[source], SECRET, {header: value}, BODY)
    assert sign(packs()[source], SECRET, BODY) == {header: value}


@pytest.mark.parametrize("source", list(packs()))
@pytest.mark.parametrize("said", ["", "x", "Ünïcode", "\udcff", "\x00"])
def test_another_value_or_none_is_refused(source: str, said: str) -> None:
    header = packs()[source].auth.header
    assert not verify(packs()[source], SECRET, {header: said}, BODY)
    assert not verify(packs()[source], SECRET, {}, BODY)


@pytest.mark.parametrize("source", list(packs()))
def test_no_secret_accepts_nobody(source: str) -> None:
    assert not verify(packs()[source], "", sign(packs()[source], "", BODY), BODY)


@pytest.mark.parametrize("source", ["aftership", "easypost", "shopify"])
def test_one_byte_changed_is_refused(source: str) -> None:
    header, value = KNOWN[source]
    for at in range(len(BODY)):
        changed = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert not verify(packs()[source], SECRET, {header: value}, changed)


def test_the_headers_kept_with_a_payload_carry_no_secret() -> None:
    assert "x-shopify-event-id" in relevant_headers(packs()["shopify"])
    for pack in packs().values():
        assert pack.auth.header not in relevant_headers(pack)
