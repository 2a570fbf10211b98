"""Where buyers can be reached and what they said: read in bulk, as the gates need it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from wismo.notify.models import Address, MessagingSettings, Preference, Suppression
from wismo.notify.rules.addresses import digest, normal
from wismo.notify.rules.facts import Choice
from wismo.notify.words import AddressKind, Kind
from wismo.orders.models import Buyer, Order
from wismo.plumbing import secrets


def digest_of(shop_id: int, kind: AddressKind, value: str) -> str:
    """What an address in its normal form is known by: consent, suppression and attempts are kept under it."""
    return digest(secrets.key_for("addresses"), shop_id, kind, value)


@dataclass(frozen=True, slots=True)
class Place:
    """One place a buyer can be reached at."""

    id: int | None  # of its row; None where nothing was known of it yet
    kind: AddressKind
    value: str = field(repr=False)
    digest: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    trouble: Mapping[str, Any] = field(default_factory=dict)  # by channel
    heard_at: Mapping[str, Any] = field(default_factory=dict)  # by channel
    gone: bool = False


def addresses(shop_ids: Collection[int], buyer_ids: Collection[int]) -> dict[int, tuple[Place, ...]]:
    """Every place of these buyers, in two queries: e-mail and phone as the buyer has them now, then the rest.

    A row of an e-mail or phone the buyer no longer has is left out. Each buyer can be reached as itself, too.
    """
    buyers = _buyers(shop_ids, buyer_ids)
    own = {pk: _own(pk, *told) for pk, told in buyers.items()}
    wanted = {place.digest: pk for pk, places in own.items() for place in places}
    rows = Address.objects.filter(shop_id__in=shop_ids).filter(
        Q(digest__among=list(wanted)) | Q(buyer__id__among=list(buyers))
    )
    known: dict[str, Place] = {}
    others: dict[int, list[Place]] = defaultdict(list)
    for row in rows.order_by("-pk"):
        if row.digest in wanted:
            known[row.digest] = _place(row)
        elif row.buyer_id in buyers and row.kind not in _OWN:
            others[row.buyer_id].append(_place(row))
    return {
        pk: (*(known.get(place.digest, place) for place in places), *others[pk]) for pk, places in own.items()
    }


_OWN = (AddressKind.EMAIL, AddressKind.PHONE)


def _buyers(shop_ids: Collection[int], buyer_ids: Collection[int]) -> dict[int, tuple[int, str, str, str]]:
    """Shop, e-mail, phone and country (of the last order, else the shop's) of each buyer."""
    last = Order.objects.filter(buyer=OuterRef("pk")).order_by("-pk").values("country")[:1]
    country = Coalesce(Subquery(last), F("shop__country"), output_field=CharField())
    rows = Buyer.objects.filter(shop_id__in=shop_ids, pk__among=list(buyer_ids)).annotate(country=country)
    return {pk: told for pk, *told in rows.values_list("pk", "shop_id", "email", "phone", "country")}  # type: ignore[misc]


def _own(pk: int, shop_id: int, email: str, phone: str, country: str) -> list[Place]:
    told = (
        (AddressKind.EMAIL, normal(AddressKind.EMAIL, email)),
        (AddressKind.PHONE, normal(AddressKind.PHONE, phone, country=country) if phone else ""),
        (AddressKind.BUYER, str(pk)),
    )
    return [Place(None, kind, value, digest_of(shop_id, kind, value)) for kind, value in told if value]


def places_by_id(shop_ids: Collection[int], ids: Collection[int]) -> dict[int, Place]:
    """Places by their rows, whoever they belong to: an answer goes back to the very place it answers."""
    if not ids:
        return {}
    rows = Address.objects.filter(shop_id__in=shop_ids, pk__among=list(ids))
    return {row.pk: _place(row) for row in rows}


def _place(row: Address) -> Place:
    return Place(
        id=row.pk,
        kind=AddressKind(row.kind),
        value=row.value,
        digest=row.digest,
        extra=row.extra,
        trouble=row.trouble,
        heard_at=row.heard_at,
        gone=row.gone_at is not None,
    )


Choices = dict[tuple[str, str], dict[Kind, Choice]]


def choices(shop_ids: Collection[int], digests: Collection[str]) -> Choices:
    """What holds of each address (digest, channel) by kind of message."""
    rows = Preference.objects.filter(shop_id__in=shop_ids, digest__among=list(digests))
    found: Choices = defaultdict(dict)
    names = ("digest", "channel", "kind", "granted", "confirmed", "at")
    for key, channel, kind, granted, confirmed, at in rows.values_list(*names):
        found[key, channel][Kind(kind)] = Choice(granted=granted, confirmed=confirmed, at=at)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Ban:
    """An address that must not be written to: on a channel ("": any), for a scope ("all" or a Kind)."""

    digest: str
    channel: str
    scope: str
    reason: str
    expires_at: datetime | None = None


def suppressions(
    shop_ids: Collection[int], digests: Collection[str], now: datetime
) -> dict[str, tuple[Ban, ...]]:
    """The bans in force on each address."""
    rows = Suppression.objects.filter(shop_id__in=shop_ids, digest__among=list(digests)).filter(
        Q(expires_at=None) | Q(expires_at__gt=now)
    )
    found: dict[str, list[Ban]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.digest].append(Ban(row.digest, row.channel, row.scope, row.reason, row.expires_at))
    return {key: tuple(bans) for key, bans in found.items()}


def said_of(places: Sequence[Place], channel: str, known: Choices) -> dict[Kind, Choice]:
    """What a person said of a channel by any of these places of theirs: the latest counts."""
    latest: dict[Kind, Choice] = {}
    for place in places:
        for kind, choice in known.get((place.digest, channel), {}).items():
            if kind not in latest or latest[kind].at <= choice.at:
                latest[kind] = choice
    return latest


def banned_of(places: Sequence[Place], channel: str, known: Mapping[str, tuple[Ban, ...]]) -> dict[str, str]:
    """By scope, why a person may not be written to on a channel at any of these places."""
    bans = (ban for place in places for ban in known.get(place.digest, ()))
    return {ban.scope: ban.reason for ban in bans if ban.channel in {"", channel}}


def countries_of(shop_ids: Collection[int], buyer_ids: Collection[int]) -> dict[int, str]:
    """Where each buyer is: the country of the last order, else the shop's."""
    return {pk: told[3] for pk, told in _buyers(shop_ids, buyer_ids).items()}


def wants_double_opt_in(shop_id: int) -> bool:
    """Whether the shop has every opt-in by e-mail confirmed, also where no law asks for it."""
    return MessagingSettings.objects.filter(shop_id=shop_id, double_opt_in=True).exists()


def stop_means_all(shop_id: int) -> bool:
    """Whether a refusal on one channel is one on all of them."""
    return MessagingSettings.objects.filter(shop_id=shop_id, stop_means_all=True).exists()
