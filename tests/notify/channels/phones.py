"""Accounts and letters as the tests of text messages, WhatsApp and Messenger need them."""

from typing import Any
from urllib.parse import parse_qsl

from tests.notify.channels.chats import a_letter
from wismo.notify.port import Account, Approved, Button, Letter, Request
from wismo.notify.words import AddressKind, ReplyAction

SID = "AC" + "0" * 31 + "1"
CALLBACK = "https://wismo.halden.example/hooks/halden/twilio_sms"
PHONE = "+4915112345678"
BSUID = "US.13491208655302741918"


def twilio(channel: str = "sms", **values: str) -> Account:
    """An account at Twilio."""
    told = {"account_sid": SID, "auth_token": "12345", "sender": "+15550001111", "callback_url": CALLBACK}
    return Account(1, channel, f"twilio_{channel}", {**told, **values})


def cloud(**values: str) -> Account:
    """An account at Meta's Cloud API."""
    told = {
        "phone_number_id": "106540352242922",
        "waba_id": "102290129340398",
        "access_token": "EAAB-token",
        "app_secret": "hush",
        "verify_token": "chosen",
    }
    return Account(1, "whatsapp", "meta", {**told, **values})


def a_page(**values: str) -> Account:
    """A Facebook Page's account."""
    told = {
        "page_id": "1909458034523498",
        "access_token": "EAAB-page",
        "app_secret": "hush",
        "verify_token": "chosen",
    }
    return Account(1, "messenger", "messenger", {**told, **values})


def a_text(**changes: Any) -> Letter:
    """A letter to a phone, without the link in its text."""
    told = {
        "to": PHONE,
        "to_kind": AddressKind.PHONE,
        "short": "Your order HR-20418 is out for delivery today.",
    }
    return a_letter(**{**told, **changes})


def answers(*labels: str) -> tuple[Button, ...]:
    """So many answers offered."""
    actions = list(ReplyAction)
    return tuple(
        Button(actions[n], label, f"token-{n}", "https://x.example") for n, label in enumerate(labels)
    )


def a_template(*variables: tuple[str, str], **extra: Any) -> Approved:
    """An approved WhatsApp template with our values."""
    return Approved("order_update_2", "en_US", "utility", "Order {{1}} arrives on {{2}}.", variables, extra)


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that is about to be sent."""
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
