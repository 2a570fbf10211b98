"""Alimtalk by Solapi: what is told, what comes back, what is asked."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import REFERENCE, a_call
from tests.notify.channels.dealers import NOBODY, STARTED, at_solapi, handed_over, letter, trace
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels.kakao import solapi
from wismo.notify.port import (
    HeardOther,
    HeardReceipt,
    Outcome,
    Result,
    Trace,
    Unreadable,
)
from wismo.notify.words import Failure, ReceiptState


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


TAKEN = {
    "failedMessageList": [],
    "groupInfo": {"groupId": "G4V1"},
    "messageList": [{"messageId": "M4V1", "statusCode": "2000", "statusMessage": "정상 접수"}],
}


def test_solapi_is_told_the_template_its_values_and_to_send_no_sms(peer: Peer) -> None:
    answer = Scripted(200, json.dumps(TAKEN).encode())
    outcome, asked = handed_over(solapi, at_solapi(peer.url), peer, answer)
    assert outcome == Outcome(Result.SENT, provider_id="M4V1")
    assert asked.path == "/messages/v4/send-many/detail"
    assert json.loads(asked.body) == {
        "messages": [
            {
                "to": "01012345678",
                "country": "82",
                "type": "ATA",
                "from": "0212345678",
                "customFields": {"reference": REFERENCE},
                "kakaoOptions": {
                    "pfId": "KA01PF1",
                    "templateId": "KA01TP1",
                    "disableSms": True,
                    "variables": {
                        "#{상점}": "Halden & Rue",
                        "#{번호}": "HR-20418",
                        "#{링크}": "track.halden.example/r/AbC123",
                    },
                    "buttons": [
                        {
                            "buttonType": "WL",
                            "buttonName": "배송 조회",
                            "linkMo": "https://track.halden.example/r/AbC123",
                            "linkPc": "https://track.halden.example/r/AbC123",
                        }
                    ],
                },
            }
        ],
        "allowDuplicates": False,
        "showMessageList": True,
    }


def test_solapis_signature_is_of_date_and_salt(peer: Peer) -> None:
    _, asked = handed_over(solapi, at_solapi(peer.url), peer, Scripted(200, json.dumps(TAKEN).encode()))
    pattern = r"HMAC-SHA256 apiKey=(\S+), date=(\S+), salt=(\w{12,64}), signature=([0-9a-f]{64})"
    found = re.fullmatch(pattern, asked.headers["authorization"])
    assert found is not None
    key, date, salt, signature = found.groups()
    assert key == "NCSKEY"
    assert signature == hmac.new(b"solapi secret", f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
    assert abs(datetime.now(UTC) - datetime.fromisoformat(date)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (
            200,
            {**TAKEN, "failedMessageList": [{"messageId": "M1", "statusCode": "1025"}], "messageList": []},
            Outcome(Result.REFUSED, "1025", "M1", Failure.CONTENT),
        ),
        (
            400,
            {"errorCode": "ValidationError", "errorMessage": "…"},
            Outcome(Result.REFUSED, "ValidationError", failure=Failure.CONTENT),
        ),
        (
            402,
            {"errorCode": "NotEnoughBalance", "errorMessage": "…"},
            Outcome(Result.REFUSED, "NotEnoughBalance", failure=Failure.CONFIG),
        ),
        (
            403,
            {"errorCode": "SignatureDoesNotMatch"},
            Outcome(Result.REFUSED, "SignatureDoesNotMatch", failure=Failure.CONFIG),
        ),
        (429, {}, Outcome(Result.RETRY, "429", failure=Failure.BUSY)),
        (503, {}, Outcome(Result.RETRY, "503", failure=Failure.BROKEN)),
        (500, {}, Outcome(Result.UNKNOWN, "500")),
    ],
)
def test_every_refusal_of_solapis_says_whose_fault_it_is(
    peer: Peer, status: int, said: Any, expected: Outcome
) -> None:
    answer = Scripted(status, json.dumps(said).encode())
    assert handed_over(solapi, at_solapi(peer.url), peer, answer)[0] == expected


def report(code: str, **more: Any) -> dict[str, Any]:
    """As SINGLE-REPORT tells it."""
    data = {
        "messageId": "M4V1",
        "groupId": "G4V1",
        "type": "ATA",
        "to": "01012345678",
        "statusCode": code,
        "dateReported": "2026-11-24T09:30:05.000Z",
        "customFields": {"reference": REFERENCE},
    }
    return {"eventDataId": "E1", "data": {**data, **more}, "retryCount": 0}


def receipt(code: str, state: ReceiptState, failure: Failure | None = None) -> HeardReceipt:
    at = datetime(2026, 11, 24, 9, 30, 5, tzinfo=UTC)
    told = "" if failure is None else code
    return HeardReceipt(
        f"M4V1:{code}", state, at, provider_id="M4V1", reference=REFERENCE, code=told, failure=failure
    )


def test_solapis_reports_are_receipts() -> None:
    body = json.dumps([report("4000"), report("3000"), report("3104"), report("3999")]).encode()
    assert solapi.read(body, {}) == [
        receipt("4000", ReceiptState.DELIVERED),
        receipt("3000", ReceiptState.ACCEPTED),
        receipt("3104", ReceiptState.FAILED, Failure.ADDRESS),
        receipt("3999", ReceiptState.FAILED, Failure.CONTENT),
    ]


def test_a_groups_report_says_nothing_of_one_message() -> None:
    body = json.dumps([{"eventDataId": "E2", "data": {"groupId": "G4V1", "count": {"total": 1}}}]).encode()
    assert solapi.read(body, {}) == [HeardOther("group:G4V1", "group report")]
    with pytest.raises(Unreadable, match="not JSON"):
        solapi.read(b'{"a":', {})


def test_only_who_knows_the_webhooks_secret_is_heard() -> None:
    made = hashlib.sha1(b"hook secret", usedforsecurity=False).hexdigest()
    assert solapi.authentic(at_solapi(), a_call(b"[]", x_solapi_secret=made))
    assert solapi.authentic(at_solapi(), a_call(b"[]", x_solapi_secret=made.upper()))
    assert not solapi.authentic(at_solapi(), a_call(b"[]", x_solapi_secret="hook secret"))
    assert not solapi.authentic(at_solapi(), a_call(b"[]"))


def test_what_solapi_took_without_an_answer_is_found_by_our_reference(peer: Peer) -> None:
    messages = {
        "M4V0": report("4000", customFields={"reference": "another"})["data"],
        "M4V1": report("4000")["data"],
    }
    peer.usual = Scripted(200, json.dumps({"limit": 100, "messageList": messages}).encode())
    found = solapi.look_up(at_solapi(peer.url), [trace()])
    assert found == {REFERENCE: receipt("4000", ReceiptState.DELIVERED)}
    query = parse_qs(urlsplit(peer.asked[0].path).query)
    assert query["to"] == ["01012345678"]
    assert query["startDate"] == ["2026-11-24T09:20:00+00:00"]


def test_what_nobody_knows_of_stays_unknown(peer: Peer) -> None:
    peer.usual = Scripted(200, b'{"messageList":{}}')
    assert solapi.look_up(at_solapi(peer.url), [trace()]) == {}
    assert solapi.look_up(at_solapi(NOBODY), [trace()]) == {}
    peer.asked.clear()
    erased = Trace(REFERENCE, "", STARTED, "")  # nobody remembers the number any more
    assert solapi.look_up(at_solapi(peer.url), [erased]) == {}
    assert peer.asked == []


@pytest.mark.usefixtures("peer")
def test_a_dealer_that_nobody_reaches_has_taken_nothing() -> None:
    opened = solapi.open_provider(at_solapi(NOBODY))
    assert opened.send(opened.compose(letter())) == Outcome(Result.DOWN, "connect")
