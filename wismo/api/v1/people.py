"""Buyers: where they can be reached, what they agreed to, and the token of their feed."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Router, Schema

from wismo.api.v1.batches import EACH, Answered, Batch
from wismo.api.v1.choices import ChoiceIn, choice_problems, wishes_of
from wismo.api.v1.root import Refused, shop_of
from wismo.notify import links
from wismo.notify.actions.consents import Wish, keep_wishes
from wismo.notify.actions.people import AddressTold, remember_addresses
from wismo.notify.queries.feed import LIFE, feed_token
from wismo.notify.queries.people import addresses
from wismo.notify.queries.preferences import addressee, standing
from wismo.notify.rules.addresses import normal
from wismo.notify.words import AddressKind, Kind
from wismo.orders.actions import Contact, keep_contacts
from wismo.orders.queries import buyer_ids, buyers_of_orders
from wismo.vocabulary.text import can_keep, is_line

router = Router(tags=["buyers"])
# What a buyer has no other way to tell us by: e-mail and phone come with an order or a cart.
_TOLD_HERE = frozenset({
    AddressKind.WHATSAPP,
    AddressKind.LINE,
    AddressKind.MESSENGER,
    AddressKind.TELEGRAM,
    AddressKind.WEBPUSH,
})


class ConsentIn(ChoiceIn):
    """What a buyer said. One whom the shop does not know yet is taken up with this address and name."""

    email: str
    name: str = ""
    phone: str = ""
    language: str = ""


class AddressIn(Schema):
    """A place a buyer can be reached at by a messenger or in a browser."""

    kind: AddressKind
    value: str
    extra: dict[str, Any] = {}


class AddressOut(Schema):
    """A place a buyer can be reached at."""

    kind: str
    value: str
    gone: bool  # blocked, unfollowed, expired
    trouble: list[str]  # the channels that could not reach it


class StandingOut(Schema):
    """What holds of one kind of message on one channel."""

    channel: str
    kind: Kind
    on: bool
    waiting: bool  # for the buyer to confirm by mail
    banned: str  # why nothing is sent there: stop, hard_bounce …; "" for nothing


class BuyerOut(Schema):
    """A buyer as messages know them, with the page where they choose."""

    id: int
    addresses: list[AddressOut]
    choices: list[StandingOut]
    preferences_page: str


class BuyerSought(Schema):
    """Who is meant: by e-mail address, or as the buyer of an order."""

    email: str = ""
    order: str = ""


class FeedOut(Schema):
    """What the shop's page or app reads the buyer's feed with."""

    token: str
    expires_at: datetime


@router.post("/consents", response=Answered)
def post_consents(request: HttpRequest, consents: Body[list[Annotated[ConsentIn, EACH]]]) -> Answered:
    """Write down 1 to 500 consents and refusals. Told again, one is the same.

    Where the law wants an opt-in by e-mail confirmed, the buyer gets a mail to confirm it in.
    """
    shop_id, now = shop_of(request), timezone.now()
    batch = Batch(consents)
    sound = batch.sound(consents, lambda told: told, _consent_problems)
    contacts = [Contact(one.email, one.phone, one.name, one.language) for one in sound.values()]
    known = keep_contacts(shop_id, contacts) if contacts else {}
    wishes: list[Wish] = []
    for one in sound.values():
        wishes += wishes_of(known[one.email.lower()], [one], "api", one.language, now)
    keep_wishes(shop_id, wishes)
    return batch.answer()


def _consent_problems(told: ConsentIn) -> list[str]:
    texts = {"name": (told.name, 160), "phone": (told.phone, 32), "language": (told.language, 16)}
    wrong = [
        f"{name}: one line of at most {limit} characters"
        for name, (text, limit) in texts.items()
        if len(text) > limit or not is_line(text)
    ]
    if not normal(AddressKind.EMAIL, told.email) or not is_line(told.email):
        wrong.append("email: the address of who said it")
    return [*wrong, *(text.replace("consents: ", "consent: ", 1) for text in choice_problems([told]))]


@router.post("/find", response=BuyerOut)
def find_buyer(request: HttpRequest, sought: BuyerSought) -> BuyerOut:
    """The buyer of this e-mail address or order. An address stands in no URL: URLs are logged."""
    shop_id = shop_of(request)
    if sought.order:
        found = buyers_of_orders(shop_id, [sought.order.replace("\x00", "")]).get(sought.order)
    else:
        found = buyer_ids(shop_id, [sought.email.replace("\x00", "")]).get(sought.email.lower())
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, ["email: the shop has no such buyer"])
    return _out(shop_id, found)


@router.get("/{buyer_id}", response=BuyerOut)
def get_buyer(request: HttpRequest, buyer_id: int) -> BuyerOut:
    """Where a buyer can be reached, and what they chose."""
    return _out(*_buyer(request, buyer_id))


def _out(shop_id: int, buyer_id: int) -> BuyerOut:
    places = addresses([shop_id], [buyer_id]).get(buyer_id, ())
    return BuyerOut(
        id=buyer_id,
        addresses=[
            AddressOut(kind=place.kind, value=place.value, gone=place.gone, trouble=sorted(place.trouble))
            for place in places
            if place.kind is not AddressKind.BUYER
        ],
        choices=[
            StandingOut(channel=one.channel, kind=one.kind, on=one.on, waiting=one.waiting, banned=one.banned)
            for one in standing(shop_id, buyer_id, timezone.now())
        ],
        preferences_page=links.preferences(shop_id, buyer_id),
    )


@router.put("/{buyer_id}/addresses", response=Answered)
def put_addresses(
    request: HttpRequest, buyer_id: int, places: Body[list[Annotated[AddressIn, EACH]]]
) -> Answered:
    """Keep places where the buyer can be reached: ids of messengers, subscriptions of browsers."""
    shop_id, buyer_id = _buyer(request, buyer_id)
    batch = Batch(places)
    sound = batch.sound(places, lambda told: told, _address_problems)
    told = [AddressTold(buyer_id, one.kind, one.value.strip(), one.extra) for one in sound.values()]
    remember_addresses(shop_id, told, timezone.now())
    return batch.answer()


def _address_problems(told: AddressIn) -> list[str]:
    checks = {
        f"kind: one of {', '.join(sorted(_TOLD_HERE))}; e-mail and phone come with an order": (
            told.kind in _TOLD_HERE
        ),
        "value: one line of 1 to 600 characters": 0 < len(told.value.strip()) <= 600 and is_line(told.value),
        "extra: at most 2000 characters, all told": len(str(told.extra)) <= 2000
        and can_keep(str(told.extra)),
    }
    return [message for message, fine in checks.items() if not fine]


@router.post("/{buyer_id}/feed-token", response=FeedOut)
def post_feed_token(request: HttpRequest, buyer_id: int) -> FeedOut:
    """A token for the feed of this buyer: give it to a page or app that they are logged in to."""
    shop_id, buyer_id = _buyer(request, buyer_id)
    return FeedOut(token=feed_token(shop_id, buyer_id), expires_at=timezone.now() + LIFE)


def _buyer(request: HttpRequest, buyer_id: int) -> tuple[int, int]:
    shop_id = shop_of(request)
    if not 0 < buyer_id < 1 << 63 or addressee(shop_id, buyer_id) is None:
        raise Refused(HTTPStatus.NOT_FOUND, [f"buyer: the shop has no buyer {buyer_id}"])
    return shop_id, buyer_id
