"""A shop's texts on their way to WhatsApp's approval: asked outside any transaction, kept in one."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from wismo.notify.actions import templates
from wismo.notify.channels.whatsapp.drafts import Draft, Source, draft
from wismo.notify.channels.whatsapp.templates import TemplateRefused, fetch, submit
from wismo.notify.port import Account, HeardTemplate
from wismo.notify.queries.accounts import account_of
from wismo.notify.queries.journeys import libraries
from wismo.notify.queries.texts import own_texts_of
from wismo.notify.wording import NO_OWN, all_texts
from wismo.notify.wording.variables import barely, made_up
from wismo.shops.queries import brand_of

PROVIDER, CHANNEL = "meta", "whatsapp"


def draft_for(
    shop_id: int, journey_key: str, language: str, *, version: int = 1, full: bool = False
) -> Draft:
    """The template of a journey's text: the shop's own words where it has some, else the house's.

    It leaves out what a message may lack ("Expected Tuesday"), so that it can always be filled in; `full`
    keeps it. ValueError where there is no such journey or language, LetterError with what Meta would refuse.
    """
    journey, texts = libraries([shop_id])[shop_id].by_key.get(journey_key), all_texts().get(language)
    if journey is None or texts is None:
        raise ValueError(f"there is no journey {journey_key!r} with texts in {language!r}")
    brand, own = brand_of(shop_id).name, own_texts_of([shop_id]).get(shop_id, NO_OWN)
    parts = dict(texts.journey[journey_key])
    for mine in reversed(own.of(journey_key, CHANNEL, language)):
        parts |= mine.parts
    example = made_up(texts, brand)
    source = Source(
        journey=journey_key,
        kind=journey.kind,
        language=language,
        brand=brand,
        short=parts.get("short", ""),
        example=example if full else barely(example),
        button=parts.get("button", ""),
        page=f"{settings.BASE_URL}/r/",
        answers=[(action, texts.action[action]) for action in journey.replies],
        max_age=journey.max_age,
    )
    return draft(source, version)


def send_in(shop_id: int, journey_key: str, language: str, drafted: Draft, now: datetime) -> HeardTemplate:
    """Send a template in, and keep it as what the journey speaks by; TemplateRefused where it is not."""
    heard = submit(_account(shop_id), drafted)
    row = templates.Registered(
        provider=PROVIDER,
        journey=journey_key,
        language=language,
        provider_language=drafted.language,
        body=drafted.body,
        variables=drafted.variables,
        extra={"buttons": list(drafted.buttons), "ttl_seconds": drafted.ttl_seconds},
    )
    templates.register(shop_id, row, heard, now)
    return heard


def bring_up_to_date(shop_id: int, now: datetime) -> Sequence[HeardTemplate]:
    """Ask for all templates of the account, and keep how those we know stand."""
    told = fetch(_account(shop_id))
    templates.hear(shop_id, PROVIDER, told, now)
    return told


def _account(shop_id: int) -> Account:
    account = account_of(shop_id, PROVIDER)
    if account is None:
        raise TemplateRefused("the shop has no account at Meta: wismo shop channel meta")
    return account
