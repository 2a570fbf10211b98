"""Every write to shops."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from wismo.plumbing.secrets import digest, seal
from wismo.shops.models import ApiKey, Brand, Member, Role, Shop, SourceSecret, User
from wismo.shops.rules import Home, picture_type, problems_of
from wismo.vocabulary.calendar import only_zone


@transaction.atomic
def open_shop(*, slug: str, name: str, country: str, synthetic: bool = False, **told: Any) -> int:
    """A new shop with its brand; its id. ValueError with all that is wrong.

    `told` sets the shop's `timezone` (without it, the country's only one, else UTC) and further fields of
    `Brand`, `languages` above all.
    """
    brand = {"name": name, "languages": ["en"], **told}
    timezone = brand.pop("timezone", "") or only_zone(country) or "UTC"
    _refuse_unsound({"slug": slug, "country": country, "timezone": timezone, **brand})
    shop = Shop.objects.create(
        key=secrets.token_urlsafe(18),
        slug=slug,
        name=name,
        country=country,
        timezone=timezone,
        synthetic=synthetic,
    )
    Brand.objects.create(shop=shop, **brand)
    return shop.pk


@transaction.atomic
def change_shop(shop_id: int, **told: Any) -> None:
    """Change the shop's `timezone` or fields of its brand. ValueError with all that is wrong."""
    _refuse_unsound(told)
    if "logo" in told:
        told["logo_type"] = picture_type(told["logo"])
    shop = {name: told.pop(name) for name in ("timezone",) if name in told}
    if shop:
        Shop.objects.filter(pk=shop_id).update(**shop)
    if told:
        Brand.objects.filter(shop_id=shop_id).update(**told)


def _refuse_unsound(told: dict[str, Any]) -> None:
    problems = problems_of(told, [code for code, _ in settings.LANGUAGES])
    if problems:
        raise ValueError("; ".join(problems))


def hold_shop(shop_id: int) -> Home:
    """Where the shop is; until this transaction ends, no other that holds the shop goes on.

    `no_key`: rows that only refer to the shop are written as ever.
    """
    country, timezone = (
        Shop.objects.select_for_update(no_key=True).values_list("country", "timezone").get(pk=shop_id)
    )
    return Home(country, timezone)


@transaction.atomic
def seat_member(shop_id: int, *, email: str, role: Role, password: str | None = None) -> bool:
    """Give a person a seat on the shop's team; whether they are new.

    A new person gets the password, a known one keeps theirs.
    """
    known = User.objects.filter(email=email.lower()).first()
    user = known or User.objects.create_user(email, password)
    Member.objects.update_or_create(shop_id=shop_id, user=user, defaults={"role": role})
    return known is None


def unseat_member(shop_id: int, email: str) -> bool:
    """Take a person's seat on the shop's team; whether they had one."""
    return Member.objects.filter(shop_id=shop_id, user__email=email.lower()).delete()[0] > 0


def set_password(email: str, password: str) -> bool:
    """Give a person a new password, which ends their sessions; whether there is such a person."""
    user = User.objects.filter(email=email.lower()).first()
    if user is not None:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user is not None


def issue_api_key(shop_id: int, name: str) -> str:
    """A new key of the REST API. It is told once: only its hash is kept."""
    key = f"wismo_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(shop_id=shop_id, name=name, digest=digest(key), hint=key[:12])
    return key


def revoke_api_key(shop_id: int, hint: str, now: datetime) -> int:
    """End the keys that begin with `hint`; how many."""
    return ApiKey.objects.filter(shop_id=shop_id, hint=hint[:12], revoked_at=None).update(revoked_at=now)


def set_source_secret(shop_id: int, source: str, secret: str) -> None:
    """What the source signs its payloads with: this opens its door."""
    SourceSecret.objects.update_or_create(shop_id=shop_id, source=source, defaults={"sealed": seal(secret)})


def set_source_secrets(shop_id: int, sources: Sequence[str]) -> dict[str, str]:
    """A new random secret for each of these sources."""
    made = {source: secrets.token_hex(24) for source in sources}
    for source, secret in made.items():
        set_source_secret(shop_id, source, secret)
    return made
