"""A shop's accounts at the providers of channels: entered, paused, resumed, forgotten. Never shown."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from wismo.notify.channels import ProviderFacts, providers
from wismo.notify.models import ChannelAccount
from wismo.notify.queries.accounts import lacking
from wismo.plumbing import audit
from wismo.plumbing.secrets import seal
from wismo.vocabulary.price import Price


@transaction.atomic
def set_account(shop_id: int, provider: str, values: Mapping[str, str], *, who: str, now: datetime) -> bool:
    """Keep what the provider is asked with, sealed, in place of what was there; whether it is a new account.

    ValueError with all that is wrong: a provider or field that there is not, a value that is missing.
    """
    facts = providers().get(provider)
    if facts is None:
        raise ValueError(
            f"no channel has a provider {provider!r}: there are {', '.join(sorted(providers()))}"
        )
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    unasked = given.keys() - {field.name for field in facts.fields}
    problems = [f"{name} is not asked for" for name in unasked]
    problems += [f"{name} is missing" for name in lacking(provider, given)]
    problems += _of_its_own(facts, given) if not problems else []
    if problems:
        raise ValueError(f"{provider}: {'; '.join(sorted(problems))}")
    kept = {
        "channel": facts.channel,
        "sealed": seal(json.dumps(given)),
        "enabled": True,
        "changed_at": now,
        **_RESTED,
    }
    _, new = ChannelAccount.objects.update_or_create(shop_id=shop_id, provider=provider, defaults=kept)
    audit.record(shop_id, who=who, did="set a channel account", subject=provider, now=now)
    return new


def _of_its_own(facts: ProviderFacts, given: Mapping[str, str]) -> list[str]:
    """What the provider's module finds wrong with a description the shop wrote of it."""
    if not any(field.name == "description" for field in facts.fields):
        return []
    problems: list[str] = facts.code().problems(given)
    return problems


@transaction.atomic
def set_price(shop_id: int, provider: str, price: Price | None, *, who: str, now: datetime) -> bool:
    """Say what a message by this account costs, or that nobody knows; whether there is such an account."""
    told = {"price_micros": price.micros if price else None, "currency": price.currency if price else ""}
    found = ChannelAccount.objects.filter(shop_id=shop_id, provider=provider).update(**told) > 0
    if found:
        audit.record(shop_id, who=who, did="set a channel's price", subject=provider, now=now)
    return found


_RESTED = {"failures": 0, "resting_until": None, "trouble": ""}  # whoever changed it believes that it works


@transaction.atomic
def pause_account(shop_id: int, provider: str, *, who: str, now: datetime) -> bool:
    """Send nothing by this account until it is resumed; whether it was in use."""
    return _switch(shop_id, provider, enabled=False, who=who, now=now)


@transaction.atomic
def resume_account(shop_id: int, provider: str, *, who: str, now: datetime) -> bool:
    """Send by this account again, at once; whether it was paused or at rest."""
    return _switch(shop_id, provider, enabled=True, who=who, now=now)


def _switch(shop_id: int, provider: str, *, enabled: bool, who: str, now: datetime) -> bool:
    rows = ChannelAccount.objects.filter(shop_id=shop_id, provider=provider)
    rows = rows.exclude(enabled=True, resting_until=None) if enabled else rows.filter(enabled=True)
    switched = rows.update(enabled=enabled, **(_RESTED if enabled else {})) > 0
    if switched:
        did = f"{'resumed' if enabled else 'paused'} a channel account"
        audit.record(shop_id, who=who, did=did, subject=provider, now=now)
    return switched


@transaction.atomic
def remove_account(shop_id: int, provider: str, *, who: str, now: datetime) -> bool:
    """Forget the account; whether there was one. Its provider is no longer heard."""
    removed = ChannelAccount.objects.filter(shop_id=shop_id, provider=provider).delete()[0] > 0
    if removed:
        audit.record(shop_id, who=who, did="removed a channel account", subject=provider, now=now)
    return removed
