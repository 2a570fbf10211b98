"""Alimtalk by Naver Cloud SENS: what is told, and what is asked."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import REFERENCE
from tests.notify.channels.dealers import (
    NOBODY,
    STARTED,
    at_naver,
    handed_over,
    letter,
    trace,
)
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels.kakao import sens
from wismo.notify.port import (
    Outcome,
    Request,
    Result,
    Trace,
)
from wismo.notify.words import Failure, ReceiptState


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


PATH = "/alimtalk/v2/services/ncp:kkobizmsg:kr:27:sens/messages"


def message(request_code: str = "A000", code: str | None = "0000", message_id: str = "N1") -> dict[str, Any]:
    return {
        "requestId": "R1",
        "messageId": message_id,
        "requestTime": "2026-11-24 18:30:00",
        "completeTime": "2026-11-24 18:30:05" if code else None,
        "plusFriendId": "@halden",
        "templateCode": "KA01TP1",
        "to": "01012345678",
        "requestStatusCode": request_code,
        "messageStatusCode": code,
    }


def taken(code: str = "A000") -> Scripted:
    said = {
        "requestId": "R1",
        "statusCode": "202",
        "statusName": "success",
        "messages": [message(code, None)],
    }
    return Scripted(202, json.dumps(said).encode())


def test_naver_is_told_the_text_as_registered_and_to_send_no_sms(peer: Peer) -> None:
    outcome, asked = handed_over(sens, at_naver(peer.url), peer, taken())
    assert outcome == Outcome(Result.SENT, provider_id="N1")
    assert asked.path == PATH
    assert json.loads(asked.body) == {
        "plusFriendId": "@halden",
        "templateCode": "KA01TP1",
        "messages": [
            {
                "countryCode": "82",
                "to": "01012345678",
                "content": "[Halden & Rue] 주문 HR-20418 상품이 오늘 도착합니다.\nHR-20418 조회는 아래에서.",
                "useSmsFailover": False,
                "buttons": [
                    {
                        "type": "WL",
                        "name": "배송 조회",
                        "linkMobile": "https://track.halden.example/r/AbC123",
                        "linkPc": "https://track.halden.example/r/AbC123",
                    }
                ],
            }
        ],
    }


def test_navers_signature_is_of_method_path_time_and_key(peer: Peer) -> None:
    _, asked = handed_over(sens, at_naver(peer.url), peer, taken())
    stamp = asked.headers["x-ncp-apigw-timestamp"]
    text = f"POST {PATH}\n{stamp}\nnaver key"
    made = hmac.new(b"naver secret", text.encode(), hashlib.sha256).digest()
    assert asked.headers["x-ncp-apigw-signature-v2"] == base64.b64encode(made).decode()
    assert asked.headers["x-ncp-iam-access-key"] == "naver key"
    assert abs(datetime.now(UTC).timestamp() - int(stamp) / 1000) < 60


def test_the_query_is_signed_with_the_path() -> None:
    request = Request("GET", f"https://sens.apigw.ntruss.com{PATH}?to=010", {}, b"")
    headers = sens.signed(at_naver(), request, STARTED).headers
    text = f"GET {PATH}?to=010\n1795512600000\nnaver key"
    made = hmac.new(b"naver secret", text.encode(), hashlib.sha256).digest()
    assert headers["x-ncp-apigw-signature-v2"] == base64.b64encode(made).decode()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (taken("A001"), Outcome(Result.REFUSED, "A001", "N1", Failure.CONTENT)),
        (Scripted(400), Outcome(Result.REFUSED, "400", failure=Failure.CONTENT)),
        (Scripted(401), Outcome(Result.REFUSED, "401", failure=Failure.CONFIG)),
        (Scripted(404), Outcome(Result.REFUSED, "404", failure=Failure.CONFIG)),
        (Scripted(429), Outcome(Result.RETRY, "429", failure=Failure.BUSY)),
        (Scripted(500), Outcome(Result.UNKNOWN, "500")),
    ],
)
def test_every_refusal_of_navers_says_whose_fault_it_is(
    peer: Peer, answer: Scripted, expected: Outcome
) -> None:
    assert handed_over(sens, at_naver(peer.url), peer, answer)[0] == expected


@pytest.mark.parametrize(
    ("code", "state", "failure"),
    [
        ("0000", ReceiptState.DELIVERED, None),
        (None, ReceiptState.ACCEPTED, None),
        ("3019", ReceiptState.FAILED, Failure.ADDRESS),
        ("3020", ReceiptState.FAILED, Failure.OPTED_OUT),
        ("9999", ReceiptState.FAILED, Failure.CONTENT),
    ],
)
def test_naver_is_asked_what_became_of_a_message(
    peer: Peer, code: str | None, state: ReceiptState, failure: Failure | None
) -> None:
    peer.usual = Scripted(200, json.dumps(message(code=code)).encode())
    found = sens.look_up(at_naver(peer.url), [trace(provider_id="N1")])[REFERENCE]
    assert (found.state, found.failure, found.provider_id, found.reference) == (
        state,
        failure,
        "N1",
        REFERENCE,
    )
    assert found.at == (datetime(2026, 11, 24, 9, 30, 5, tzinfo=UTC) if code else None)
    assert peer.asked[0].path == f"{PATH}/N1"


def test_what_naver_took_without_an_answer_is_the_only_one_that_went_to_the_number(peer: Peer) -> None:
    peer.usual = Scripted(200, json.dumps({"messages": [message()]}).encode())
    assert sens.look_up(at_naver(peer.url), [trace()])[REFERENCE].provider_id == "N1"
    query = parse_qs(urlsplit(peer.asked[0].path).query)
    assert query == {
        "plusFriendId": ["@halden"],
        "requestStartTime": ["2026-11-24 18:29:58"],  # Korea's clock
        "requestEndTime": ["2026-11-24 18:31:00"],
        "to": ["01012345678"],
    }
    peer.usual = Scripted(200, json.dumps({"messages": [message(), message(message_id="N2")]}).encode())
    assert sens.look_up(at_naver(peer.url), [trace()]) == {}  # which of the two, nobody can say


def test_what_nobody_knows_of_stays_unknown(peer: Peer) -> None:
    peer.usual = Scripted(404, b"")
    assert sens.look_up(at_naver(peer.url), [trace(), trace("another", "M1")]) == {}
    peer.asked.clear()
    erased = Trace(REFERENCE, "", STARTED, "")  # nobody remembers the number any more
    assert sens.look_up(at_naver(peer.url), [erased]) == {}
    assert peer.asked == []


@pytest.mark.usefixtures("peer")
def test_a_dealer_that_nobody_reaches_has_taken_nothing() -> None:
    opened = sens.open_provider(at_naver(NOBODY))
    assert opened.send(opened.compose(letter())) == Outcome(Result.DOWN, "connect")
