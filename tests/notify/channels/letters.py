"""A letter with everything in it, and accounts, as the channels get them."""

from datetime import UTC, datetime
from typing import Any

from wismo.notify.port import Account, Button, Call, Letter, LetterItem
from wismo.notify.words import AddressKind, Kind, ReplyAction

REFERENCE = "0d9a6a3e-5b1f-4c1e-9d57-2a1f8f3f9c11"
LETTER = Letter(
    message_id=7,
    reference=REFERENCE,
    journey="shipped",
    kind=Kind.TRANSACTIONAL,
    language="en",
    direction="ltr",
    to="lina@buyer.example",
    to_kind=AddressKind.EMAIL,
    sender="orders@halden.example",
    reply_to="help@halden.example",
    brand="Halden & Rue",
    colour="#1f5d4c",
    subject="Order HR-1 is on its way",
    preheader="Expected Thursday.",
    heading="Your parcel is on its way",
    body="It should arrive on Thursday.",
    short="Your order HR-1 is on its way.",
    button="Follow your parcel",
    url="https://shop.example/t/WzEsMV0:x?a=1&b=2",
    details=(("Order", "HR-1"), ("Expected", "Thursday")),
    items_heading="In this parcel",
    items=(LetterItem("Tall vase", "Chalk white", 1), LetterItem("Ribbed mug", "", 2)),
    footer=("Questions? Write to help@halden.example", "You receive this because you ordered."),
    preferences_url="https://shop.example/p/t0ken",
    preferences_label="Choose what we write to you about",
    values={"number": "HR-1", "carrier": "UPS"},
    now=datetime(2026, 11, 24, 12, tzinfo=UTC),
)
ASKING: dict[str, Any] = {  # what a letter has that asks for something
    "kind": Kind.FEEDBACK,
    "buttons": (Button(ReplyAction.PROBLEM, "I have a problem", "t0k", "https://shop.example/a/t0k"),),
    "scores": tuple((str(n), f"https://shop.example/f/t0k?score={n}") for n in range(1, 6)),
    "scale": ("Very bad", "Very good"),
    "voucher": ("Voucher", "SORRY10"),
    "unsubscribe_url": "https://shop.example/u/t0k",
    "unsubscribe_label": "Do not send me this",
}


def account(provider: str, channel: str = "email", **values: str) -> Account:
    """An account with these values."""
    return Account(1, channel, provider, values)


def call(body: bytes = b"{}", **headers: Any) -> Call:
    """A webhook's request; underscores in names stand for hyphens."""
    named = {name.replace("_", "-").lower(): str(value) for name, value in headers.items()}
    return Call("POST", "https://shop.example/hooks/key/provider", named, {}, body)
