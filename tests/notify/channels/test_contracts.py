"""Every request we can make of Twilio and Meta is one that their own OpenAPI files allow."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_django.fixtures import Settings

from tests.notify import openapi
from tests.notify.channels.phones import BSUID, a_template, a_text, answers, cloud, twilio
from tests.notify.prism import official, prism
from tests.shared import needs_shared
from wismo.notify.channels.sms import twilio as sms
from wismo.notify.channels.twilio_api import Line
from wismo.notify.channels.whatsapp import meta, templates
from wismo.notify.channels.whatsapp import twilio as whatsapp
from wismo.notify.channels.whatsapp.drafts import Source, draft
from wismo.notify.port import Letter, Request, Result
from wismo.notify.words import AddressKind, Kind, ReplyAction
from wismo.plumbing import http

pytestmark = needs_shared
TWILIO, META = "twilio_api_v2010.json", "meta_business-messaging-api_v23.0.yaml"


def mended(told: openapi.Document) -> None:
    """Meta's file with what is wrong or missing in it put right; Meta's documentation knows all of it."""
    schemas = told["components"]["schemas"]
    # A part of `allOf` that forbids what the other part requires: meant is that the whole has nothing else.
    for schema in schemas.values():
        for inner in schema.get("allOf", ()):
            if inner.pop("additionalProperties", None) is False:
                schema["unevaluatedProperties"] = False
    base = schemas["BaseMessageProperties"]
    base["properties"]["biz_opaque_callback_data"] = {"type": "string", "maxLength": 512}
    # Business-scoped user ids (May 2026): `recipient` takes the place of `to`.
    base["properties"]["recipient"] = {"type": "string"}
    base["required"].remove("to")
    base["anyOf"] = [{"required": ["to"]}, {"required": ["recipient"]}]
    # The pattern was written as a range of numbers, and refuses the file's own example "0".
    for name in ("TemplateComponent", "ButtonComponent"):
        for part in [schemas[name], *schemas[name].get("allOf", ())]:
            if "pattern" in part.get("properties", {}).get("index", {}):
                part["properties"]["index"]["pattern"] = "^[0-9]$"
    # Call-to-action messages are documented, and missing in the file.
    schemas["InteractiveObject"]["properties"]["type"]["enum"].append("cta_url")
    parameters = {"required": ["display_text", "url"], "properties": {"display_text": {"maxLength": 20}}}
    action = {"properties": {"name": {"enum": ["cta_url"]}, "parameters": parameters}}
    schemas["ActionObject"]["oneOf"].append({"required": ["name", "parameters"], **action})


BUTTONS = [
    {"type": "quick_reply", "action": "confirm_address"},
    {"type": "url", "prefix": "https://track.halden.example/r/"},
]
LETTERS: Mapping[str, Letter] = {
    "plain": a_text(),
    "for ever": a_text(expires_at=None),
    "marketing": a_text(kind=Kind.MARKETING, stop_hint="Reply STOP to end."),
    "arabic": a_text(language="ar", direction="rtl", short="طلبك في الطريق إليك اليوم."),
}
CHATS: Mapping[str, Letter] = {
    "a template": a_text(approved=a_template(("number", "HR-1"), ("day", "Tuesday"))),
    "a template with buttons": a_text(
        approved=a_template(("number", "HR-1"), buttons=BUTTONS), buttons=answers("The address is right")
    ),
    "a template without values": a_text(approved=a_template()),
    "a template by names": a_text(approved=a_template(("number", "HR-1"), parameter_format="NAMED")),
    "to a person without a number": a_text(
        to=BSUID, to_kind=AddressKind.WHATSAPP, approved=a_template(("number", "HR-1"))
    ),
    "text": a_text(window_open=True, url="", button=""),
    "buttons": a_text(window_open=True, buttons=answers("Yes", "No", "Later")),
    "a list": a_text(
        window_open=True, buttons=answers("A", "B", "C", "D", "Somebody else should answer the door")
    ),
    "a link": a_text(window_open=True),
    "a link to a person without a number": a_text(window_open=True, to=BSUID, to_kind=AddressKind.WHATSAPP),
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
@pytest.mark.parametrize("sender", ["+15550001111", "MG" + "a" * 32, "Halden"])
def test_twilio_takes_every_text_message(letter: Letter, sender: str) -> None:
    openapi.assert_allowed(sms.open_provider(twilio(sender=sender)).compose(letter).form, TWILIO)


@pytest.mark.parametrize(
    "letter",
    [
        a_text(window_open=True),
        a_text(approved=a_template(("number", "HR-1"), content_sid="HX" + "b" * 32)),
        a_text(approved=a_template(content_sid="HX" + "b" * 32), to=BSUID, to_kind=AddressKind.WHATSAPP),
    ],
)
def test_twilio_takes_every_whatsapp_message(letter: Letter) -> None:
    openapi.assert_allowed(whatsapp.open_provider(twilio("whatsapp")).compose(letter).form, TWILIO)


def test_twilio_takes_the_question_what_became_of_a_message() -> None:
    line = Line(twilio())
    url = f"{line.messages()}?{urlencode({'To': '+4915112345678', 'PageSize': 50})}"
    openapi.assert_allowed(Request("GET", url, line.headers(), b""), TWILIO)


@pytest.mark.parametrize("letter", CHATS.values(), ids=CHATS)
def test_meta_takes_every_message(letter: Letter) -> None:
    openapi.assert_allowed(meta.open_provider(cloud(version="v23.0")).compose(letter).form, META, mended)


SOURCE = Source(
    journey="failed_attempt",
    kind=Kind.TRANSACTIONAL,
    language="en",
    brand="Halden & Rue",
    short="{{ carrier }} could not deliver your order {{ number }}.",
    example={"number": "#1042", "carrier": "DHL"},
    button="Tell us what to do",
    page="https://track.halden.example/r/",
    answers=((ReplyAction.PROBLEM, "I have a problem"),),
)


def test_meta_takes_what_is_sent_in_for_approval_and_the_question_how_it_stands() -> None:
    openapi.assert_allowed(templates.submission(cloud(), draft(SOURCE)), META, mended)
    openapi.assert_allowed(templates.listing(cloud()), META, mended)
    openapi.assert_allowed(templates.listing(cloud(), "MAZDZD"), META, mended)


def body_with(request: Request, **changes: Any) -> Request:
    body = {**json.loads(request.body), **changes}
    return Request(request.method, request.url, request.headers, json.dumps(body).encode())


@pytest.mark.parametrize("changes", [{"typ": "x"}, {"type": "txt"}, {"text": {}, "template": 5}, {"to": 5}])
def test_the_contract_bites(changes: dict[str, Any]) -> None:
    good = meta.open_provider(cloud()).compose(CHATS["text"]).form
    with pytest.raises(openapi.Refused):
        openapi.assert_allowed(body_with(good, **changes), META, mended)


def test_the_contract_bites_where_a_field_of_a_form_is_misspelt() -> None:
    good = sms.open_provider(twilio()).compose(LETTERS["plain"]).form
    bad = Request(
        good.method, good.url, good.headers, good.body.replace(b"ValidityPeriod", b"ValidityPeriode")
    )
    with pytest.raises(openapi.Refused, match="no such field: ValidityPeriode"):
        openapi.assert_allowed(bad, TWILIO)


# ── live ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_twilios_file_served_by_prism_takes_what_we_send(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    with prism(official(TWILIO)) as url:
        provider = sms.open_provider(twilio(api_url=url))
        for letter in LETTERS.values():
            outcome = provider.send(provider.compose(letter))
            assert outcome.result is Result.SENT
            assert outcome.provider_id.startswith(("SM", "MM"))
        good = provider.compose(LETTERS["plain"]).form
        bad = http.send("POST", good.url, headers=good.headers, body=good.body.replace(b"To=", b"Too="))
        assert bad.status == 422


@pytest.mark.slow
def test_metas_file_served_by_prism_takes_what_we_send(settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_PEERS = True
    file = tmp_path / "meta.json"
    file.write_text(json.dumps(openapi.mended(META, mended)), encoding="utf-8")
    with prism(file) as url:
        provider = meta.open_provider(cloud(api_url=url))
        told = {name: provider.send(provider.compose(letter)) for name, letter in CHATS.items()}
        assert {name: outcome.result for name, outcome in told.items()} == dict.fromkeys(CHATS, Result.SENT)
        assert all(outcome.provider_id for outcome in told.values())
        good = provider.compose(CHATS["text"]).form
        bad = http.send("POST", good.url, headers=good.headers, body=body_with(good, text=5).body)
        assert bad.status == 422
        assert templates.submit(cloud(api_url=url), draft(SOURCE)).name == "failed_attempt_1"
        assert templates.fetch(cloud(api_url=url))
