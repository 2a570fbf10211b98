"""LINE: the card, the safe repeat, notices by phone number."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import (
    PAGE,
    REFERENCE,
    TOKEN,
    a_button,
    a_letter,
    an_account,
    approved,
)
from tests.notify.openapi import assert_allowed, document
from tests.peers import Peer, Scripted, a_peer
from tests.shared import needs_shared
from wismo.notify.channels import line_card, providers
from wismo.notify.channels.line import line
from wismo.notify.channels.line_notice import notice
from wismo.notify.port import (
    LetterError,
    Outcome,
    Request,
    Result,
)
from wismo.notify.words import AddressKind, Failure, Kind

REVIEWED = approved("", flexible=True)  # our card, which LINE's review of the journey has seen
SPEC = "line_messaging-api.yml"
SECRET, LENA = "channel secret", "U206d25c2ea6bd87c17655609a1c37cb8"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


def account(api_url: str = "") -> Any:
    return an_account("line", "line", api_url, token="channel token", secret=SECRET)


def composed(provider: Any, **changes: Any) -> Request:
    form: Request = provider.open_provider(account()).compose(a_letter(**changes)).form
    return form


def told(request: Request) -> Any:
    return json.loads(request.body)


def handed_over(peer: Peer, provider: Any, answer: Scripted, **changes: Any) -> Outcome:
    peer.usual = answer
    opened = provider.open_provider(account(peer.url))
    outcome: Outcome = opened.send(opened.compose(a_letter(**changes)))
    return outcome


def test_a_letter_becomes_one_card_in_the_brands_colours() -> None:
    request = composed(line, buttons=(a_button(),))
    assert request.url == "https://api.line.me/v2/bot/message/push"
    assert request.headers["Authorization"] == "Bearer channel token"
    assert request.headers["X-Line-Retry-Key"] == REFERENCE
    said = told(request)
    assert said["to"] == LENA
    (card,) = said["messages"]
    assert (
        card["altText"]
        == "Out for delivery\nYour parcel is with the driver <today> & should arrive by 18:00."
    )
    bubble = card["contents"]
    assert bubble["header"]["backgroundColor"] == "#1f5d4c"
    assert bubble["header"]["contents"][0]["color"] == "#ffffff"
    texts = [part["text"] for part in bubble["body"]["contents"] if part["type"] == "text"]
    assert texts == ["Out for delivery", "Your parcel is with the driver <today> & should arrive by 18:00."]
    main, answer = (part["action"] for part in bubble["footer"]["contents"])
    assert main == {"type": "uri", "label": "Track your parcel", "uri": PAGE}
    assert answer == {
        "type": "postback",
        "label": "Choose another day",
        "data": TOKEN,
        "displayText": "Choose another day",
    }


def test_a_card_in_arabic_runs_from_the_right() -> None:
    (card,) = told(composed(line, direction="rtl", language="ar"))["messages"]
    assert card["contents"]["direction"] == "rtl"


def test_what_line_limits_is_cut_and_what_it_would_refuse_is_not_handed_over() -> None:
    (card,) = told(composed(line, body="詳" * 2100, button="追" * 60))["messages"]
    assert len(card["altText"]) == 1500
    assert card["contents"]["body"]["contents"][1]["text"] == "詳" * 1999 + "…"
    assert card["altText"].endswith("…")
    assert card["contents"]["footer"]["contents"][0]["action"]["label"] == "追" * 39 + "…"
    assert line_card.clipped("😀" * 30, 40) == "😀" * 19 + "…"  # LINE counts UTF-16 units
    with pytest.raises(LetterError, match="link"):
        composed(line, url="ftp://halden.example")


def test_a_question_shows_its_scores_as_links() -> None:
    scores = tuple((str(n), f"https://track.halden.example/f/x?score={n}") for n in range(11))
    (card,) = told(composed(line, scores=scores, kind=Kind.FEEDBACK))["messages"]
    first, second, _main = card["contents"]["footer"]["contents"]
    assert [cell["text"] for cell in first["contents"] + second["contents"]] == [str(n) for n in range(11)]
    assert second["contents"][-1]["action"]["uri"].endswith("score=10")


def test_taken_is_sent_with_lines_own_id(peer: Peer) -> None:
    answer = Scripted(200, b'{"sentMessages":[{"id":"461230966842064897","quoteToken":"q"}]}')
    assert handed_over(peer, line, answer) == Outcome(Result.SENT, "", "461230966842064897")
    assert peer.asked[0].path == "/v2/bot/message/push"
    assert peer.asked[0].headers["x-line-retry-key"] == REFERENCE


def test_a_repeat_of_what_was_taken_is_sent_too(peer: Peer) -> None:
    said = b'{"message":"The retry key is already accepted","sentMessages":[{"id":"461230966842064897"}]}'
    assert handed_over(peer, line, Scripted(409, said)) == Outcome(
        Result.SENT, "repeated", "461230966842064897"
    )


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (500, "", Outcome(Result.UNKNOWN, "500")),
        (401, "Authentication failed", Outcome(Result.REFUSED, "401", failure=Failure.CONFIG)),
        (403, "Access to this API is not available", Outcome(Result.REFUSED, "403", failure=Failure.CONFIG)),
        (
            400,
            "The property, 'to', in the request body is invalid (line: -, column: -)",
            Outcome(Result.REFUSED, "400", failure=Failure.INVALID),
        ),
        (400, "Failed to send messages", Outcome(Result.REFUSED, "400", failure=Failure.INVALID)),
        (
            400,
            "A message (messages[0]) in the request body is invalid",
            Outcome(Result.REFUSED, "400", failure=Failure.CONTENT),
        ),
        (
            429,
            "You have reached your monthly limit.",
            Outcome(Result.REFUSED, "monthly_limit", failure=Failure.CONFIG),
        ),
        (
            429,
            "The API rate limit has been exceeded. Try again later.",
            Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=timedelta(seconds=7)),
        ),
    ],
)
def test_every_refusal_says_whose_fault_it_is(peer: Peer, status: int, said: str, expected: Outcome) -> None:
    answer = Scripted(status, json.dumps({"message": said}).encode(), {"Retry-After": "7"})
    assert handed_over(peer, line, answer) == expected


def test_a_notice_goes_to_the_hash_of_the_number(peer: Peer) -> None:
    letter = {"to": "+818012345678", "to_kind": AddressKind.PHONE, "approved": REVIEWED}
    assert handed_over(peer, notice, Scripted(), **letter) == Outcome(Result.SENT)
    (asked,) = peer.asked
    assert asked.path == "/bot/pnp/push"
    assert asked.headers["x-line-delivery-tag"] == REFERENCE
    assert "x-line-retry-key" not in asked.headers
    assert json.loads(asked.body)["to"] == hashlib.sha256(b"+818012345678").hexdigest()
    assert b"818012345678" not in asked.body


def test_a_number_that_line_does_not_know_is_no_address_there(peer: Peer) -> None:
    letter = {"to": "+818012345678", "to_kind": AddressKind.PHONE, "approved": REVIEWED}
    assert handed_over(peer, notice, Scripted(422), **letter).failure is Failure.ADDRESS


def test_a_notice_is_never_a_question_or_an_offer_and_never_what_line_has_not_seen() -> None:
    with pytest.raises(LetterError, match="facts of an order only"):
        composed(notice, kind=Kind.FEEDBACK, to="+818012345678", approved=REVIEWED)
    with pytest.raises(LetterError, match="as LINE approved them"):
        composed(notice, to="+818012345678")


def test_a_notice_by_an_approved_template_fills_lines_own_items() -> None:
    template = approved(
        "",
        ("day", "2026年11月24日(火)"),
        ("number", "HR-20418"),
        ("carrier", " "),
        name="shipment_completed_ja",
        items=["date_002_ja", "number_001_ja", "name_010_ja"],
        emphasized="date_002_ja",
        buttons=["check_delivery_status_ja"],
    )
    request = composed(notice, to="+818012345678", approved=template)
    assert request.url == "https://api.line.me/v2/bot/message/pnp/templated/push"
    assert told(request) == {
        "to": hashlib.sha256(b"+818012345678").hexdigest(),
        "templateKey": "shipment_completed_ja",
        "body": {
            "emphasizedItem": {"itemKey": "date_002_ja", "content": "2026年11月24日(火)"},
            "items": [{"itemKey": "number_001_ja", "content": "HR-20418"}],  # nothing is known of the carrier
            "buttons": [{"buttonKey": "check_delivery_status_ja", "url": PAGE}],
        },
    }
    with pytest.raises(LetterError, match="one item of LINE's for each"):
        composed(notice, to="+818012345678", approved=approved("", ("day", "24."), items=[]))


def test_only_the_push_to_friends_may_be_repeated() -> None:
    """A notice has a channel of its own: it is known to have arrived, so that a route can wait for it."""
    assert providers()["line"].idempotent
    assert not providers()["line_notice"].idempotent


@needs_shared
@pytest.mark.parametrize("provider", [line, notice])
def test_line_itself_would_allow_every_request(provider: Any) -> None:
    scores = tuple((str(n), f"https://track.halden.example/f/x?score={n}") for n in range(6))
    friend, number = {"to": LENA}, {"to": "+818012345678", "approved": REVIEWED}
    for changes in ({}, {"buttons": (a_button(),) * 3}, {"scores": scores}, {"direction": "rtl", "body": ""}):
        assert_allowed(composed(provider, **(number if provider is notice else friend), **changes), SPEC)


@needs_shared
def test_the_card_is_made_of_lines_own_parts_alone() -> None:
    """The file's types are not closed, so a misspelt property would pass: each is looked up by its type."""
    schemas = document(SPEC)["components"]["schemas"]
    buttons, scores = (a_button(),), (("1", PAGE), ("2", PAGE))
    letter = a_letter(buttons=buttons, scores=scores, preferences_label="Choose", preferences_url=PAGE)
    names = {
        **{"flex": "FlexMessage", "bubble": "FlexBubble", "box": "FlexBox", "text": "FlexText"},
        **{"button": "FlexButton", "uri": "URIAction", "postback": "PostbackAction"},
    }
    seen: Counter[str] = Counter()
    for part in parts_of(line_card.card(letter)):
        assert part.keys() <= properties(schemas, names[part["type"]]), part
        seen[part["type"]] += 1
    assert seen == {"flex": 1, "bubble": 1, "box": 6, "text": 10, "button": 2, "uri": 4, "postback": 1}


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from parts_of(inner)
    if isinstance(value, list):
        for inner in value:
            yield from parts_of(inner)


def properties(schemas: Any, name: str) -> set[str]:
    schema = schemas[name]
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= set(part.get("properties", {}))
        if "$ref" in part:
            found |= properties(schemas, part["$ref"].rpartition("/")[2])
    return found
