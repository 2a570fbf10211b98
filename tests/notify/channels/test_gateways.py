"""Gateways described in TOML that we ship: what they are asked, and what their answers mean."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import PAGE, REFERENCE
from tests.notify.channels.gateways import (
    ARRIVES,
    DOOR,
    INDIAN,
    SHIPPED,
    TEXT,
    an_account,
    registered,
    written,
)
from tests.notify.channels.phones import PHONE, a_text, form_of
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels import passports
from wismo.notify.channels.sms import gateway
from wismo.notify.channels.sms.description import PLACEHOLDER, describe
from wismo.notify.port import (
    Approved,
    LetterError,
    Outcome,
    Result,
)
from wismo.notify.words import Failure


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as running:
        yield running


def test_each_gateway_that_ships_is_described_and_asks_for_what_it_uses() -> None:
    files = {path.stem for path in gateway.FOLDER.glob("*.toml")}
    assert files == set(SHIPPED) - {gateway.OWN}
    for facts in passports()["sms"].providers:
        if facts.key in files:
            source = (gateway.FOLDER / f"{facts.key}.toml").read_text(encoding="utf-8")
            asked = {field.name for field in facts.fields}
            used = {name.removeprefix("account.") for name, _ in PLACEHOLDER.findall(source) if "." in name}
            assert used <= asked
            assert "webhook_secret" in asked
            assert "https://" in describe(source).send.url


def test_46elks_gets_a_form_with_a_password() -> None:
    request = written("46elks")
    assert (request.method, request.url) == ("POST", "https://api.46elks.com/a1/sms")
    assert base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"u1:p:w"
    assert form_of(request) == {
        "from": "Halden",
        "to": PHONE,
        "message": TEXT,
        "whendelivered": f"{DOOR}?token=s3cret",
    }


def test_infobip_gets_json_with_our_reference_as_its_id() -> None:
    request = written("infobip")
    assert request.url == "https://abc.api.infobip.com/sms/3/messages"
    assert request.headers["Authorization"] == "App key"
    assert json.loads(request.body) == {
        "messages": [
            {
                "sender": "Halden",
                "destinations": [{"to": "4915112345678", "messageId": REFERENCE}],
                "content": {"text": TEXT},
                "webhooks": {"delivery": {"url": f"{DOOR}?token=s3cret"}, "contentType": "application/json"},
                "options": {"validityPeriod": {"amount": 14400, "timeUnit": "SECONDS"}},
            }
        ]
    }


def test_msg91_gets_the_template_and_its_values_by_name() -> None:
    body = json.loads(written("msg91", to=INDIAN, approved=registered(*ARRIVES)).body)
    assert body == {
        "template_id": "1107161513",
        "short_url": "0",
        "recipients": [
            {"mobiles": "919876543210", "number": "HR-20418", "day": "Tuesday", "url": PAGE},
        ],
    }


def test_gupshup_gets_the_registered_text_word_by_word() -> None:
    form = form_of(written("gupshup", to=INDIAN, approved=registered(*ARRIVES)))
    assert form["msg"] == f"Halden: Order HR-20418 arrives Tuesday. {PAGE} -HALDEN"
    assert (form["dltTemplateId"], form["principalEntityId"], form["mask"]) == (
        "1107161513",
        "1001",
        "HALDEN",
    )


@pytest.mark.parametrize(
    ("approved", "why"),
    [
        (None, "takes only registered texts"),
        (registered(*ARRIVES[:2]), "3 places in the registered text, and 2 values"),
        (registered(("number", "x" * 31), *ARRIVES[1:]), "number has 1 to 30 characters, not 31"),
        (registered(("number", ""), *ARRIVES[1:]), "number has 1 to 30 characters, not 0"),
    ],
)
def test_to_an_indian_number_goes_only_what_is_registered(approved: Approved | None, why: str) -> None:
    with pytest.raises(LetterError, match=why):
        written("gupshup", to=INDIAN, approved=approved)


def test_a_value_may_fill_several_places_in_a_row() -> None:
    approved = registered(("day", "x" * 45), body="Halden: it arrives {#var#}{#var#}. -HALDEN")
    assert "x" * 45 in form_of(written("gupshup", to=INDIAN, approved=approved))["msg"]


def test_elsewhere_indias_registry_asks_for_nothing() -> None:
    assert form_of(written("gupshup"))["msg"] == TEXT


@pytest.mark.parametrize(
    ("provider", "answer", "outcome"),
    [
        ("46elks", Scripted(200, b'{"id": "s1", "status": "created"}'), Outcome(Result.SENT, "", "s1")),
        ("46elks", Scripted(401, b"nope"), Outcome(Result.REFUSED, "401", failure=Failure.CONFIG)),
        ("46elks", Scripted(400, b"bad"), Outcome(Result.REFUSED, "400", failure=Failure.CONTENT)),
        ("46elks", Scripted(200, b"<html>"), Outcome(Result.UNKNOWN, "unreadable")),
        ("46elks", Scripted(500, b""), Outcome(Result.UNKNOWN, "500")),
        (
            "46elks",
            Scripted(429, b"", {"Retry-After": "9"}),
            Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=timedelta(seconds=9)),
        ),
        (
            "seven",
            Scripted(200, b'{"success": "100", "messages": [{"id": "77"}]}'),
            Outcome(Result.SENT, "100", "77"),
        ),
        (
            "seven",
            Scripted(200, b'{"success": "202"}'),
            Outcome(Result.REFUSED, "202", failure=Failure.INVALID),
        ),
        (
            "seven",
            Scripted(200, b'{"success": "500"}'),
            Outcome(Result.REFUSED, "500", failure=Failure.CONFIG),
        ),
        (
            "seven",
            Scripted(200, b'{"success": "999"}'),
            Outcome(Result.REFUSED, "999", failure=Failure.CONTENT),
        ),
        (
            "infobip",
            Scripted(
                200,
                b'{"messages": [{"messageId": "r1", "status": {"groupName": "PENDING", "name": "OK"}}]}',
            ),
            Outcome(Result.SENT, "OK", "r1"),
        ),
        (
            "infobip",
            Scripted(401, b'{"requestError": {"serviceException": {"messageId": "UNAUTHORIZED"}}}'),
            Outcome(Result.REFUSED, "UNAUTHORIZED", failure=Failure.CONFIG),
        ),
        (
            "africastalking",
            Scripted(201, b'{"SMSMessageData": {"Recipients": [{"statusCode": 101, "messageId": "ATX"}]}}'),
            Outcome(Result.SENT, "101", "ATX"),
        ),
        (
            "africastalking",
            Scripted(201, b'{"SMSMessageData": {"Recipients": [{"statusCode": 406}]}}'),
            Outcome(Result.REFUSED, "406", failure=Failure.OPTED_OUT),
        ),
        (
            "africastalking",
            Scripted(201, b'{"SMSMessageData": {"Recipients": [{"statusCode": 501}]}}'),
            Outcome(Result.RETRY, "501", failure=Failure.BROKEN),
        ),
        ("msg91", Scripted(200, b'{"type": "success", "message": "3366"}'), Outcome(Result.SENT, "", "3366")),
        (
            "msg91",
            Scripted(200, b'{"type": "error"}'),
            Outcome(Result.REFUSED, "refused", failure=Failure.CONTENT),
        ),
        (
            "gupshup",
            Scripted(200, b'{"response": {"id": "3561", "phone": "91", "status": "success"}}'),
            Outcome(Result.SENT, "", "3561"),
        ),
        (
            "gupshup",
            Scripted(200, b'{"response": {"id": "102", "status": "error"}}'),
            Outcome(Result.REFUSED, "102", failure=Failure.CONFIG),
        ),
    ],
)
def test_every_answer_has_its_meaning(peer: Peer, provider: str, answer: Scripted, outcome: Outcome) -> None:
    peer.usual = answer
    to = {"to": INDIAN, "approved": registered(*ARRIVES)} if provider in {"msg91", "gupshup"} else {}
    opened = gateway.open_provider(an_account(provider))
    composed = opened.compose(a_text(**to))
    here = replace(composed, form=replace(composed.form, url=f"{peer.url}/x"))
    assert opened.send(here) == outcome
