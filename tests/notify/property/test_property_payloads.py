"""Whatever comes to the door of a channel: it is refused or read, and nothing else can happen."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.notify.property.payloads import FORMS, JSON
from wismo.notify.channels import providers
from wismo.notify.channels.sms.gateway import OWN
from wismo.notify.port import Account, Call, Heard, Unreadable
from wismo.plumbing.http import Reply

HEARS = sorted(key for key, facts in providers().items() if facts.hears)
OWN_DESCRIPTION = """
name = "Own"
[send]
url = "https://sms.example/send"
[answer]
success = "contains(ids, 'x')"
[receipt]
each = "sort_by(events, &at)"
id = "id"
state = "to_string(state)"
states = { "1" = "delivered" }
[message]
id = "id"
sender = "join('', from)"
text = "text"
"""
# What JSON can hold and nobody expects there.
ODD: list[Any] = [
    *(None, True, 0, -1, 1e308, float("inf"), float("nan"), 10**30, "", "\x00", "\ud800", "9" * 400, "²"),
    *(
        [],
        {},
        [[]],
        [None],
        [{}],
        {"": None},
        ["a", 1],
        {"id": {}},
        [1] * 3,
        "2026-13-99",
        "https://[",
        "[" * 50,
    ),
]
# settings(database=None): what it finds is written down here as a test, not in a folder.
FEW = settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def account(provider: str, filled: str = "s3cret") -> Account:
    facts = providers()[provider]
    values = {field.name: filled for field in facts.fields}
    if provider == OWN:
        values |= {"description": OWN_DESCRIPTION, "secrets": ""}
    return Account(1, facts.channel, provider, values)


def heard(provider: str, body: bytes, headers: dict[str, str]) -> list[Heard]:
    code = providers()[provider].code()
    read = code.reader(account(provider)) if hasattr(code, "reader") else code.read
    found: list[Heard] = read(body, headers)
    return found


def spoilt(seed: Any, chance: random.Random) -> Any:
    """The same with some of its parts left out, or something odd in their place."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(seed, dict):
        return {k: spoilt(v, chance) for k, v in seed.items() if chance.random() > 0.04}
    if isinstance(seed, list):
        return [spoilt(one, chance) for one in seed if chance.random() > 0.04]
    return seed


def bodies(provider: str, chance: random.Random) -> Iterator[tuple[bytes, dict[str, str]]]:
    json_headers = {"content-type": "application/json"}
    seeds = JSON.get(provider, [{"events": [{"id": "1", "state": 1, "at": 1, "from": ["+", "4"]}]}])
    told = spoilt(chance.choice(seeds), chance)
    yield json.dumps(told).encode(), json_headers
    if provider == "ses":
        yield json.dumps({"Type": "Notification", "MessageId": "i", "Message": json.dumps(told)}).encode(), {}
    fields = {name: str(spoilt(value, chance)) for name, value in FORMS.get(provider, {}).items()}
    form = urlencode(fields, errors="replace").encode()
    yield form, {"content-type": "application/x-www-form-urlencoded"}
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    yield f"{parts}--b--\r\n".encode(errors="replace"), {"content-type": "multipart/form-data; boundary=b"}


def is_in_order(provider: str, body: bytes, headers: dict[str, str]) -> None:
    """It is read, or refused with a reason; and no two of its parts are taken for one another."""
    try:
        found = heard(provider, body, headers)
    except Unreadable:
        return
    distinct = [one for place, one in enumerate(found) if one not in found[:place]]
    keys = [(type(one), one.key) for one in distinct]
    assert len(keys) == len(set(keys))
    assert all(one.key for one in found)


@pytest.mark.parametrize("provider", HEARS)
@FEW
@given(seed=st.integers(0, 2**32))
def test_a_payload_that_is_nearly_right_is_read_or_refused(provider: str, seed: int) -> None:
    for body, headers in bodies(provider, random.Random(seed)):  # noqa: S311  it keeps no secret
        is_in_order(provider, body, headers)


WORST = [
    *(b"", b"\xff\xfe", b"null", b"7", b'"x"', b"[]", b"{}", b"[[]]", b"{", b"\x00"),
    *(b"[" * 100_000, b'{"a":' * 100_000, b'[{"a":' * 490 + b"1" + b"}]" * 490, b"9" * 5000, b"a=" * 500),
]


@pytest.mark.parametrize("provider", HEARS)
def test_a_payload_that_is_none_is_refused(provider: str) -> None:
    for body in WORST:
        for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "\x00"):
            is_in_order(provider, body, {"content-type": kind})


@pytest.mark.parametrize("provider", HEARS)
def test_what_is_told_once_more_has_the_same_keys(provider: str) -> None:
    for body, headers in bodies(provider, random.Random(7)):  # noqa: S311  it keeps no secret
        try:
            first = heard(provider, body, headers)
        except Unreadable:
            continue
        assert [one.key for one in first] == [one.key for one in heard(provider, body, headers)]


PROOFS = (
    *("authorization", "signature", "x-hub-signature-256", "x-line-signature", "x-twilio-signature"),
    *("x-telegram-bot-api-secret-token", "x-solapi-secret", "webhook-id", "webhook-timestamp"),
    *("webhook-signature", "svix-id", "svix-timestamp", "svix-signature", "content-type"),
    *("x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"),
)
QUERY = ("token", "bodySHA256", "hub.verify_token", "hub.challenge", "hub.mode")
SAID = st.sampled_from([
    "",
    "é",
    "\udcff",
    "0",
    "²",
    "sha256=",
    "Basic ",
    "Bearer ",
    "v1,",
    "=",
    "form-data",
    "x",
])


@pytest.mark.parametrize("provider", HEARS)
@FEW
@given(
    body=st.binary(max_size=20) | st.sampled_from(WORST[:10]),
    headers=st.dictionaries(st.sampled_from(PROOFS), SAID),
    query=st.dictionaries(st.sampled_from(QUERY), SAID),
    method=st.sampled_from(["GET", "POST"]),
    filled=st.sampled_from(["", "s3cret", "whsec_", "s3crét"]),
)
def test_nobody_is_believed_without_a_proof(
    provider: str, body: bytes, headers: dict[str, str], query: dict[str, str], method: str, filled: str
) -> None:
    code, url = providers()[provider].code(), "https://shop.example/hooks/key/provider"
    ours = account(provider, filled)
    for known in (ours, Account(1, ours.channel, provider, {})):  # its values cannot be unsealed
        assert not code.authentic(known, Call(method, url, headers, query, body))
    code.answer(ours, Call(method, url, headers, query, body))


def signed_with_nothing() -> Iterator[Call]:
    """Calls with the proof that each way of signing gives under an empty secret."""
    body, now = b"{}", datetime.now(UTC)
    url, stamp = "https://shop.example/hooks/key/provider", str(int(now.timestamp()))
    hexed, sha1 = (hmac.new(b"", body, how).hexdigest() for how in ("sha256", "sha1"))
    based = base64.b64encode(hmac.digest(b"", body, "sha256")).decode()
    twilio = base64.b64encode(hmac.digest(b"", f"{url}{{}}".encode(), "sha1")).decode()
    svix = hmac.digest(b"", f"i.{stamp}.".encode() + body, "sha256")
    headers = {
        "authorization": "Basic " + base64.b64encode(b"wismo:").decode(),
        "signature": hexed,
        "x-hub-signature-256": f"sha256={hexed}",
        "x-line-signature": based,
        "x-twilio-signature": twilio,
        "x-telegram-bot-api-secret-token": "",
        "x-solapi-secret": hashlib.sha1(b"", usedforsecurity=False).hexdigest(),
        "webhook-id": "i",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(svix).decode(),
    }
    yield Call("POST", url, headers, {}, body)
    yield Call("POST", url, {**headers, "authorization": "Bearer ", "signature": sha1}, {"token": ""}, body)
    yield Call("GET", url, headers, {"hub.verify_token": "", "hub.mode": "subscribe"}, b"")
    proof = hmac.new(b"", f"{stamp}t".encode(), "sha256").hexdigest()
    signed = json.dumps({"signature": {"timestamp": stamp, "token": "t", "signature": proof}}).encode()
    yield Call("POST", url, {}, {}, signed)
    empty = base64.b64encode(hmac.digest(b"", url.encode(), "sha1")).decode()
    yield Call("POST", url, {"x-twilio-signature": empty}, {}, b"")


@pytest.mark.parametrize("provider", HEARS)
def test_an_empty_secret_is_nobodys_proof(provider: str) -> None:
    """Whoever signs with nothing is believed by nobody, also where an account was kept without its secret."""
    code = providers()[provider].code()
    for call in signed_with_nothing():
        for filled in ("", "whsec_"):
            assert not code.authentic(account(provider, filled), call), call.headers


def test_no_secret_and_nobodys_words_are_shown_where_a_call_is_named() -> None:
    call = Call(
        "POST", "https://x/?token=s3cret", {"authorization": "s3cret"}, {"token": "s3cret"}, b"s3cret"
    )
    assert "s3cret" not in repr((call, account("webhook"), Reply(400, {"x": "s3cret"}, b"s3cret")))
