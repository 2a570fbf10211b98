"""Our texts as templates that Meta approves."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from tests.makers import a_shop
from tests.notify.channels.chats import NOW
from tests.notify.channels.phones import cloud
from tests.peers import Peer, Scripted, a_peer
from wismo.cli.templates import templates_command
from wismo.notify.actions.accounts import set_account
from wismo.notify.channels.whatsapp import templates
from wismo.notify.channels.whatsapp.drafts import Source, draft
from wismo.notify.channels.whatsapp.templates import TemplateRefused
from wismo.notify.models import ProviderTemplate
from wismo.notify.port import HeardTemplate, LetterError
from wismo.notify.words import Kind, ReplyAction

PATH = "/v25.0/102290129340398/message_templates"
SOURCE = Source(
    journey="failed_attempt",
    kind=Kind.TRANSACTIONAL,
    language="pt-BR",
    brand="Halden & Rue",
    short="{{ carrier }} could not deliver your order {{ number }}.{% if day %} Next: {{ day }}.{% endif %}",
    example={"number": "#1042", "carrier": "DHL", "day": "", "count": 1},
    button="{{ plural(count, one='Follow your parcel', other='Follow your parcels') }}",
    page="https://track.halden.example/r/",
    answers=(
        (ReplyAction.CHOOSE_SLOT, "Choose another day for delivery"),
        (ReplyAction.PROBLEM, "I have a problem"),
    ),
    max_age=timedelta(hours=12),
)

FORM = {
    "name": "failed_attempt_2",
    "language": "pt_BR",
    "category": "UTILITY",
    "message_send_ttl_seconds": 43200,
    "components": [
        {
            "type": "BODY",
            "text": "Halden & Rue: {{1}} could not deliver your order {{2}}.",
            "example": {"body_text": [["DHL", "#1042"]]},
        },
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Choose another day for d…"},
                {"type": "QUICK_REPLY", "text": "I have a problem"},
                {
                    "type": "URL",
                    "text": "Follow your parcel",
                    "url": "https://track.halden.example/r/{{1}}",
                    "example": ["https://track.halden.example/r/AbC123"],
                },
            ],
        },
    ],
}


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as running:
        yield running


def test_a_text_becomes_a_template_with_numbered_places_and_the_buttons_in_metas_order() -> None:
    drafted = draft(SOURCE, 2)
    assert drafted.variables == ("carrier", "number")
    assert drafted.buttons == (
        {"type": "quick_reply", "action": "choose_slot"},
        {"type": "quick_reply", "action": "problem"},
        {"type": "url", "prefix": "https://track.halden.example/r/"},
    )
    assert drafted.form() == FORM


def test_what_may_be_lacking_is_kept_where_it_has_an_example() -> None:
    full = replace(SOURCE, example={**SOURCE.example, "day": "Tuesday"})
    assert draft(full).body == "Halden & Rue: {{1}} could not deliver your order {{2}}. Next: {{3}}."


@pytest.mark.parametrize(
    ("changes", "category", "ttl"),
    [
        ({}, "utility", 43200),
        ({"max_age": timedelta(hours=4)}, "utility", 14400),
        ({"max_age": timedelta(seconds=1)}, "utility", 30),
        ({"max_age": None}, "utility", None),
        ({"kind": Kind.FEEDBACK}, "marketing", None),
        ({"short": "Something happened, look here."}, "marketing", None),  # no order is named
        ({"short": "Order {{ number }}: take {{ voucher }} now."}, "marketing", None),  # an offer
    ],
)
def test_only_facts_of_an_order_are_utility_and_live_as_long_as_their_news(
    changes: dict[str, object], category: str, ttl: int | None
) -> None:
    given = replace(SOURCE, example={**SOURCE.example, "voucher": "THANKS5"}, **changes)  # type: ignore[arg-type]
    drafted = draft(given)
    assert (drafted.category, drafted.ttl_seconds) == (category, ttl)


@pytest.mark.parametrize(
    ("short", "why"),
    [
        ("It comes on {{ number }}", "neither begin nor end with a variable"),
        ("x" * 1100, "at most 1024 characters"),
        ("{{ nonsense }", "cannot be filled in"),
    ],
)
def test_what_meta_would_refuse_is_said_before_it_is_sent_in(short: str, why: str) -> None:
    with pytest.raises(LetterError, match=why):
        draft(replace(SOURCE, short=short))


def test_a_template_is_sent_in_and_the_answer_is_kept(peer: Peer) -> None:
    peer.script(PATH, Scripted(200, b'{"id": "57", "status": "PENDING", "category": "UTILITY"}'))
    heard = templates.submit(cloud(api_url=peer.url), draft(SOURCE))
    assert heard == HeardTemplate(
        "failed_attempt_1:pt_BR:PENDING", "failed_attempt_1", "pt_BR", "pending", "utility"
    )
    assert json.loads(peer.asked[0].body)["name"] == "failed_attempt_1"


def test_why_meta_did_not_take_it_is_told(peer: Peer) -> None:
    error = {"error": {"message": "Invalid parameter", "error_user_msg": "There is already a template"}}
    peer.script(PATH, Scripted(400, json.dumps(error).encode()))
    with pytest.raises(TemplateRefused, match="There is already a template"):
        templates.submit(cloud(api_url=peer.url), draft(SOURCE))
    with pytest.raises(TemplateRefused, match="business account ID"):
        templates.submit(cloud(waba_id=""), draft(SOURCE))


def page(*names: str, after: str = "") -> Scripted:
    data = [{"name": name, "language": "en", "status": "APPROVED", "category": "UTILITY"} for name in names]
    paging = {"cursors": {"after": after}, "next": "https://…"} if after else {}
    return Scripted(200, json.dumps({"data": data, "paging": paging}).encode())


def test_all_pages_of_templates_are_read(peer: Peer) -> None:
    peer.script(PATH, page("a", "b", after="MTAw"), page("c"))
    assert [heard.name for heard in templates.fetch(cloud(api_url=peer.url))] == ["a", "b", "c"]
    assert "after=MTAw" in peer.asked[1].path


# ── from the command line ─────────────────────────────────────────────────────────────────────────────────


def run(*arguments: str) -> str:
    done = CliRunner().invoke(templates_command, arguments)
    return done.output


@pytest.mark.django_db
def test_the_operator_sees_sends_in_and_asks(peer: Peer) -> None:
    shop = a_shop()
    values = dict(cloud(api_url=peer.url).values)
    set_account(shop, "meta", values, who="test", now=NOW)
    peer.script(
        PATH,
        Scripted(200, b'{"id": "57", "status": "PENDING", "category": "UTILITY"}'),
        page("out_for_delivery_1"),
    )
    shown = run("out_for_delivery", "--send-in")
    assert "out_for_delivery_1 en, utility" in shown
    assert "sent in: pending" in shown
    row = ProviderTemplate.objects.get()
    assert (row.journey, row.language, row.state) == ("out_for_delivery", "en", "pending")
    assert "number" in row.variables
    assert run() == "out_for_delivery_1 en: approved, utility\n"
    row.refresh_from_db()
    assert row.state == "approved"
    assert "there is no journey 'nonsense'" in run("nonsense")


@pytest.mark.django_db
def test_texts_approved_elsewhere_are_entered_from_a_file(tmp_path: Path) -> None:
    a_shop()
    file = tmp_path / "dlt.toml"
    file.write_text(
        """
[[template]]
provider = "gupshup"
journey = "out_for_delivery"
language = "en"
name = "1107161513"
body = "Halden: Order {#var#} is out for delivery. {#url#} -HALDEN"
variables = ["number", "url"]
extra = { entity_id = "1001", header = "HALDEN" }
""",
        encoding="utf-8",
    )
    assert run("--enter", str(file)) == "gupshup: out_for_delivery in en speaks by 1107161513\n"
    row = ProviderTemplate.objects.get()
    assert (row.state, row.variables) == ("approved", ["number", "url"])
    assert row.extra == {"entity_id": "1001", "header": "HALDEN"}
    file.write_text('[[template]]\nprovider = "x"', encoding="utf-8")
    assert "a [[template]] has body, journey, language, name, provider, variables" in run(
        "--enter", str(file)
    )
