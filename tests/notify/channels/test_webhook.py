"""The shop's own sender: signed messages out, signed receipts in."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.notify.channels.letters import ASKING, LETTER, REFERENCE, account, call
from tests.notify.post import free_port
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels.webhook.webhook import answer, authentic, open_provider, read
from wismo.notify.port import Account, HeardReceipt, Letter, LetterError, Outcome, Result, Unreadable
from wismo.notify.standard_webhooks import headers_for, is_signed
from wismo.notify.words import Failure, ReceiptState

SECRET = "whsec_a2V5a2V5a2V5a2V5a2V5a2V5"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as peer:
        yield peer


def ours(url: str) -> Account:
    return account("webhook", "webhook", url=url, secret=SECRET)


def hand_over(peer: Peer, letter: Letter = LETTER) -> Outcome:
    provider = open_provider(ours(f"{peer.url}/wismo"))
    return provider.send(provider.compose(letter))


def test_a_message_is_posted_whole_signed_and_under_its_own_name(peer: Peer) -> None:
    peer.usual = Scripted(202, b'{"id": "klaviyo-1"}')
    assert hand_over(peer, replace(LETTER, **ASKING)) == Outcome(Result.SENT, provider_id="klaviyo-1")
    (asked,) = peer.asked
    assert (asked.method, asked.path) == ("POST", "/wismo")
    assert asked.headers["idempotency-key"] == asked.headers["webhook-id"] == REFERENCE
    assert is_signed(SECRET, asked.headers, asked.body, timezone.now())
    assert not is_signed(SECRET, asked.headers, asked.body + b" ", timezone.now())
    told = json.loads(asked.body)
    assert {name: told[name] for name in ("type", "reference", "journey", "kind", "order", "to", "url")} == {
        "type": "message",
        "reference": REFERENCE,
        "journey": "shipped",
        "kind": "feedback",
        "order": "HR-1",
        "to": {"kind": "email", "address": "lina@buyer.example"},
        "url": "https://shop.example/t/WzEsMV0:x?a=1&b=2",
    }
    assert told["texts"]["short"] == "Your order HR-1 is on its way."
    assert told["facts"] == {"number": "HR-1", "carrier": "UPS"}
    assert told["items"][1] == {"title": "Ribbed mug", "variant": "", "quantity": 2}
    assert told["unsubscribe_url"] == "https://shop.example/u/t0k"


def test_the_same_attempt_posted_again_keeps_its_name_and_its_words(peer: Peer) -> None:
    hand_over(peer)
    hand_over(peer)
    first, second = peer.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome(Result.SENT)),
        (204, Outcome(Result.SENT)),
        (400, Outcome(Result.REFUSED, "400", failure=Failure.CONTENT)),
        (422, Outcome(Result.REFUSED, "422", failure=Failure.CONTENT)),
        (401, Outcome(Result.REFUSED, "401", failure=Failure.CONFIG)),
        (404, Outcome(Result.REFUSED, "404", failure=Failure.CONFIG)),
        (410, Outcome(Result.REFUSED, "410", failure=Failure.CONFIG)),
        (429, Outcome(Result.RETRY, "429", failure=Failure.BUSY)),
        (408, Outcome(Result.RETRY, "408", failure=Failure.BROKEN)),
        (503, Outcome(Result.RETRY, "503", failure=Failure.BROKEN)),
        (500, Outcome(Result.UNKNOWN, "500")),
        (504, Outcome(Result.UNKNOWN, "504")),
    ],
)
def test_the_senders_answer_says_what_became_of_it(status: int, outcome: Outcome, peer: Peer) -> None:
    peer.usual = Scripted(status, b"{}" if status != 204 else b"")
    assert hand_over(peer) == outcome


def test_a_sender_that_is_not_there_took_nothing(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    provider = open_provider(ours(f"http://127.0.0.1:{free_port()}"))
    assert provider.send(provider.compose(LETTER)).result is Result.DOWN


def test_an_address_inside_the_network_is_never_asked(settings: Settings) -> None:
    settings.PRIVATE_PEERS = False
    provider = open_provider(ours("https://127.0.0.1:1"))
    assert provider.send(provider.compose(LETTER)).result is Result.DOWN


@pytest.mark.parametrize("url", ["http://sender.example/x", "ftp://sender.example/x", "sender.example", ""])
def test_messages_leave_by_https_alone(url: str, settings: Settings) -> None:
    settings.PRIVATE_PEERS = False
    with pytest.raises(LetterError, match="https"):
        open_provider(ours(url)).compose(LETTER)


def test_a_receipt_is_believed_only_with_the_same_signature() -> None:
    body = b'{"reference": "r", "state": "delivered"}'
    signed = {name.lower(): value for name, value in headers_for(SECRET, "m1", timezone.now(), body).items()}
    assert authentic(ours(""), call(body, **signed))
    assert not authentic(ours(""), call(body + b" ", **signed))
    assert not authentic(ours(""), call(body))
    assert not authentic(account("webhook", "webhook"), call(body, **signed))
    assert (answer(ours(""), call(body)).status, answer(ours(""), call(body)).keep) == (200, True)


def test_receipts_say_what_became_of_messages() -> None:
    told = [
        {"reference": "r1", "state": "delivered", "at": "2026-11-24T12:00:00Z"},
        {
            "reference": "r2",
            "state": "failed",
            "failure": "invalid",
            "code": "550",
            "to": "lina@buyer.example",
        },
        {"reference": "r3", "state": "failed", "soft": True},
    ]
    delivered, invalid, soft = read(json.dumps(told).encode(), {"webhook-id": "m1"})
    assert delivered == HeardReceipt(
        key="m1:0",
        state=ReceiptState.DELIVERED,
        at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        reference="r1",
    )
    assert isinstance(invalid, HeardReceipt)
    assert (invalid.key, invalid.failure, invalid.code) == ("m1:1", Failure.INVALID, "550")
    assert invalid.to == ("email", "lina@buyer.example")
    assert isinstance(soft, HeardReceipt)
    assert (soft.failure, soft.soft) == (Failure.ADDRESS, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[7]",
        b'{"state": "delivered"}',
        b'{"reference": "r", "state": "arrived"}',
        b'{"reference": "r", "state": "failed", "failure": "sad"}',
        b'{"reference": "r", "state": "read", "at": "yesterday"}',
        b'{"reference": "r", "state": "read", "at": "2026-11-24T12:00:00"}',
        b'{"reference": "r", "state": "read", "at": 7}',
    ],
)
def test_a_receipt_that_cannot_be_read_says_so(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, {})
