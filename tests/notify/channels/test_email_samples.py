"""Every webhook sample of the providers of e-mail is read to the right event."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.shared import FOLDER, needs_shared
from wismo.notify.channels import providers
from wismo.notify.port import Heard, HeardChoice, HeardOther, HeardReceipt, HeardReply

SAMPLES = FOLDER / "peers" / "webhooks"
FOLDERS = {
    "amazon_ses": "ses",
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
HARD, SOFT, BLOCKED = "failed invalid", "failed address soft", "failed address"
LEFT = ["unsubscribed", "no feedback", "no marketing"]
FROM_ANYMAIL = "reply from+test@example.org"

EXPECTED: Mapping[str, list[str]] = {
    "amazon_ses/inbound.inbound_s3_failure_message.raw_ses_event": ["other received_elsewhere"],
    "amazon_ses/inbound.inbound_s3_failure_message.raw_sns_message": ["other received_elsewhere"],
    "amazon_ses/webhooks.bounce_event.raw_ses_event": [HARD],
    "amazon_ses/webhooks.bounce_event.raw_sns_message": [HARD],
    "amazon_ses/webhooks.click_event.raw_ses_event": ["clicked"],
    "amazon_ses/webhooks.click_event.raw_sns_message": ["clicked"],
    "amazon_ses/webhooks.complaint_event.raw_ses_event": ["complained"],
    "amazon_ses/webhooks.complaint_event.raw_sns_message": ["complained"],
    "amazon_ses/webhooks.incorrect_received_event.raw_sns_message": ["other received_elsewhere"],
    "amazon_ses/webhooks.multiple_bounce_event.raw_ses_event": [HARD, HARD],
    "amazon_ses/webhooks.multiple_bounce_event.raw_sns_message": [HARD, HARD],
    "amazon_ses/webhooks.open_event.raw_ses_event": ["read"],
    "amazon_ses/webhooks.open_event.raw_sns_message": ["read"],
    "amazon_ses/webhooks.reject_event.raw_ses_event": ["failed content"],
    "amazon_ses/webhooks.reject_event.raw_sns_message": ["failed content"],
    "amazon_ses/webhooks.send_event.raw_ses_event": ["accepted"],
    "amazon_ses/webhooks.send_event.raw_sns_message": ["accepted"],
    "brevo/inbound.inbound_basics.raw_event": ["reply from@example.com: This is a test message."],
    "brevo/webhooks.blocked.raw_event": [BLOCKED],
    "brevo/webhooks.complaint.raw_event": ["complained"],
    "brevo/webhooks.deferred_event.raw_event": ["accepted"],
    "brevo/webhooks.delivered_event.raw_event": ["delivered"],
    "brevo/webhooks.hard_bounce.raw_event": [HARD],
    "brevo/webhooks.invalid_email.raw_event": [HARD],
    "brevo/webhooks.opened_event.raw_event": ["read"],
    "brevo/webhooks.sent_event.raw_event": ["accepted"],
    "brevo/webhooks.soft_bounce_event.raw_event": [SOFT],
    "brevo/webhooks.unsubscribe.raw_event": LEFT,
    "mailersend/webhooks.delivered_event.raw_event": ["delivered"],
    "mailersend/webhooks.opened_event.raw_event": ["read"],
    "mailersend/webhooks.sent_event.raw_event": ["accepted"],
    "mailersend/webhooks.soft_bounced_event.raw_event": [SOFT],
    "mailersend/webhooks.unsubscribed_event.raw_event": LEFT,
    "mailgun/webhooks.delivered_event.unsigned": ["delivered"],
    "mailgun/webhooks.failed_greylisted_event.unsigned": ["accepted"],
    "mailgun/webhooks.failed_temporary_event.unsigned": ["accepted"],
    "mailgun/webhooks.rejected_event.unsigned": ["failed content"],
    "mailgun/webhooks.unsubscribed_event.unsigned": LEFT,
    "mailjet/inbound.inbound_basics.raw_event": [f"{FROM_ANYMAIL}: Test body plain"],
    "mailjet/webhooks.blocked_event.raw_events": [BLOCKED],
    "mailjet/webhooks.bounce_event.raw_events": [HARD],
    "mailjet/webhooks.click_event.raw_events": ["read"],  # the sample is named click and says open
    "mailjet/webhooks.sent_event.raw_events": ["delivered"],
    "mailjet/webhooks.spam_event.raw_events": ["complained"],
    "mailjet/webhooks.unsub_event.raw_events": LEFT,
    "postmark/inbound.inbound_basics.raw_event": [f"{FROM_ANYMAIL}: stripped plaintext body"],
    "postmark/webhooks.bounce_event.raw_event": [HARD],
    "postmark/webhooks.bounce_unsubscribe_variant.raw_event": ["unsubscribed"],  # it does not say who
    "postmark/webhooks.delivered_event.raw_event": ["delivered"],
    "postmark/webhooks.spam_event.raw_event": ["complained"],
    "postmark/webhooks.subscription_change_bounce.raw_event": [HARD],
    "postmark/webhooks.unsubscribe.raw_event": LEFT,
    "resend/webhooks.complained_event.raw_event": ["complained"],
    "resend/webhooks.delivery_delayed_event.raw_event": ["accepted"],
    "resend/webhooks.hard_bounced_event.raw_event": [HARD],
    "resend/webhooks.opened_event.raw_event": ["read"],
    "resend/webhooks.suppressed_event.raw_event": [BLOCKED],
    "sendgrid/inbound_default_data": ["reply test@example.com: Hello Twilio SendGrid!"],
    "sendgrid/inbound_raw_data": ["reply test@example.com: Hello Twilio SendGrid!"],
    "sendgrid/signed_eventwebhook_vector": ["other unnamed"],  # the signature's vector, not a payload
    "sendgrid/webhooks.bounce_event.raw_events": [HARD],
    "sendgrid/webhooks.click_event.raw_events": ["clicked"],
    "sendgrid/webhooks.compatibility_message_id_from_smtp_id.raw_events": ["delivered"],
    "sendgrid/webhooks.deferred_event.raw_events": ["accepted"],
    "sendgrid/webhooks.dropped_invalid_event.raw_events": [HARD],
    "sendgrid/webhooks.open_event.raw_events": ["read"],
    "sendgrid/webhooks.processed_event.raw_events": ["accepted"],
    "sparkpost/webhooks.amp_events.raw_events": ["read", "read", "clicked"],
    "sparkpost/webhooks.bounce_challenge_response.raw_events": ["other bounce"],
    "sparkpost/webhooks.click_event.raw_events": ["clicked"],
    "sparkpost/webhooks.delay_event.raw_events": ["accepted"],
    "sparkpost/webhooks.delivery_event.raw_events": ["delivered"],
    "sparkpost/webhooks.generation_failure_event.raw_events": ["failed content"],
    "sparkpost/webhooks.generation_rejection_event.raw_events": [BLOCKED],
    "sparkpost/webhooks.open_event.raw_events": ["read"],
    "sparkpost/webhooks.unsubscribe_event.raw_events": LEFT,
}


def files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (SAMPLES / folder).glob("*.*"))


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def said(heard: Heard) -> str:
    """What was heard, in a few words."""
    if isinstance(heard, HeardReceipt):
        return " ".join(filter(None, (heard.state, heard.failure, "soft" if heard.soft else "")))
    if isinstance(heard, HeardReply):
        return f"reply {heard.sender[1]}: {heard.text}"
    if isinstance(heard, HeardChoice):
        return f"no {heard.scope}"
    assert isinstance(heard, HeardOther)
    return f"other {heard.what}"


def read(path: Path) -> list[Heard]:
    form = path.suffix == ".txt"
    headers = {"content-type": "multipart/form-data; boundary=xYzZY"} if form else {}
    heard: list[Heard] = providers()[FOLDERS[path.parent.name]].code().read(path.read_bytes(), headers)
    return heard


@needs_shared
@pytest.mark.parametrize("path", files(), ids=named)
def test_a_sample_is_read_to_the_right_event(path: Path) -> None:
    assert [said(one) for one in read(path)] == EXPECTED[named(path)]


@needs_shared
def test_every_expected_sample_is_there() -> None:
    assert EXPECTED.keys() == {named(path) for path in files()}


@needs_shared
@pytest.mark.parametrize("path", files(), ids=named)
def test_the_same_told_twice_has_the_same_keys_and_two_readers_have_two(path: Path) -> None:
    keys = [one.key for one in read(path)]
    assert keys == [one.key for one in read(path)]
    assert len(set(keys)) == len(keys)
    assert all(0 < len(key) <= 200 and "@" not in key for key in keys)
