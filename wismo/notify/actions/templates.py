"""What providers decide about a shop's templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.notify.models import ProviderTemplate
from wismo.notify.port import HeardTemplate


def hear(shop_id: int, provider: str, told: Sequence[HeardTemplate], now: datetime) -> None:
    """Keep each decision with the template it is about; one of a template we do not know changes nothing."""
    for heard in told:
        rows = ProviderTemplate.objects.filter(shop_id=shop_id, provider=provider, name=heard.name)
        if heard.language:
            rows = rows.filter(provider_language=heard.language)
        news = {"state": heard.state, "category": heard.category.lower(), "reason": heard.reason[:200]}
        changed = {name: value for name, value in news.items() if value}
        if changed:
            rows.update(**changed, changed_at=now)


@dataclass(frozen=True, slots=True)
class Registered:
    """A text as it was sent in: what is needed to fill it in once it is approved."""

    provider: str
    journey: str
    language: str  # ours
    provider_language: str
    body: str
    variables: Sequence[str]
    extra: Mapping[str, Any]


@transaction.atomic
def register(shop_id: int, told: Registered, heard: HeardTemplate, now: datetime) -> None:
    """Keep a template in place of what this journey spoke by in this language."""
    kept = {
        "name": heard.name,
        "provider_language": told.provider_language,
        "category": heard.category,
        "state": heard.state or "pending",
        "reason": heard.reason[:200],
        "body": told.body,
        "variables": list(told.variables),
        "extra": dict(told.extra),
        "changed_at": now,
    }
    ProviderTemplate.objects.update_or_create(
        shop_id=shop_id,
        provider=told.provider,
        journey=told.journey,
        language=told.language,
        defaults=kept,
    )
