"""What a reply is about: the hand-over it answers, and how the order behind it stands now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from wismo.notify.models import Attempt
from wismo.notify.rules.answers import Parcel, Standing
from wismo.notify.words import AddressKind
from wismo.orders.models import Buyer, Order
from wismo.plumbing import secrets, tokens
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status


@dataclass(frozen=True, slots=True)
class Context:
    """A hand-over, with what its message was about."""

    shop_id: int
    attempt_id: int
    reference: str
    provider_id: str
    channel: str
    digest: str
    message_id: int
    journey: str
    language: str
    order_id: int | None
    shipment_id: int | None
    buyer_id: int | None


def answers_key() -> bytes:
    """What the tokens of buttons are signed with."""
    return secrets.key_for("answers")


def by_reference(references: Collection[str], shop_id: int | None = None) -> dict[str, Context]:
    """Hand-overs by our own name for them; of any shop where a signed token alone says which."""
    rows = Attempt.objects.filter(reference__among=list(references))
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    return {context.reference: context for context in _contexts(rows)}


def by_provider_id(shop_id: int, provider: str, ids: Collection[str]) -> dict[str, Context]:
    """Hand-overs by the provider's name for them."""
    rows = Attempt.objects.filter(shop_id=shop_id, provider=provider, provider_id__among=list(ids))
    return {context.provider_id: context for context in _contexts(rows)}


def last_to(shop_id: int, channel: str, digests: Collection[str]) -> dict[str, Context]:
    """The last hand-over to each address on this channel: who writes of themselves most likely means that."""
    mine = Attempt.objects.filter(shop_id=shop_id, digest__among=list(digests), channel=channel)
    last = mine.order_by().values("digest").annotate(last=Max("pk")).values_list("last", flat=True)
    return {context.digest: context for context in _contexts(Attempt.objects.filter(pk__among=list(last)))}


_NAMES = ("shop_id", "pk", "reference", "provider_id", "channel", "digest", "message_id")
_ABOUT = ("message__journey", "message__language", "message__order_id", "message__shipment_id", "whose")


def _contexts(rows: "QuerySet[Attempt]") -> list[Context]:
    whose = Coalesce("message__buyer_id", "message__order__buyer_id")
    return [Context(*told) for told in rows.annotate(whose=whose).values_list(*_NAMES, *_ABOUT)]


def standing_of(order_id: int | None, shipment_id: int | None) -> Standing:
    """How the order stands, and the parcel that was meant; all outbound ones where none was."""
    if order_id is None:
        return Standing(cancelled=False, cash_on_delivery=False, parcels=())
    order = Order.objects.values_list("cancelled_at", "cash_on_delivery").get(pk=order_id)
    rows = Shipment.objects.filter(order_id=order_id)
    rows = rows.filter(pk=shipment_id) if shipment_id else rows.exclude(base_leg__in=TO_MERCHANT)
    parcels = tuple(
        Parcel(Status(status), Leg(leg), ended)
        for status, leg, ended in rows.values_list("status", "leg", "ended")
    )
    return Standing(cancelled=order[0] is not None, cash_on_delivery=order[1], parcels=parcels)


Contact = tuple[AddressKind, str]


def buyers_behind(shop_id: int, contacts: Collection[Contact]) -> dict[Contact, int]:
    """The buyer of each e-mail address and phone number, as their orders tell them; the newest of several."""
    emails = {value for kind, value in contacts if kind is AddressKind.EMAIL}
    phones = {form: value for kind, value in contacts if kind is AddressKind.PHONE for form in _forms(value)}
    found: dict[Contact, int] = {}
    buyers = Buyer.objects.filter(shop_id=shop_id).order_by("pk")
    if emails:
        told = buyers.filter(email__among=list(emails)).values_list("email", "pk")
        found |= {(AddressKind.EMAIL, email): pk for email, pk in told}
    if phones:
        told = buyers.filter(phone__among=list(phones)).values_list("phone", "pk")
        found |= {(AddressKind.PHONE, phones[phone]): pk for phone, pk in told}
    return found


def _forms(number: str) -> tuple[str, ...]:
    """How shops write a number."""
    return (number, number.removeprefix("+"), f"00{number.removeprefix('+')}")


def link_token(shop_id: int, buyer_id: int) -> str:
    """What a deep link into a chat carries, so that we know whose chat it is: t.me/<bot>?start=<token>."""
    return tokens.make_short("link", shop_id, buyer_id)


def linked_buyer(shop_id: int, token: str) -> int | None:
    """The buyer whose link was followed; None where it is none of this shop's."""
    ids = tokens.read_short("link", token) if token else None
    if not ids or len(ids) != 2 or ids[0] != shop_id:
        return None
    return Buyer.objects.filter(shop_id=shop_id, pk=ids[1]).values_list("pk", flat=True).first()


def language_of(buyer_ids: Collection[int]) -> Mapping[int, str]:
    """What each buyer speaks, as far as known."""
    rows: Any = Buyer.objects.filter(pk__among=list(buyer_ids)).values_list("pk", "language")
    return dict(rows)
