"""What gateways tell us is read by their descriptions."""

from urllib.parse import urlencode

import pytest

from tests.notify.channels.gateways import DOOR, an_account
from wismo.notify.channels.sms import gateway
from wismo.notify.port import (
    Call,
    Heard,
    HeardOther,
    HeardReceipt,
    HeardReply,
    Unreadable,
)
from wismo.notify.words import AddressKind, Failure, ReceiptState


def heard(provider: str, body: bytes) -> list[Heard]:
    return gateway.reader(an_account(provider))(body, {})


FAILED = ReceiptState.FAILED
DELIVERED = ReceiptState.DELIVERED


@pytest.mark.parametrize(
    ("provider", "body", "told"),
    [
        (
            "46elks",
            b"id=s1&status=delivered&delivered=2026",
            HeardReceipt("s1:delivered", DELIVERED, None, "s1"),
        ),
        ("46elks", b"id=s1&status=odd", HeardOther("s1:odd", "status odd")),
        (
            "46elks",
            b"direction=incoming&id=s2&from=%2B46700000000&to=%2B46700000001&message=STOP",
            HeardReply("s2", None, (AddressKind.PHONE, "+46700000000"), text="STOP"),
        ),
        (
            "seven",
            b'{"webhook_event": "dlr", "data": {"msg_id": 77, "status": "EXPIRED", "foreign_id": "ref"}}',
            HeardReceipt("77:EXPIRED", FAILED, None, "77", "ref", failure=Failure.ADDRESS),
        ),
        (
            "seven",
            b'{"webhook_event": "sms_mo", "data": {"id": 5, "sender": "491511", "text": "Hi"}}',
            HeardReply("5", None, (AddressKind.PHONE, "+491511"), text="Hi"),
        ),
        (
            "infobip",
            b'{"results": [{"messageId": "r1", "status": {"groupName": "UNDELIVERABLE"},'
            b' "error": {"name": "EC_UNKNOWN_SUBSCRIBER"}}]}',
            HeardReceipt(
                "r1:UNDELIVERABLE", FAILED, None, "r1", "r1", "EC_UNKNOWN_SUBSCRIBER", Failure.INVALID
            ),
        ),
        (
            "infobip",
            b'{"results": [{"messageId": "m1", "from": "385916242493", "text": "QUIT", "receivedAt": "x"}]}',
            HeardReply("m1", None, (AddressKind.PHONE, "+385916242493"), text="QUIT"),
        ),
        (
            "africastalking",
            b"id=ATX&status=Failed&phoneNumber=%2B254&failureReason=UserInBlackList",
            HeardReceipt(
                "ATX:Failed", FAILED, None, "ATX", code="UserInBlackList", failure=Failure.OPTED_OUT
            ),
        ),
        (
            "msg91",
            b'{"requestId": "346", "number": "91", "status": "1", "desc": "DELIVERED", "failedReason": ""}',
            HeardReceipt("346:1", DELIVERED, None, "346"),
        ),
        (
            "gupshup",
            urlencode({
                "response": '[{"externalId": "356-1", "eventType": "DELIVERED", "cause": "SUCCESS"}]'
            }).encode(),
            HeardReceipt("356-1:DELIVERED", DELIVERED, None, "356-1"),
        ),
    ],
)
def test_what_a_gateway_tells_is_read_by_its_description(provider: str, body: bytes, told: Heard) -> None:
    assert heard(provider, body) == [told]


@pytest.mark.parametrize(
    ("provider", "body"), [("seven", b"x"), ("46elks", b"\xff"), ("infobip", b'{"results": [{}]}')]
)
def test_what_the_description_does_not_know_is_kept_for_people(provider: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        heard(provider, body)
    with pytest.raises(Unreadable, match="by its account's description"):
        gateway.read(body, {})


def test_only_who_knows_the_word_in_the_address_is_heard() -> None:
    account = an_account("46elks")
    assert gateway.authentic(account, Call("POST", DOOR, {}, {"token": "s3cret"}, b""))
    assert not gateway.authentic(account, Call("POST", DOOR, {}, {"token": "guess"}, b""))
    assert not gateway.authentic(account, Call("POST", DOOR, {}, {}, b""))
    assert not gateway.authentic(
        an_account("46elks", webhook_secret=""), Call("POST", DOOR, {}, {"token": ""}, b"")
    )
