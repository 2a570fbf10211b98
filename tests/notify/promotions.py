"""Buyers who agreed to advertising by mail, and campaigns for them."""

from datetime import datetime
from typing import Any

from tests.notify.rows import NOON
from wismo.notify.actions import campaigns
from wismo.notify.actions.campaigns import Told
from wismo.notify.models import Campaign, Consent, Message, Preference
from wismo.notify.queries.people import digest_of
from wismo.notify.words import AddressKind
from wismo.orders.models import Buyer
from wismo.shops.models import Shop

WHO = "owner@halden.example"
LINK = "https://track.halden.example/lamps"
VALUES = {"title": "The new lamps are here", "text": "Of oak and brass.", "link": LINK}


def buyers(shop: Shop, count: int, *, start: int = 0, agreed: bool = True, **fields: Any) -> list[Buyer]:
    """So many buyers, each with an e-mail address, who agreed to advertising there, or said nothing."""
    made = Buyer.objects.bulk_create([
        Buyer(shop=shop, email=f"b{n}@buyer.example", name=f"B {n}", **{"language": "en", **fields})
        for n in range(start, start + count)
    ])
    if agreed:
        agree(shop, made)
    return made


def agree(shop: Shop, people: list[Buyer], channel: str = "email", *, granted: bool = True) -> None:
    """They said yes, or no, to advertising by this channel, at their e-mail address."""
    digests = [digest_of(shop.pk, AddressKind.EMAIL, buyer.email) for buyer in people]
    said = {"channel": channel, "kind": "marketing", "granted": granted, "at": NOON}
    consents = Consent.objects.bulk_create([
        Consent(shop=shop, digest=digest, source="import", **said) for digest in digests
    ])
    Preference.objects.bulk_create([
        Preference(shop=shop, digest=consent.digest, consent=consent, **said) for consent in consents
    ])


def told(**changes: Any) -> Told:
    """A campaign about new lamps, to everybody."""
    usual: dict[str, Any] = {
        "name": "New lamps",
        "journey": "new_product",
        "audience": [],
        "values": VALUES,
        "per_minute": 600,
    }
    return Told(**{**usual, **changes})


def a_draft(shop: Shop, **changes: Any) -> Campaign:
    """A campaign that nobody hears of yet."""
    return Campaign.objects.get(pk=campaigns.draft(shop.pk, told(**changes), who=WHO, now=NOON))


def a_campaign(shop: Shop, now: datetime = NOON, **changes: Any) -> Campaign:
    """A campaign that runs."""
    made = a_draft(shop, **changes)
    assert campaigns.start(shop.pk, made.pk, who=WHO, now=now)
    made.refresh_from_db()
    return made


def queued_for(campaign: Campaign) -> list[str]:
    """Who of its audience has a message, in the order they are due."""
    rows = Message.objects.filter(campaign=campaign).order_by("due_at", "pk")
    return [email.partition("@")[0] for email in rows.values_list("buyer__email", flat=True)]
