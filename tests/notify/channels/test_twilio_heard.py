"""Twilio: what it tells us, and how it proves that it does."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import NOW, PAGE, REFERENCE
from tests.notify.channels.phones import (
    BSUID,
    CALLBACK,
    PHONE,
    SID,
    twilio,
)
from tests.peers import Peer, Scripted, a_peer
from tests.shared import FOLDER, needs_shared
from wismo.notify.channels.sms import twilio as sms
from wismo.notify.port import Call, HeardChoice, HeardReceipt, HeardReply, Trace
from wismo.notify.words import AddressKind, Failure, ReceiptState

PATH = f"/2010-04-01/Accounts/{SID}/Messages.json"
SAMPLES = FOLDER / "peers" / "webhooks" / "twilio"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as running:
        yield running


def called(url: str, form: dict[str, str], signature: str) -> Call:
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    return Call("POST", url, {"x-twilio-signature": signature}, query, urlencode(form).encode())


@needs_shared
def test_twilios_own_signature_is_authentic_and_no_other() -> None:
    vector = json.loads((SAMPLES / "signature_vector.json").read_text())
    account = twilio(auth_token=vector["auth_token"])
    call = called(vector["url"], vector["params"], vector["x_twilio_signature"])
    assert sms.authentic(account, call)
    assert not sms.authentic(twilio(auth_token="54321"), call)
    assert not sms.authentic(
        account,
        called(vector["url"], {**vector["params"], "Digits": "9"}, call.headers["x-twilio-signature"]),
    )
    assert not sms.authentic(
        account, called(vector["url"] + "&x=1", vector["params"], call.headers["x-twilio-signature"])
    )
    assert not sms.authentic(account, Call("POST", vector["url"], {}, {}, call.body))
    assert not sms.authentic(account, Call("POST", vector["url"], {"x-twilio-signature": "é"}, {}, b"\xff"))


def test_a_signed_body_of_json_is_known_by_the_digest_in_the_address() -> None:
    # Twilio's helper libraries: token 12345, this body and address.
    body = b'{"property": "value", "boolean": true}'
    digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    url = f"https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256={digest}"
    headers = {"x-twilio-signature": "a9nBmqA0ju/hNViExpshrM61xv4="}
    query = {"bodySHA256": digest}
    assert sms.authentic(twilio(), Call("POST", url, headers, query, body))
    assert not sms.authentic(twilio(), Call("POST", url, headers, query, body + b" "))


def test_the_answer_says_nothing_back() -> None:
    answer = sms.answer(twilio(), Call("POST", CALLBACK, {}, {}, b""))
    assert (answer.status, answer.body, answer.keep) == (200, "<Response/>", True)
    assert answer.content_type.startswith("text/xml")


@needs_shared
@pytest.mark.parametrize(
    ("sample", "heard"),
    [
        (
            "status_delivered",
            HeardReceipt("SM123:delivered", ReceiptState.DELIVERED, None, provider_id="SM123"),
        ),
        ("incoming_sms", HeardReply("SMxx", None, (AddressKind.PHONE, "+12345"), text="testing3")),
        (
            "incoming_whatsapp_profilename",
            HeardReply(
                "SMxx",
                None,
                (AddressKind.PHONE, "+1234567890"),
                text="Hello with profile name",
                extra={"name": "John Doe"},
            ),
        ),
        (
            "incoming_whatsapp_location",
            HeardReply(
                "SMxx",
                None,
                (AddressKind.PHONE, "+12345"),
                extra={"place": {"latitude": "12.160894393921", "longitude": "75.265205383301"}},
            ),
        ),
    ],
)
def test_every_sample_of_twilio_is_read(sample: str, heard: HeardReceipt | HeardReply) -> None:
    form = json.loads((SAMPLES / f"{sample}.json").read_text())
    assert sms.read(urlencode(form).encode(), {}) == [heard]


def read(**form: str) -> object:
    (heard,) = sms.read(urlencode(form).encode(), {})
    return heard


@pytest.mark.parametrize(
    ("code", "failure", "soft"),
    [
        ("30003", Failure.ADDRESS, True),
        ("30004", Failure.OPTED_OUT, False),
        ("30005", Failure.INVALID, False),
        ("30006", Failure.INVALID, False),
        ("30007", Failure.WITHHELD, False),
        ("30008", Failure.WITHHELD, True),
        ("30034", Failure.CONFIG, False),
        ("63024", Failure.ADDRESS, False),
        ("63032", Failure.WITHHELD, False),
        ("99999", Failure.WITHHELD, False),
    ],
)
def test_a_message_that_did_not_arrive_says_whose_fault_it_is(
    code: str, failure: Failure, *, soft: bool
) -> None:
    heard = read(MessageSid="SM1", MessageStatus="undelivered", ErrorCode=code, To=PHONE)
    to = (AddressKind.PHONE, PHONE)
    assert heard == HeardReceipt(
        "SM1:undelivered", ReceiptState.FAILED, None, "SM1", code=code, failure=failure, soft=soft, to=to
    )


@pytest.mark.parametrize(("word", "granted"), [("STOP", False), ("START", True)])
def test_a_stop_that_twilio_acted_on_is_a_choice(word: str, *, granted: bool) -> None:
    heard = read(MessageSid="SM1", From=PHONE, Body=word, OptOutType=word, SmsStatus="received")
    assert heard == HeardChoice("SM1", None, (AddressKind.PHONE, PHONE), granted, extra={"answered": True})


def test_a_tap_of_a_person_without_a_number_carries_the_token() -> None:
    heard = read(
        MessageSid="SM1",
        From=f"whatsapp:{BSUID}",
        ButtonPayload="token-0",
        ButtonText="The address is right",
        OriginalRepliedMessageSid="SM0",
    )
    sender = (AddressKind.WHATSAPP, BSUID)
    assert heard == HeardReply("SM1", None, sender, "The address is right", "token-0", "SM0")


def test_a_picture_of_a_known_number_keeps_both_names_of_the_person() -> None:
    heard = read(
        MessageSid="SM1",
        From=f"whatsapp:{PHONE}",
        ExternalUserId=f"whatsapp:{BSUID}",
        Body="",
        NumMedia="1",
        MediaUrl0="https://api.twilio.com/m/1",
        MediaContentType0="image/jpeg",
    )
    assert isinstance(heard, HeardReply)
    assert heard.sender == (AddressKind.PHONE, PHONE)
    assert heard.also == ((AddressKind.WHATSAPP, BSUID),)
    assert heard.extra == {"media": [{"url": "https://api.twilio.com/m/1", "type": "image/jpeg"}]}


# ── asking ────────────────────────────────────────────────────────────────────────────────────────────────


def listed(sid: str, *, made: str = "Tue, 24 Nov 2026 09:30:03 +0000", body: str = "") -> dict[str, object]:
    return {
        "sid": sid,
        "status": "delivered",
        "direction": "outbound-api",
        "date_created": made,
        "date_updated": "Tue, 24 Nov 2026 09:31:00 +0000",
        "body": body or f"Halden & Rue: out for delivery. {PAGE}",
        "error_code": None,
    }


@pytest.mark.parametrize(
    ("messages", "sid"),
    [
        ([listed("SM1")], "SM1"),
        ([listed("SM1"), listed("SM2", made="Tue, 24 Nov 2026 08:00:00 +0000")], "SM1"),
        ([listed("SM1"), listed("SM2", body="Your code is 1234")], "SM1"),
        ([listed("SM1"), listed("SM2")], ""),  # either could be it
        ([listed("SM1", body="Your code is 1234")], ""),
        ([listed("SM1", made="Tue, 24 Nov 2026 09:40:00 +0000")], ""),
        ([], ""),
    ],
)
def test_a_lost_answer_is_looked_up_and_believed_only_where_it_is_sure(
    peer: Peer, settings: Settings, messages: list[dict[str, object]], sid: str
) -> None:
    settings.BASE_URL = "https://track.halden.example"
    peer.script(PATH, Scripted(200, json.dumps({"messages": messages}).encode()))
    found = sms.look_up(twilio(api_url=peer.url), [Trace(REFERENCE, "", NOW, PHONE)])
    assert [receipt.provider_id for receipt in found.values()] == ([sid] if sid else [])
    assert urlsplit(peer.asked[0].path).query == "To=%2B4915112345678&PageSize=50"
    if sid:
        assert found[REFERENCE].state is ReceiptState.DELIVERED
        assert found[REFERENCE].reference == REFERENCE
