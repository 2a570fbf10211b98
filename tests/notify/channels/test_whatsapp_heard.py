"""Every payload that Meta shows for WhatsApp is read, and to the right event."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.shared import FOLDER, needs_shared
from wismo.notify.channels.whatsapp.meta import read
from wismo.notify.port import (
    Heard,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    HeardTemplate,
    Unreadable,
)
from wismo.notify.words import AddressKind, Failure, Kind, ReceiptState

pytestmark = needs_shared
SAMPLES = FOLDER / "peers" / "webhooks"
ANNA = (AddressKind.PHONE, "+972987654321")
SCOPED = (AddressKind.WHATSAPP, "US.13491208655302741918")
SHEENA = (AddressKind.PHONE, "+16505551234")


def heard(sample: str) -> list[Heard]:
    return read((SAMPLES / f"{sample}.json").read_bytes(), {})


STATES = {
    "sent": ReceiptState.ACCEPTED,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.READ,
    "played": ReceiptState.READ,
    "failed": ReceiptState.FAILED,
}


@pytest.mark.parametrize("word", STATES)
def test_a_status_says_what_became_of_a_message(word: str) -> None:
    (receipt,) = heard(f"whatsapp/message_status.{word}")
    assert isinstance(receipt, HeardReceipt)
    assert (receipt.key, receipt.state) == (f"wamid.xyzxyz:{word}", STATES[word])
    assert (receipt.provider_id, receipt.to) == ("wamid.xyzxyz", ANNA)
    failed = word == "failed"
    assert (receipt.code, receipt.failure) == (("130472", Failure.WITHHELD) if failed else ("", None))


@pytest.mark.parametrize(
    ("sample", "token", "text", "answers"),
    [
        ("whatsapp/callback_button.button", "callback_data", "title", "wamid.xyzxyz"),
        ("whatsapp/callback_button.quick_reply", "callback_data", "title", "wamid.xyzxyz=="),
        ("whatsapp/callback_button.quick_reply_without_context", "callback_data", "title", ""),
        ("whatsapp/callback_selection.description", "callback_data", "title", "wamid.xyzxyz"),
        ("whatsapp_meta/button_message", "Unsubscribe", "Unsubscribe", None),
        ("whatsapp_meta/interactive_button_reply_message", "cancel-button", "Cancel", None),
        ("whatsapp_meta/interactive_list_reply_message", "priority_express", "Priority Mail Express", None),
        ("whatsapp/flow_completion.without_flow_token", "", "Sent", "wamid.gvwegfretge=="),
        ("whatsapp/message.forwarded", "", "forwarded text", ""),
        ("whatsapp/message.forwarded_many_times", "", "text forwarded many times", ""),
        ("whatsapp_meta/text_message", "", "Does it come in another color?", ""),
        (
            "whatsapp_meta/text_message_from_click_to_whatsapp_ad",
            "",
            "Hello! Can I get more info on this?",
            "",
        ),
        ("whatsapp_meta/text_message_with_context_product_inquiry", "", "Is this still available?", None),
        ("whatsapp/edited_message.image", "", "Updated image caption", ""),
        ("whatsapp/message.video", "", "caption", ""),
        ("whatsapp_meta/image_message", "", "Taj Mahal", ""),
        ("whatsapp_meta/contact_sharing_message", "", "Lucía Gómez", ""),
        ("whatsapp/message.contacts", "", "Chandler Bing, Monica, Rachel Green", ""),
        ("whatsapp/message.chosen_location", "", "Facebook HQ, 1 Hacker Way, Menlo Park, CA 94025", ""),
        ("whatsapp/message.current_location", "", "", ""),
        ("whatsapp_meta/location_message", "", "Philz Coffee, 101 Forest Ave, Palo Alto, CA 94301", ""),
        ("whatsapp/message.order", "", "", ""),
        ("whatsapp_meta/order_message", "", "", ""),
    ],
)
def test_what_a_person_wrote_or_tapped_is_a_reply(
    sample: str, token: str, text: str, answers: str | None
) -> None:
    (reply,) = heard(sample)
    assert isinstance(reply, HeardReply)
    assert (reply.token, reply.text) == (token, text)
    assert answers is None or reply.answers == answers
    named = sample.startswith("whatsapp/") and "edited" not in sample
    assert reply.sender == (ANNA if named else SHEENA)
    assert reply.also == ((SCOPED,) if named else ())
    assert reply.at is not None


@pytest.mark.parametrize(
    ("sample", "media"),
    [
        ("whatsapp/message.animated_sticker", "sticker"),
        ("whatsapp/message.static_sticker", "sticker"),
        ("whatsapp/message.audio", "audio"),
        ("whatsapp/message.voice", "audio"),
        ("whatsapp/message.image", "image"),
        ("whatsapp/message.media_with_url", "image"),
        ("whatsapp/message.video", "video"),
        ("whatsapp/edited_message.image", "image"),
        ("whatsapp_meta/image_message", "image"),
        ("whatsapp/message.unsupported", "unsupported"),
        ("whatsapp_meta/unsupported_message", "unsupported"),
        ("whatsapp/message.contacts", "contacts"),
        ("whatsapp/message.order", "order"),
        ("whatsapp/message.current_location", "location"),
    ],
)
def test_what_is_no_text_says_what_it_is(sample: str, media: str) -> None:
    (reply,) = heard(sample)
    assert isinstance(reply, HeardReply)
    assert reply.extra["media"] == media


@pytest.mark.parametrize(
    ("sample", "what"),
    [
        ("whatsapp/message.reaction", "message reaction"),
        ("whatsapp/message.unreaction_empty", "message reaction"),
        ("whatsapp/message.unreaction_no_emoji", "message reaction"),
        ("whatsapp_meta/reaction_message", "message reaction"),
        ("whatsapp/deleted_message.revoke", "message revoke"),
        ("whatsapp/system.identity_change", "message customer_identity_changed"),
        ("whatsapp_meta/system_message", "message user_changed_number"),
        ("whatsapp/outgoing_message.text", "smb_message_echoes"),
        ("whatsapp/outgoing_message.edit", "smb_message_echoes"),
        ("whatsapp/account_update.account_deleted", "account_update ACCOUNT_DELETED"),
        ("whatsapp/account_update.account_disabled", "account_update DISABLED_UPDATE"),
        ("whatsapp/account_update.account_offboarded", "account_update ACCOUNT_OFFBOARDED"),
        ("whatsapp/account_update.account_restriction", "account_update ACCOUNT_RESTRICTION"),
        ("whatsapp/account_update.ad_account_linked", "account_update AD_ACCOUNT_LINKED"),
        ("whatsapp/account_update.partner_added", "account_update PARTNER_ADDED"),
        ("whatsapp/account_update.partner_app_installed", "account_update PARTNER_APP_INSTALLED"),
        ("whatsapp/account_update.partner_removed", "account_update PARTNER_REMOVED"),
        ("whatsapp/account_update.pricing_tiering_update", "account_update VOLUME_BASED_PRICING_TIER_UPDATE"),
        (
            "whatsapp/account_update.primary_business_location_set",
            "account_update BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
        ),
        ("whatsapp_meta/group_create_message", "group_lifecycle_update"),
        ("whatsapp_meta/group_remove_participants", "group_participants_update"),
        ("whatsapp_meta/group_settings_update", "group_settings_update"),
    ],
)
def test_what_has_no_consequence_is_named(sample: str, what: str) -> None:
    (other,) = heard(sample)
    assert isinstance(other, HeardOther)
    assert other.what == what
    assert other.key


def test_a_template_that_was_recategorised_or_rated_is_told() -> None:
    (recategorised,) = heard("whatsapp/template_category_update.marketing")
    assert isinstance(recategorised, HeardTemplate)
    assert (recategorised.name, recategorised.language) == ("my_message_template", "he")
    assert (recategorised.category, recategorised.state) == ("marketing", "")
    (rated,) = heard("whatsapp/template_quality_update.yellow")
    assert isinstance(rated, HeardTemplate)
    assert (rated.name, rated.state, rated.reason) == ("welcome_template", "", "quality YELLOW")


def test_a_preference_of_marketing_is_a_choice() -> None:
    (choice,) = heard("whatsapp/user_marketing_preferences.signup")
    assert isinstance(choice, HeardChoice)
    assert (choice.address, choice.granted, choice.scope) == (SHEENA, True, Kind.MARKETING)
    assert choice.at == datetime(2024, 11, 15, 21, 22, 1, tzinfo=UTC)


def test_no_sample_is_left_out() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    samples = [*(SAMPLES / "whatsapp").glob("*.json"), *(SAMPLES / "whatsapp_meta").glob("*.json")]
    told = [f"{path.parent.name}/{path.stem}" for path in samples if not path.stem.startswith("request_")]
    assert [name for name in told if name not in source and "message_status" not in name] == []


# ── what the samples do not show ──────────────────────────────────────────────────────────────────────────


def payload(field: str, *values: dict[str, Any]) -> bytes:
    changes = [{"field": field, "value": value} for value in values]
    told = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    return json.dumps(told).encode()


def status(word: str, **more: Any) -> dict[str, Any]:
    told = {"id": "wamid.1", "status": word, "timestamp": "1698266945", "recipient_id": "972987654321"}
    return {"statuses": [{**told, **more}]}


def test_several_in_one_post_are_all_heard_and_our_reference_comes_back() -> None:
    body = payload("messages", status("sent", biz_opaque_callback_data="ref-1"), status("delivered"))
    sent, delivered = read(body, {})
    assert isinstance(sent, HeardReceipt)
    assert (sent.reference, sent.at) == ("ref-1", datetime(2023, 10, 25, 20, 49, 5, tzinfo=UTC))
    assert isinstance(delivered, HeardReceipt)
    assert delivered.state is ReceiptState.DELIVERED


def test_who_ended_marketing_at_whatsapp_is_not_written_to_about_offers_again() -> None:
    receipt, choice = read(payload("messages", status("failed", errors=[{"code": 131050}])), {})
    assert isinstance(receipt, HeardReceipt)
    assert receipt.failure is Failure.OPTED_OUT
    assert choice == HeardChoice("wamid.1:failed:stop", receipt.at, ANNA, granted=False, scope=Kind.MARKETING)


def test_a_person_without_a_number_is_known_by_the_scoped_id_alone() -> None:
    message = {"id": "wamid.2", "from_user_id": SCOPED[1], "type": "text", "text": {"body": "Hi"}}
    contact = {"profile": {"name": "Anna"}, "user_id": SCOPED[1]}
    (reply,) = read(payload("messages", {"contacts": [contact], "messages": [message]}), {})
    assert reply == HeardReply("wamid.2", None, SCOPED, text="Hi", extra={"name": "Anna"})


def test_a_template_is_approved_paused_or_rejected_with_the_reason() -> None:
    told = {"message_template_name": "order_update_2", "message_template_language": "en_US"}
    body = payload(
        "message_template_status_update",
        {**told, "event": "APPROVED", "reason": "NONE"},
        {**told, "event": "REJECTED", "reason": "INCORRECT_CATEGORY"},
        {**told, "event": "PAUSED"},
    )
    states = [(one.state, one.reason) for one in read(body, {}) if isinstance(one, HeardTemplate)]
    assert states == [("approved", ""), ("rejected", "INCORRECT_CATEGORY"), ("paused", "")]


def test_marketing_that_was_stopped_in_the_app_is_a_refusal() -> None:
    told = {"user_id": SCOPED[1], "category": "marketing_messages", "value": "stop", "timestamp": 1731705721}
    (choice,) = read(payload("user_preferences", {"user_preferences": [told]}), {})
    assert isinstance(choice, HeardChoice)
    assert (choice.address, choice.granted, choice.scope) == (SCOPED, False, Kind.MARKETING)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"object": "page"}'])
def test_what_is_no_payload_of_whatsapp_is_kept_for_people(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, {})
