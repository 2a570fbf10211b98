"""A shop with an account at a provider, a buyer it wrote to, and what comes back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.notify.rows import NOON, make_order, make_parcel, make_shop
from wismo.notify.actions import inbound
from wismo.notify.actions.accounts import set_account
from wismo.notify.models import Attempt, AttemptState, Message, MessageState
from wismo.notify.port import HeardReply
from wismo.notify.queries.people import digest_of
from wismo.notify.queries.replies import answers_key
from wismo.notify.rules.answers import make_token
from wismo.notify.words import AddressKind, ReplyAction
from wismo.orders.models import Order
from wismo.shops.models import Shop
from wismo.tracking.models import Shipment

PHONE = "+4915112345678"
TWILIO = {"account_sid": "AC" + "1" * 32, "auth_token": "12345", "sender": "+4930123456"}
META = {
    "phone_number_id": "106540352242922",
    "access_token": "EAAG",
    "app_secret": "app-secret",
    "verify_token": "verify-me",
}
HELD = {"twilio_sms": ("sms", TWILIO), "meta": ("whatsapp", META)}


def a_shop_with(*providers: str, slug: str = "halden") -> Shop:
    """A shop that has these accounts."""
    shop = make_shop(slug)
    for provider in providers:
        set_account(shop.pk, provider, HELD[provider][1], who="a test", now=NOON)
    return shop


def told(shop: Shop, provider: str = "meta", *, number: str = "HR-20418", **parcel: Any) -> Attempt:
    """A message about a parcel that failed to be delivered, as it left by the provider."""
    cash = parcel.pop("cash", False)
    order = make_order(shop, number, email=f"{number.lower()}@buyer.example", cash_on_delivery=cash)
    order.buyer.phone = PHONE
    order.buyer.save()
    shipment = make_parcel(order, number, **{"status": "failed_attempt", **parcel})
    return left(shop, order, shipment, provider)


def left(shop: Shop, order: Order, shipment: Shipment | None, provider: str) -> Attempt:
    """A hand-over that the provider took."""
    channel = HELD[provider][0]
    message = Message.objects.create(
        shop=shop,
        buyer=order.buyer,
        order=order,
        shipment=shipment,
        journey="failed_attempt",
        version=1,
        trigger="failed_attempt",
        dedupe_key=uuid4().hex,
        channel=channel,
        language="en",
        state=MessageState.SENT,
        happened_at=NOON,
        due_at=NOON,
        created_at=NOON,
        finished_at=NOON,
    )
    return Attempt.objects.create(
        shop=shop,
        message=message,
        number=1,
        channel=channel,
        provider=provider,
        digest=digest_of(shop.pk, AddressKind.PHONE, PHONE),
        reference=str(uuid4()),
        provider_id=f"wamid.{message.pk}",
        state=AttemptState.ACCEPTED,
        started_at=NOON,
    )


def button(attempt: Attempt, action: ReplyAction, made: datetime = NOON) -> str:
    """The token of a button that came with the message."""
    return make_token(answers_key(), attempt.reference, action, made=made.date())


def words(text: str, key: str = "in-1", *, at: datetime = NOON, **changes: Any) -> HeardReply:
    """What the buyer wrote."""
    reply = HeardReply(key=key, at=at, sender=(AddressKind.PHONE, PHONE), text=text)
    return replace(reply, **changes)


def hear(shop: Shop, *replies: HeardReply, provider: str = "meta", now: datetime = NOON) -> None:
    """Let these replies be followed, as the inbox's worker would."""
    inbound.hear(shop.pk, provider, list(replies), now + timedelta(seconds=1))


def answers() -> list[str]:
    """What was said back, in the order it was queued."""
    return [row.facts["text"] for row in Message.objects.filter(journey="team_reply").order_by("pk")]
