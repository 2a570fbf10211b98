"""WhatsApp by Meta's Cloud API: what we write, and what its answers mean."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import PAGE, REFERENCE
from tests.notify.channels.phones import BSUID, PHONE, a_template, a_text, answers, cloud
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels.whatsapp import meta
from wismo.notify.port import Answer, Call, LetterError, Outcome, Result
from wismo.notify.words import AddressKind, Failure

PATH = "/v25.0/106540352242922/messages"
TEMPLATE = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": PHONE,
    "biz_opaque_callback_data": REFERENCE,
    "type": "template",
    "template": {
        "name": "order_update_2",
        "language": {"policy": "deterministic", "code": "en_US"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "HR-20418"},
                    {"type": "text", "text": "Tue 24 November"},
                ],
            },
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "token-0"}],
            },
            {
                "type": "button",
                "sub_type": "url",
                "index": "2",
                "parameters": [{"type": "text", "text": "AbC123"}],
            },
        ],
    },
}


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as running:
        yield running


def written(**changes: Any) -> dict[str, Any]:
    """The body of the request a letter becomes."""
    request = meta.open_provider(cloud()).compose(a_text(**changes)).form
    assert (request.method, request.url) == ("POST", f"https://graph.facebook.com{PATH}")
    assert request.headers["Authorization"] == "Bearer EAAB-token"
    body: dict[str, Any] = json.loads(request.body)
    return body


def test_outside_the_window_the_approved_template_goes_with_our_values_and_tokens() -> None:
    buttons = [
        {"type": "quick_reply", "action": "confirm_address"},
        {"type": "quick_reply", "action": "pay_online"},  # no longer offered
        {"type": "url", "prefix": "https://track.halden.example/r/"},
    ]
    approved = a_template(("number", "HR-20418"), ("day", "Tue\n24  November"), buttons=buttons)
    assert written(approved=approved, buttons=answers("The address is right")) == TEMPLATE


def test_named_placeholders_are_filled_by_name() -> None:
    template = written(approved=a_template(("number", "1"), parameter_format="NAMED"))["template"]
    (body,) = template["components"]
    assert body["parameters"] == [{"type": "text", "text": "1", "parameter_name": "number"}]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "24-hour window is closed"),
        ({"approved": a_template(("day", " "))}, "day is empty"),
        ({"approved": a_template(buttons=[{"type": "url", "prefix": "https://other.example/"}])}, "leads to"),
        ({"window_open": True, "button": "", "short": "x" * 5000}, "at most 4096"),
        ({"window_open": True, "buttons": answers("Yes"), "short": "x" * 1024}, "at most 1024"),
    ],
)
def test_what_whatsapp_would_refuse_is_not_handed_over(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(LetterError, match=why):
        written(**changes)


def test_a_person_without_a_number_is_reached_by_the_scoped_id() -> None:
    body = written(to=BSUID, to_kind=AddressKind.WHATSAPP, window_open=True)
    assert body["recipient"] == BSUID
    assert "to" not in body


def test_inside_the_window_three_short_answers_are_buttons() -> None:
    body = written(window_open=True, buttons=answers("The address is right", "Change the address", "Pay"))
    assert body["interactive"] == {
        "type": "button",
        "body": {"text": f"Halden & Rue: Your order HR-20418 is out for delivery today. {PAGE}"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "token-0", "title": "The address is right"}},
                {"type": "reply", "reply": {"id": "token-1", "title": "Change the address"}},
                {"type": "reply", "reply": {"id": "token-2", "title": "Pay"}},
            ]
        },
    }


def test_more_or_longer_answers_are_a_list() -> None:
    long = "Lieber an einem anderen Tag zustellen"
    body = written(window_open=True, buttons=answers("A", "B", "C", long), button="Follow your two parcels")
    action = body["interactive"]["action"]
    assert body["interactive"]["type"] == "list"
    assert action["button"] == "Follow your two par…"
    assert action["sections"][0]["rows"][0] == {"id": "token-0", "title": "A"}
    assert action["sections"][0]["rows"][3] == {
        "id": "token-3",
        "title": "Lieber an einem anderen…",
        "description": long,
    }


def test_without_answers_a_button_leads_to_the_page() -> None:
    body = written(window_open=True, stop_hint="Reply STOP to end.")
    assert body["interactive"] == {
        "type": "cta_url",
        "body": {"text": "Halden & Rue: Your order HR-20418 is out for delivery today.\nReply STOP to end."},
        "action": {"name": "cta_url", "parameters": {"display_text": "Track your parcel", "url": PAGE}},
    }


def test_what_the_team_answers_is_plain_text() -> None:
    body = written(window_open=True, url="", button="", short="We look into it.")
    assert body["text"] == {"body": "Halden & Rue: We look into it.", "preview_url": False}


def error(code: int, status: int = 400, **more: object) -> Scripted:
    return Scripted(status, json.dumps({"error": {"code": code, "message": "no", **more}}).encode())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Scripted(200, b'{"messages": [{"id": "wamid.1"}]}'), Outcome(Result.SENT, "", "wamid.1")),
        (Scripted(200, b"{}"), Outcome(Result.UNKNOWN, "no id")),
        (error(131026), Outcome(Result.REFUSED, "131026", failure=Failure.ADDRESS)),
        (error(131047), Outcome(Result.REFUSED, "131047", failure=Failure.WITHHELD)),
        (error(131049), Outcome(Result.REFUSED, "131049", failure=Failure.WITHHELD)),
        (error(131050), Outcome(Result.REFUSED, "131050", failure=Failure.OPTED_OUT)),
        (error(131042), Outcome(Result.REFUSED, "131042", failure=Failure.CONFIG)),
        (error(132001, 404), Outcome(Result.REFUSED, "132001", failure=Failure.CONTENT)),
        (error(132015), Outcome(Result.REFUSED, "132015", failure=Failure.CONTENT)),
        (error(190, 401), Outcome(Result.REFUSED, "190", failure=Failure.CONFIG)),
        (error(0, 401), Outcome(Result.REFUSED, "0", failure=Failure.CONFIG)),
        (error(230, 403), Outcome(Result.REFUSED, "230", failure=Failure.CONFIG)),
        (
            error(131056),
            Outcome(Result.RETRY, "131056", failure=Failure.BUSY, again_after=timedelta(seconds=6)),
        ),
        (error(130429, 429), Outcome(Result.RETRY, "130429", failure=Failure.BUSY)),
        (error(131000, 500), Outcome(Result.RETRY, "131000", failure=Failure.BROKEN)),
        (error(987654, 400, is_transient=True), Outcome(Result.RETRY, "987654", failure=Failure.BROKEN)),
        (error(987654, 500), Outcome(Result.UNKNOWN, "987654")),
        (Scripted(502, b"<html>"), Outcome(Result.UNKNOWN, "502")),
        (
            Scripted(429, b"", {"Retry-After": "3"}),
            Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=timedelta(seconds=3)),
        ),
        (Scripted(400, b"?"), Outcome(Result.REFUSED, "400", failure=Failure.CONTENT)),
    ],
)
def test_every_answer_has_its_meaning(peer: Peer, answer: Scripted, outcome: Outcome) -> None:
    peer.script(PATH, answer)
    provider = meta.open_provider(cloud(api_url=peer.url))
    assert provider.send(provider.compose(a_text(window_open=True))) == outcome


# ── the door ──────────────────────────────────────────────────────────────────────────────────────────────

URL = "https://wismo.halden.example/hooks/halden/meta"


def signed(body: bytes, by: str = "hush") -> Call:
    digest = hmac.new(by.encode(), body, hashlib.sha256).hexdigest()
    return Call("POST", URL, {"x-hub-signature-256": f"sha256={digest}"}, {}, body)


def test_only_what_the_apps_secret_signed_is_authentic() -> None:
    body = '{"object": "whatsapp_business_account", "name": "Zoë"}'.encode()
    call = signed(body)
    assert meta.authentic(cloud(), call)
    assert not meta.authentic(cloud(), signed(body, "other"))
    assert not meta.authentic(cloud(), Call("POST", URL, call.headers, {}, body + b" "))
    assert not meta.authentic(cloud(), Call("POST", URL, {}, {}, body))
    assert not meta.authentic(cloud(), Call("POST", URL, {"x-hub-signature-256": "sha256=é"}, {}, body))


def challenge(token: str, said: str = "1158201444") -> Call:
    query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": said}
    return Call("GET", URL, {}, query, b"")


def test_who_registers_the_webhook_hears_the_challenge_back() -> None:
    assert meta.authentic(cloud(), challenge("chosen"))
    assert not meta.authentic(cloud(), challenge("guessed"))
    assert not meta.authentic(cloud(verify_token=""), challenge(""))
    assert meta.answer(cloud(), challenge("chosen")) == Answer(200, "1158201444", keep=False)
    assert meta.answer(cloud(), challenge("chosen", "<script>")).status == 400
    assert meta.answer(cloud(), signed(b"{}")) == Answer(200, "", keep=True)
