"""What providers told at the door is read by the inbox's worker and followed to its end."""

import json
from itertools import permutations
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from tests.inboxes import states
from tests.notify.calling import NOW, account_at, in_meta, post, signed, status, work
from tests.notify.replying import META, a_shop_with, told
from tests.shared import FOLDER, needs_shared
from wismo.notify.channels import providers
from wismo.notify.models import Inbound, ProviderTemplate, Receipt
from wismo.plumbing import inbox
from wismo.plumbing.models import InboxRow

pytestmark = pytest.mark.django_db


def test_receipts_move_their_message_on_in_whatever_order_they_come() -> None:
    shop = a_shop_with("meta")
    for at, order in enumerate(permutations(["sent", "delivered", "read"])):
        attempt = told(shop, number=f"HR-{at}")
        for state in (*order, order[0]):
            body = status(attempt, state)
            assert post(shop, body, signed(body)).status_code == 200
        work()
        attempt.refresh_from_db()
        assert attempt.state == "read"
        assert Receipt.objects.filter(attempt=attempt).count() == 3
    assert set(states().values()) == {"done"}


def test_another_shops_provider_cannot_speak_of_our_messages() -> None:
    mine, other = a_shop_with("meta"), a_shop_with("meta", slug="other")
    attempt = told(mine)
    body = status(attempt, "delivered")
    post(other, body, signed(body))
    work()
    attempt.refresh_from_db()
    assert attempt.state == "accepted"
    assert set(states().values()) == {"done"}


def test_what_meta_tells_an_app_of_another_shops_number_is_not_heard_as_this_ones() -> None:
    shop = a_shop_with("meta")
    message = {"id": "wamid.x", "from": "4915112345678", "type": "text", "text": {"body": "Hello?"}}
    for number in ("another", META["phone_number_id"]):
        body = in_meta("messages", {"metadata": {"phone_number_id": number}, "messages": [message]})
        post(shop, body, signed(body))
        work()
        assert Inbound.objects.filter(shop=shop).exists() is (number != "another")
    assert set(states().values()) == {"done"}


def test_the_good_part_of_a_payload_counts_and_the_rest_is_shown() -> None:
    shop = a_shop_with()
    account_at(shop, providers()["line"])
    person = {"source": {"type": "user", "userId": "U1"}, "timestamp": 1764000000000}
    said = {**person, "type": "message", "webhookEventId": "E1", "message": {"type": "text", "text": "Hi"}}
    body = json.dumps({"events": [{**person, "type": "postback"}, said]}).encode()
    inbox.keep(shop.pk, "line", body, headers={}, now=timezone.now())
    work()
    assert list(Inbound.objects.values_list("key", flat=True)) == ["E1"]
    row = InboxRow.objects.get()
    assert (row.task.parked, row.task.error) == (
        True,
        "1 read, the rest not: no. 1 of LINE's events: KeyError",
    )


def test_a_template_that_a_provider_pauses_is_known_as_paused() -> None:
    shop = a_shop_with("meta")
    kept = ProviderTemplate.objects.create(
        shop=shop,
        provider="meta",
        journey="delivered",
        language="de",
        name="delivered_v1",
        provider_language="de",
        state="approved",
        changed_at=NOW,
    )
    value = {
        "event": "PAUSED",
        "message_template_id": 1,
        "message_template_name": "delivered_v1",
        "message_template_language": "de",
        "reason": "NONE",
    }
    body = in_meta("message_template_status_update", value)
    post(shop, body, signed(body))
    work()
    kept.refresh_from_db()
    assert kept.state == "paused"


def test_a_payload_that_cannot_be_read_waits_for_a_person() -> None:
    shop = a_shop_with("meta")
    post(shop, b"no json", signed(b"no json"))
    work()
    assert set(states().values()) == {"parked"}


SAMPLES = FOLDER / "peers" / "webhooks"
SENDERS = {
    **{"amazon_ses": "ses", "line": "line", "whatsapp": "meta", "whatsapp_meta": "meta"},
    **{
        name: name
        for name in (
            "brevo",
            "mailersend",
            "mailgun",
            "mailjet",
            "postmark",
            "resend",
            "sendgrid",
            "sparkpost",
        )
    },
}
NOT_CALLS = ("request_", "signed_")  # what is sent to a provider, and vectors of signatures


def calls(folder: str) -> list[bytes]:
    """The bodies of a folder's samples."""
    files = sorted(path for path in (SAMPLES / folder).iterdir() if path.suffix in {".json", ".txt"})
    return [path.read_bytes() for path in files if not path.name.startswith(NOT_CALLS)]


@needs_shared
@pytest.mark.parametrize("folder", SENDERS)
def test_every_sample_of_a_provider_is_read_and_followed_to_the_end(folder: str) -> None:
    shop = a_shop_with()
    account_at(shop, providers()[SENDERS[folder]])
    bodies = calls(folder)
    assert bodies
    for body in (*bodies, *bodies):  # providers tell things twice
        boundary = body.split(b"\r\n", 1)[0].removeprefix(b"--").decode("ascii", "replace")
        kind = f"multipart/form-data; boundary={boundary}" if body.startswith(b"--") else "application/json"
        inbox.keep(shop.pk, SENDERS[folder], body, headers={"content-type": kind}, now=timezone.now())
    work()
    parked = list(InboxRow.objects.filter(task__parked=True).values_list("task__error", flat=True))
    assert (parked, set(states().values())) == ([], {"done"})


@needs_shared
@pytest.mark.parametrize("provider", ["twilio_sms", "twilio_whatsapp"])
def test_every_form_of_twilios_is_read_and_followed_to_the_end(provider: str) -> None:
    shop = a_shop_with()
    account_at(shop, providers()[provider])
    for path in sorted((SAMPLES / "twilio").glob("*.json")):
        if not path.name.startswith("signature"):
            form = urlencode(json.loads(path.read_text(encoding="utf-8"))).encode()
            inbox.keep(shop.pk, provider, form, headers={}, now=timezone.now())
    work()
    assert set(states().values()) == {"done"}
