"""Messenger: what a Page writes, what the answers mean, what its webhook tells."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import PAGE, REFERENCE
from tests.notify.channels.phones import a_page, a_template, a_text, answers
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels.messenger import page
from wismo.notify.port import (
    Heard,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    HeardTemplate,
    LetterError,
    Outcome,
    Result,
    Unreadable,
)
from wismo.notify.words import AddressKind, Failure, Kind, ReceiptState

PSID = "25381719828140932"
ANNA = (AddressKind.MESSENGER, PSID)
PATH = "/v25.0/1909458034523498/messages"
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as running:
        yield running


def written(**changes: Any) -> dict[str, Any]:
    letter = a_text(**{"to": PSID, "to_kind": AddressKind.MESSENGER, **changes})
    request = page.open_provider(a_page()).compose(letter).form
    assert request.url == f"https://graph.facebook.com{PATH}"
    body: dict[str, Any] = json.loads(request.body)
    return body


def test_inside_the_window_answers_are_quick_replies() -> None:
    assert written(window_open=True, buttons=answers("Choose another delivery day", "Pay")) == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {
            "text": f"Halden & Rue: Your order HR-20418 is out for delivery today. {PAGE}",
            "quick_replies": [
                {"content_type": "text", "title": "Choose another deli…", "payload": "token-0"},
                {"content_type": "text", "title": "Pay", "payload": "token-1"},
            ],
            "metadata": REFERENCE,
        },
    }


def test_without_answers_a_button_leads_to_the_page() -> None:
    message = written(window_open=True)["message"]
    assert message["attachment"]["payload"] == {
        "template_type": "button",
        "text": "Halden & Rue: Your order HR-20418 is out for delivery today.",
        "buttons": [{"type": "web_url", "url": PAGE, "title": "Track your parcel"}],
    }


def test_outside_the_window_the_utility_template_goes() -> None:
    buttons = [{"type": "postback", "action": "confirm_address"}, {"type": "url", "prefix": PAGE[:-6]}]
    body = written(
        approved=a_template(("number", "HR-20418"), buttons=buttons), buttons=answers("The address is right")
    )
    assert body["messaging_type"] == "UTILITY"
    assert body["message"]["template"] == {
        "name": "order_update_2",
        "language": {"code": "en_US"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "HR-20418"}]},
            {
                "type": "buttons",
                "parameters": [{"type": "POSTBACK", "payload": "token-0"}, {"type": "URL", "url": "AbC123"}],
            },
        ],
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "24-hour window is closed"),
        ({"approved": a_template(("day", "x")), "kind": Kind.MARKETING}, "facts of their order alone"),
        ({"approved": a_template(("day", ""))}, "a variable is empty"),
        ({"window_open": True, "url": "", "short": "x" * 2001}, "at most 2000"),
    ],
)
def test_what_messenger_would_refuse_is_not_handed_over(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(LetterError, match=why):
        written(**changes)


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (
            400,
            {"code": 10, "error_subcode": 2018278},
            Outcome(Result.REFUSED, "10/2018278", failure=Failure.WITHHELD),
        ),
        (
            400,
            {"code": 551, "error_subcode": 1545041},
            Outcome(Result.REFUSED, "551/1545041", failure=Failure.ADDRESS),
        ),
        (
            400,
            {"code": 100, "error_subcode": 2018001},
            Outcome(Result.REFUSED, "100/2018001", failure=Failure.INVALID),
        ),
        (400, {"code": 190}, Outcome(Result.REFUSED, "190", failure=Failure.CONFIG)),
        (400, {"code": 613}, Outcome(Result.RETRY, "613", failure=Failure.BUSY)),
        (500, {"code": 1200}, Outcome(Result.RETRY, "1200", failure=Failure.BROKEN)),
    ],
)
def test_every_error_has_its_meaning(
    peer: Peer, status: int, error: dict[str, int], outcome: Outcome
) -> None:
    peer.script(PATH, Scripted(status, json.dumps({"error": error}).encode()))
    provider = page.open_provider(a_page(api_url=peer.url))
    assert provider.send(provider.compose(a_text(window_open=True))) == outcome


def test_a_message_that_was_taken_has_its_id(peer: Peer) -> None:
    peer.script(PATH, Scripted(200, b'{"recipient_id": "2", "message_id": "m_1"}'))
    provider = page.open_provider(a_page(api_url=peer.url))
    assert provider.send(provider.compose(a_text(window_open=True))) == Outcome(Result.SENT, "", "m_1")


# ── the webhook ───────────────────────────────────────────────────────────────────────────────────────────


def read(**event: Any) -> list[Heard]:
    told = {"sender": {"id": PSID}, "recipient": {"id": "1909"}, "timestamp": 1795512600000, **event}
    return page.read(
        json.dumps({"object": "page", "entry": [{"id": "1909", "messaging": [told]}]}).encode(), {}
    )


def test_a_text_and_a_tap_are_replies() -> None:
    text = {"mid": "m_1", "text": "Where is it?", "reply_to": {"mid": "m_0"}}
    assert read(message=text) == [HeardReply("m_1", AT, ANNA, "Where is it?", answers="m_0")]
    tap = {"mid": "m_2", "text": "Pay", "quick_reply": {"payload": "token-1"}}
    assert read(message=tap) == [HeardReply("m_2", AT, ANNA, "Pay", "token-1")]
    postback = {"mid": "m_3", "title": "Pay", "payload": "token-1"}
    assert read(postback=postback) == [HeardReply("m_3", AT, ANNA, "Pay", "token-1")]
    picture = {"mid": "m_4", "attachments": [{"type": "image", "payload": {"url": "https://x.example"}}]}
    assert read(message=picture) == [HeardReply("m_4", AT, ANNA, extra={"media": "image"})]


def test_who_follows_our_link_is_that_buyer() -> None:
    (followed,) = read(referral={"ref": "link-token", "source": "SHORTLINK", "type": "OPEN_THREAD"})
    assert isinstance(followed, HeardChoice)
    assert (followed.address, followed.granted, followed.link) == (ANNA, True, "link-token")
    started = {
        "mid": "m_5",
        "title": "Get started",
        "payload": "GET_STARTED",
        "referral": {"ref": "link-token"},
    }
    (choice,) = read(postback=started)
    assert isinstance(choice, HeardChoice)
    assert choice.link == "link-token"
    (opted,) = read(optin={"ref": "link-token"})
    assert isinstance(opted, HeardChoice)
    assert opted.link == "link-token"


def test_the_echo_of_our_own_message_settles_a_lost_answer() -> None:
    (echo,) = read(message={"mid": "m_6", "is_echo": True, "metadata": REFERENCE, "text": "…"})
    assert isinstance(echo, HeardReceipt)
    assert (echo.state, echo.provider_id, echo.reference) == (ReceiptState.ACCEPTED, "m_6", REFERENCE)
    (other,) = read(message={"mid": "m_7", "is_echo": True, "text": "by hand"})
    assert isinstance(other, HeardOther)


def test_deliveries_are_receipts_and_a_watermark_alone_is_none() -> None:
    found = read(delivery={"mids": ["m_1", "m_2"], "watermark": 1795512600000})
    assert [(one.provider_id, one.state) for one in found if isinstance(one, HeardReceipt)] == [
        ("m_1", ReceiptState.DELIVERED),
        ("m_2", ReceiptState.DELIVERED),
    ]
    (seen,) = read(read={"watermark": 1795512600000})
    assert isinstance(seen, HeardOther)
    assert seen.what == "read"
    (reacted,) = read(reaction={"reaction": "love"})
    assert isinstance(reacted, HeardOther)
    assert reacted.what == "reaction"


def test_a_template_that_was_rejected_is_told() -> None:
    value = {
        "event": "REJECTED",
        "message_template_name": "order",
        "message_template_language": "en",
        "reason": "X",
    }
    entry = {
        "id": "1909",
        "time": 1,
        "changes": [{"field": "message_template_status_update", "value": value}],
    }
    (told,) = page.read(json.dumps({"object": "page", "entry": [entry]}).encode(), {})
    assert isinstance(told, HeardTemplate)
    assert (told.name, told.language, told.state, told.reason) == ("order", "en", "rejected", "X")


def test_another_apps_thread_is_none_of_ours() -> None:
    (other,) = page.read(b'{"object": "page", "entry": [{"id": "1", "standby": [{}]}]}', {})
    assert isinstance(other, HeardOther)
    assert other.what == "standby"
    with pytest.raises(Unreadable):
        page.read(b'{"object": "instagram"}', {})
