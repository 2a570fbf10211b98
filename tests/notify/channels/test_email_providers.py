"""Providers of e-mail behind an HTTP API, against a real server that answers as they do."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.letters import ASKING, LETTER, REFERENCE, account
from tests.notify.post import free_port
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels import providers
from wismo.notify.channels.email import postmark, smtp
from wismo.notify.port import Letter, LetterError, Outcome, Provider, Result, Trace
from wismo.notify.words import Failure, ReceiptState

REF = "wismo_reference"


@dataclass(frozen=True)
class Api:
    """A provider's API as far as a hand-over needs it."""

    path: str  # behind its base
    account: Mapping[str, str]
    taken: Scripted
    provider_id: str
    base: str = "/"


def said(body: Any, status: int = 200, **headers: str) -> Scripted:
    return Scripted(status, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})


TO = "lina@buyer.example"
APIS = {
    "ses": Api(
        "/v2/email/outbound-emails",
        {"region": "eu-central-1", "access_key_id": "AKID", "secret_access_key": "s3cret"},
        said({"MessageId": "0102-ses"}),
        "0102-ses",
    ),
    "postmark": Api(
        "/email",
        {"server_token": "t0ken"},
        said({"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": TO}),
        "pm-1",
    ),
    "mailgun": Api(
        "/v3/mg.halden.example/messages",
        {"api_key": "t0ken", "sender_domain": "mg.halden.example"},
        said({"id": "<m1@mg.halden.example>", "message": "Queued. Thank you."}),
        "<m1@mg.halden.example>",
        "/v3",
    ),
    "brevo": Api(
        "/v3/smtp/email", {"api_key": "t0ken"}, said({"messageId": "<b1@x>"}, 201), "<b1@x>", "/v3/"
    ),
    "resend": Api("/emails", {"api_key": "t0ken"}, said({"id": "re-1"}), "re-1"),
    "sparkpost": Api(
        "/api/v1/transmissions/",
        {"api_key": "t0ken"},
        said({"results": {"total_accepted_recipients": 1, "total_rejected_recipients": 0, "id": "sp-1"}}),
        "sp-1",
        "/api/v1/",
    ),
    "mailjet": Api(
        "/v3.1/send",
        {"api_key": "key", "secret_key": "t0ken"},
        said({"Messages": [{"Status": "success", "To": [{"Email": TO, "MessageID": 12345678901234567}]}]}),
        "12345678901234567",
        "/v3.1/",
    ),
    "mailersend": Api(
        "/v1/email", {"api_token": "t0ken"}, said({}, 202, **{"X-Message-Id": "ms-1"}), "ms-1", "/v1/"
    ),
    "sendgrid": Api("/v3/mail/send", {"api_key": "t0ken"}, Scripted(202, b""), "", "/v3/"),
}
KEYS = sorted(APIS)


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as peer:
        yield peer


def opened(key: str, url: str) -> Provider:
    api = APIS[key]
    return providers()[key].open(account(key, **api.account, api_url=url + api.base))


def hand_over(key: str, peer: Peer, letter: Letter = LETTER) -> Outcome:
    provider = opened(key, peer.url)
    return provider.send(provider.compose(letter))


def posted(peer: Peer) -> Any:
    (asked,) = peer.asked
    if asked.headers["content-type"].startswith("application/json"):
        return json.loads(asked.body)
    return {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}


@pytest.mark.parametrize("key", KEYS)
def test_a_provider_that_takes_the_mail_names_it(key: str, peer: Peer) -> None:
    peer.usual = APIS[key].taken
    outcome = hand_over(key, peer)
    assert (outcome.result, outcome.detail) == (Result.SENT, "")
    assert outcome.provider_id == APIS[key].provider_id or key == "sendgrid"  # which is told anymail's name
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", APIS[key].path)
    assert REFERENCE in asked.body.decode() or key == "ses"


def test_each_provider_says_our_reference_back_in_its_own_way(peer: Peer) -> None:
    found = {}
    for key in KEYS:
        peer.asked.clear()
        peer.usual = APIS[key].taken
        hand_over(key, peer)
        found[key] = posted(peer)
    assert found["postmark"]["Metadata"] == {REF: REFERENCE}
    assert found["mailgun"][f"v:{REF}"] == REFERENCE
    assert json.loads(found["brevo"]["headers"]["X-Mailin-custom"]) == {REF: REFERENCE}
    assert found["resend"]["tags"] == [{"name": REF, "value": REFERENCE}]
    assert found["sparkpost"]["metadata"] == {REF: REFERENCE}
    assert json.loads(found["mailjet"]["Globals"]["EventPayload"]) == {REF: REFERENCE}
    assert "Message-ID" not in found["mailjet"]["Globals"]["Headers"]
    assert found["mailersend"]["tags"] == [f"wismo:{REFERENCE}"]
    assert "headers" not in found["mailersend"]
    assert found["sendgrid"]["custom_args"][REF] == REFERENCE
    assert found["ses"]["EmailTags"] == [{"Name": REF, "Value": REFERENCE}]


def test_a_mail_to_amazon_is_whole_and_signed(peer: Peer) -> None:
    peer.usual = APIS["ses"].taken
    hand_over("ses", peer)
    mail = message_from_bytes(base64.b64decode(posted(peer)["Content"]["Raw"]["Data"]), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == (TO, "Order HR-1 is on its way")
    assert mail["Message-ID"] == f"<{REFERENCE}@halden.example>"
    said_by = peer.asked[0].headers["authorization"]
    assert said_by.startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-central-1/ses/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=" in said_by


def test_resend_gets_the_same_key_for_the_same_attempt(peer: Peer) -> None:
    peer.usual = APIS["resend"].taken
    hand_over("resend", peer)
    hand_over("resend", peer)
    assert [asked.headers["idempotency-key"] for asked in peer.asked] == [REFERENCE, REFERENCE]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("invalid_idempotent_request", Outcome(Result.SENT, "invalid_idempotent_request")),
        ("concurrent_idempotent_requests", Outcome(Result.UNKNOWN, "concurrent_idempotent_requests")),
    ],
)
def test_a_key_resend_knows_already_is_never_a_new_mail(name: str, outcome: Outcome, peer: Peer) -> None:
    peer.usual = said({"name": name, "statusCode": 409}, 409)
    assert hand_over("resend", peer) == outcome


@pytest.mark.parametrize("key", KEYS)
def test_one_click_ends_what_is_not_about_an_order(key: str, peer: Peer) -> None:
    peer.usual = APIS[key].taken
    hand_over(key, peer, replace(LETTER, **ASKING))
    body = peer.asked[0].body.decode()
    if key == "ses":
        body = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"]).decode()
    assert "https://shop.example/u/t0k" in body or "https%3A%2F%2Fshop.example%2Fu%2Ft0k" in body
    assert "List-Unsubscribe=One-Click" in body or key == "mailersend" or "One-Click" in body


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("status", "result", "failure"),
    [
        (401, Result.REFUSED, Failure.CONFIG),
        (403, Result.REFUSED, Failure.CONFIG),
        (400, Result.REFUSED, Failure.CONTENT),
        (429, Result.RETRY, Failure.BUSY),
        (408, Result.RETRY, Failure.BROKEN),
        (500, Result.UNKNOWN, None),
        (503, Result.RETRY, Failure.BROKEN),
        (502, Result.UNKNOWN, None),
    ],
)
def test_an_answer_says_whose_fault_it_is(
    key: str, status: int, result: Result, failure: Failure | None, peer: Peer
) -> None:
    peer.usual = said({"message": "no"}, status)
    outcome = hand_over(key, peer)
    assert (outcome.result, outcome.failure, outcome.detail) == (result, failure, str(status))


@pytest.mark.parametrize("key", KEYS)
def test_a_busy_provider_is_asked_again_when_it_says(key: str, peer: Peer) -> None:
    peer.usual = said({"message": "slower"}, 429, **{"Retry-After": "7"})
    outcome = hand_over(key, peer)
    assert outcome.again_after is not None
    assert outcome.again_after.total_seconds() == 7


@pytest.mark.parametrize("key", sorted(APIS.keys() - {"sendgrid"}))  # whose answer is empty anyway
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"7"])
def test_a_yes_nobody_can_read_is_taken_for_neither_yes_nor_no(key: str, body: bytes, peer: Peer) -> None:
    peer.usual = Scripted(200, body)
    assert hand_over(key, peer).result in {Result.UNKNOWN, *_SILENT.get(key, ())}


_SILENT = {  # an empty answer is Brevo's yes; without a name and a warning MailerSend refuses
    "brevo": (Result.SENT,),
    "mailersend": (Result.REFUSED,),
}


@pytest.mark.parametrize(
    ("code", "failure"),
    [(300, Failure.CONTENT), (400, Failure.CONFIG), (405, Failure.CONFIG), (413, Failure.CONFIG)],
)
def test_postmark_says_by_its_code_whether_the_account_is_meant(
    code: int, failure: Failure, peer: Peer
) -> None:
    peer.usual = said({"ErrorCode": code, "Message": "no"}, 422)
    assert hand_over("postmark", peer).failure is failure


def test_a_recipient_postmark_has_suppressed_is_not_reachable(peer: Peer) -> None:
    peer.usual = said(
        {"ErrorCode": 406, "Message": f"Found inactive addresses: {TO}. Inactive recipients have bounced."},
        422,
    )
    outcome = hand_over("postmark", peer)
    assert (outcome.result, outcome.failure, outcome.detail) == (Result.REFUSED, Failure.ADDRESS, "rejected")


@pytest.mark.parametrize(
    "name", ["MailFromDomainNotVerifiedException", "SendingPausedException", "AccountSuspendedException"]
)
def test_amazon_says_by_its_error_whether_the_account_is_meant(name: str, peer: Peer) -> None:
    peer.usual = said({"message": "no"}, 400, **{"x-amzn-ErrorType": f"{name}:http://internal.amazon.com/"})
    assert hand_over("ses", peer) == Outcome(Result.REFUSED, name, failure=Failure.CONFIG)


@pytest.mark.parametrize("key", KEYS)
def test_a_provider_that_is_not_there_took_nothing(key: str, settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    provider = opened(key, f"http://127.0.0.1:{free_port()}")
    assert provider.send(provider.compose(LETTER)).result is Result.DOWN


def test_an_address_inside_the_network_is_never_asked(settings: Settings) -> None:
    settings.PRIVATE_PEERS = False
    provider = opened("postmark", "http://127.0.0.1:1")
    assert provider.send(provider.compose(LETTER)).result is Result.DOWN


@pytest.mark.parametrize(("key", "token"), [("postmark", "SERVER_TOKEN"), ("mailersend", "API_TOKEN")])
def test_the_house_may_send_by_a_provider_the_settings_name(
    key: str, token: str, settings: Settings, peer: Peer
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{key}.EmailBackend"
    settings.ANYMAIL = {f"{key.upper()}_{token}": "t0ken", f"{key.upper()}_API_URL": peer.url}
    peer.usual = APIS[key].taken
    provider = smtp.open_provider(account("smtp"))
    assert provider.send(provider.compose(LETTER)) == Outcome(Result.SENT, provider_id=APIS[key].provider_id)


@pytest.mark.parametrize("key", KEYS)
def test_nothing_of_a_letter_or_account_shows_when_it_is_printed(key: str) -> None:
    provider = opened(key, "http://127.0.0.1:1")
    outgoing = provider.compose(LETTER)
    assert all(word not in repr(outgoing) for word in (TO, "t0ken", "s3cret", "shop.example"))


@pytest.mark.parametrize("key", KEYS)
def test_an_address_that_is_none_cannot_be_written(key: str) -> None:
    with pytest.raises(LetterError, match="is not well-formed"):
        opened(key, "http://127.0.0.1:1").compose(replace(LETTER, to="lina@buyer.example, all@buyer.example"))


def test_postmark_is_asked_by_our_reference_what_became_of_a_mail(peer: Peer) -> None:
    known, unknown = (Trace(reference, "", LETTER.now, TO) for reference in (REFERENCE, "f" * 8))
    found = {"Messages": [{"MessageID": "pm-1", "ReceivedAt": "2026-11-24T12:00:00Z"}]}
    peer.script("/messages/outbound", said(found), said({"Messages": []}))
    ours = account("postmark", server_token="t0ken", api_url=peer.url)
    (receipt,) = postmark.look_up(ours, [known, unknown]).values()
    assert (receipt.reference, receipt.provider_id) == (REFERENCE, "pm-1")
    assert receipt.state is ReceiptState.ACCEPTED
    assert f"metadata_{REF}={REFERENCE}" in peer.asked[0].path
    assert TO not in peer.asked[0].path
