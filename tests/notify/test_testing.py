"""A test of a text, handed over by the real way to a provider that answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from pytest_django.fixtures import Settings

from tests.console import rows
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.actions.accounts import set_account
from wismo.notify.actions.testing import Asker, NotSent, send_test
from wismo.notify.models import Attempt, Message, ProviderTemplate
from wismo.notify.preview import Trial
from wismo.notify.queries.texts import TextKey, TextWords
from wismo.plumbing import audit
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INES = Asker("ines@halden.example", "+49 151 12345678", "DE")
WORDS = TextWords({"short": "{{ number }} has left"})
SMS = Trial(TextKey("shipped", "sms", "en"), "sms", WORDS)


@pytest.fixture
def shop(settings: Settings) -> Shop:
    settings.PRIVATE_PEERS = True
    return rows.a_shop()


@pytest.fixture
def twilio(shop: Shop) -> Iterator[Peer]:
    with a_peer() as server:
        server.usual = Scripted(201, b'{"sid": "SM1", "status": "queued"}')
        values = {"account_sid": "AC1", "auth_token": "t", "sender": "+15005550006", "api_url": server.url}
        set_account(shop.pk, "twilio_sms", values, who="ines", now=NOW)
        yield server


def test_it_says_that_it_is_a_test_and_leaves_no_message_behind(shop: Shop, twilio: Peer) -> None:
    send_test(shop.pk, SMS, INES, now=NOW)
    [asked] = twilio.asked
    form = parse_qs(asked.body.decode())
    assert form["To"] == ["+4915112345678"]
    assert form["Body"][0].startswith("Halden & Rue: [Test] #1042 has left http")
    assert (Message.objects.count(), Attempt.objects.count()) == (0, 0)
    [act] = audit.latest(shop.pk, "sent a test message", 5)
    assert (act.who, act.subject) == ("ines@halden.example", "shipped sms en")


def test_what_the_provider_says_is_told(shop: Shop, twilio: Peer) -> None:
    twilio.usual = Scripted(400, json.dumps({"code": 21211, "message": "invalid"}).encode())
    with pytest.raises(NotSent, match="Twilio refused it: 21211"):
        send_test(shop.pk, SMS, INES, now=NOW)


def test_a_provider_that_cannot_be_reached_is_told(shop: Shop) -> None:
    values = {"account_sid": "AC1", "auth_token": "t", "sender": "+15005550006"}
    values["api_url"] = "http://127.0.0.1:9"
    set_account(shop.pk, "twilio_sms", values, who="ines", now=NOW)
    with pytest.raises(NotSent, match="Twilio could not be reached"):
        send_test(shop.pk, SMS, INES, now=NOW)


def test_only_an_account_that_is_there_is_used(shop: Shop, twilio: Peer) -> None:
    with pytest.raises(NotSent, match="No account is connected"):
        send_test(shop.pk, SMS, INES, now=NOW, provider="46elks")
    assert twilio.asked == []


def test_what_a_provider_approved_is_what_it_carries(shop: Shop) -> None:
    ProviderTemplate.objects.create(
        shop=shop,
        provider="meta",
        journey="shipped",
        language="en",
        provider_language="en_US",
        name="shipped_v3",
        category="utility",
        state="approved",
        body="Order {{1}} left with {{2}}.",
        variables=["number", "carrier"],
        changed_at=NOW,
    )
    trial = Trial(TextKey("shipped", "whatsapp", "en"), "whatsapp")
    with a_peer() as server:
        server.usual = Scripted(200, b'{"messages": [{"id": "wamid.1"}]}')
        values = {"phone_number_id": "1", "access_token": "t", "app_secret": "s", "verify_token": "v"}
        set_account(shop.pk, "meta", {**values, "api_url": server.url}, who="ines", now=NOW)
        send_test(shop.pk, trial, Asker("ines@halden.example", "+4915112345678", "DE"), now=NOW)
    template = json.loads(server.asked[0].body)["template"]
    assert (template["name"], template["language"]["code"]) == ("shipped_v3", "en_US")
    assert [p["text"] for p in template["components"][0]["parameters"]] == ["#1042", "DHL"]


def test_the_feed_is_looked_at_and_not_written_to(shop: Shop) -> None:
    trial = Trial(TextKey("shipped", "inapp", "en"), "inapp")
    with pytest.raises(NotSent, match="known shopper only"):
        send_test(shop.pk, trial, INES, now=NOW)
