"""Every write to shops."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.plumbing.secrets import digest, seal
from wismo.shops.models import ApiKey, Brand, Member, Role, Shop, SourceSecret, User


@transaction.atomic
def open_shop(*, slug: str, name: str, country: str, synthetic: bool = False, **brand: Any) -> int:
    """A new shop with its brand; its id. `brand` sets further fields of `Brand`, `languages` above all."""
    shop = Shop.objects.create(
        key=secrets.token_urlsafe(18), slug=slug, name=name, country=country, synthetic=synthetic
    )
    Brand.objects.create(shop=shop, name=name, **{"languages": ["en"], **brand})
    return shop.pk


def seat_member(shop_id: int, *, email: str, role: Role, password: str | None = None) -> None:
    """Give a person a seat on the shop's team; a new person gets the password, a known one keeps theirs."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, password)
    Member.objects.update_or_create(shop_id=shop_id, user=user, defaults={"role": role})


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
