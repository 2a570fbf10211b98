"""What the shopper's own pages show of their preferences, and whom their links are about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wismo.notify.channels import passports
from wismo.notify.models import Consent, Message
from wismo.notify.queries.accounts import accounts_of
from wismo.notify.queries.people import (
    Place,
    addresses,
    banned_of,
    choices,
    countries_of,
    said_of,
    suppressions,
    wants_double_opt_in,
)
from wismo.notify.rules.consent import Need, allows, needed, stricter
from wismo.notify.rules.facts import Choice
from wismo.notify.words import Kind
from wismo.orders.models import Buyer


def reached_by(channel: str, places: Sequence[Place]) -> list[Place]:
    """Those of these places that the channel can write to."""
    passport = passports().get(channel)
    return [place for place in places if passport and place.kind in passport.reaches and not place.gone]


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one kind of message on one channel."""

    channel: str
    name: str  # the channel's
    kind: Kind
    on: bool
    locked: bool = False  # it cannot be refused here
    waiting: bool = False  # for the link in a mail
    banned: str = ""  # why nothing can be sent there: stop, hard_bounce …
    addresses: tuple[str, ...] = field(default=(), repr=False)


def standing(shop_id: int, buyer_id: int, now: datetime) -> list[Standing]:
    """Every kind on every channel that the shop uses and that reaches the buyer; e-mail first."""
    places = addresses([shop_id], [buyer_id]).get(buyer_id, ())
    digests = [place.digest for place in places]
    said, bans = choices([shop_id], digests), suppressions([shop_id], digests, now)
    country = countries_of([shop_id], [buyer_id]).get(buyer_id, "")
    every_time = wants_double_opt_in(shop_id)
    rows = []
    for channel in _channels(shop_id):
        reached = reached_by(channel, places)
        told, banned = said_of(reached, channel, said), banned_of(reached, channel, bans)
        for kind in Kind if reached else ():
            need = needed(channel, kind, country)
            need = stricter(need, double_opt_in=every_time) if channel == "email" else need
            why = banned.get("all") or banned.get(kind.value, "")
            rows.append(_standing(channel, kind, need, told.get(kind), why, reached))
    return rows


def _channels(shop_id: int) -> list[str]:
    # What the shop's own sender and the buyer's account at the shop do is settled there.
    used = {facts.account.channel for facts in accounts_of([shop_id]) if facts.enabled} - {"webhook", "inapp"}
    return ["email", *sorted(used - {"email"})]


def _standing(
    channel: str, kind: Kind, need: Need, choice: Choice | None, why: str, reached: Sequence[Place]
) -> Standing:
    granted, confirmed = (choice.granted, choice.confirmed) if choice else (None, True)
    return Standing(
        channel=channel,
        name=passports()[channel].name,
        kind=kind,
        on=not why and allows(need, granted=granted, confirmed=confirmed),
        locked=need is Need.NONE,
        waiting=need is Need.DOUBLE_OPT_IN and granted is True and not confirmed,
        banned=why,
        addresses=tuple(place.value for place in reached),
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a link is about."""

    shop_id: int
    buyer_id: int
    language: str


def addressee(shop_id: int, buyer_id: int) -> Addressee | None:
    """The shop's buyer; None where there is none any more."""
    row = Buyer.objects.filter(shop_id=shop_id, pk=buyer_id).values_list("language", flat=True).first()
    return None if row is None else Addressee(shop_id, buyer_id, row)


def addressee_of_message(message_id: int) -> Addressee | None:
    """Whom a message was for; None where it is gone."""
    names = ("shop_id", "buyer_id", "order__buyer_id", "buyer__language", "order__buyer__language")
    row = Message.objects.filter(pk=message_id).values_list(*names).first()
    if row is None:
        return None
    shop_id, own, of_order, language, order_language = row
    return Addressee(shop_id, own or of_order or 0, language or order_language or "")


@dataclass(frozen=True, slots=True)
class OptIn:
    """An opt-in that waits to be confirmed, or was."""

    shop_id: int
    at: datetime
    language: str


def opt_in(consent_id: int) -> OptIn | None:
    """The opt-in of this id, where one was asked for."""
    row = Consent.objects.filter(pk=consent_id, granted=True).values_list("shop_id", "at", "evidence").first()
    return OptIn(row[0], row[1], str(row[2].get("language", ""))) if row else None
