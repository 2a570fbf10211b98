"""A letter about one parcel, and accounts at peers, as the tests of chats, push and feed need them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from wismo.notify.port import Account, Approved, Button, Call, Letter
from wismo.notify.words import AddressKind, Kind, ReplyAction

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REFERENCE = "6f1b4c1e-6a0a-4f9c-9d2b-0a8f5a1c7e21"
PAGE = "https://track.halden.example/r/AbC123"
TOKEN = (
    "AbCdEf0123456789-_AbCdEf0123456789-_AbCdEf0123456789-_AbCdEf0123"  # 64 characters, as long as one may be
)


def a_button(label: str = "Choose another day", token: str = TOKEN) -> Button:
    """An answer offered."""
    return Button(ReplyAction.CHOOSE_SLOT, label, token, "https://track.halden.example/a/x")


def a_letter(**changes: Any) -> Letter:
    """ "Out for delivery", to whom a test says."""
    told: dict[str, Any] = {
        "message_id": 41,
        "reference": REFERENCE,
        "journey": "out_for_delivery",
        "kind": Kind.TRANSACTIONAL,
        "language": "en",
        "direction": "ltr",
        "to": "U206d25c2ea6bd87c17655609a1c37cb8",
        "to_kind": AddressKind.LINE,
        "brand": "Halden & Rue",
        "colour": "#1f5d4c",
        "subject": "Order HR-20418: out for delivery",
        "preheader": "It should arrive today.",
        "heading": "Out for delivery",
        "body": "Your parcel is with the driver <today> & should arrive by 18:00.",
        "short": f"Order HR-20418 is out for delivery today. {PAGE}",
        "button": "Track your parcel",
        "url": PAGE,
        "details": (("Order", "HR-20418"), ("Expected", "Tuesday 24 November")),
        "now": NOW,
        "expires_at": NOW + timedelta(hours=4),
        "topic": "parcel-7",
    }
    return Letter(**{**told, **changes})


def an_account(channel: str, provider: str, api_url: str = "", **values: str) -> Account:
    """An account whose interface is at `api_url`, where one is given."""
    return Account(1, channel, provider, {**values, **({"api_url": api_url} if api_url else {})})


def approved(body: str, *variables: tuple[str, str], name: str = "KA01TP1", **extra: Any) -> Approved:
    """A registered text with our values."""
    return Approved(name, "ko", "utility", body, variables, extra)


def a_call(body: bytes, method: str = "POST", **headers: str) -> Call:
    """A webhook's request; underscores in names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(method, "https://track.halden.example/hooks/key/source", named, {}, body)
