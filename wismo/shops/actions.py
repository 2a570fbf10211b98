"""Every write to shops."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from wismo.plumbing import audit
from wismo.plumbing.secrets import digest, seal
from wismo.shops.models import ApiKey, Brand, CarrierAccount, Member, Role, Shop, SourceSecret, User
from wismo.shops.rules import Home, picture_type, problems_of, tag_of
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
    problems = problems_of(told, [tag_of(code) for code, _ in settings.LANGUAGES])
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


def set_source_secret(shop_id: int, source: str, secret: str, *, header: str | None = None) -> None:
    """What the source signs its payloads with: this opens its door.

    `header` is where the token comes, if it is not where the pack says; None leaves it as it was.
    """
    told = {"sealed": seal(secret)} | ({} if header is None else {"header": header.lower()})
    SourceSecret.objects.update_or_create(shop_id=shop_id, source=source, defaults=told)


@transaction.atomic
def open_door(shop_id: int, source: str, secret: str, *, header: str | None, who: str, now: datetime) -> None:
    """`set_source_secret` by a person, which the audit keeps."""
    new = not SourceSecret.objects.filter(shop_id=shop_id, source=source).exists()
    set_source_secret(shop_id, source, secret, header=header)
    did = "opened a door" if new else "changed the secret of a door"
    audit.record(shop_id, who=who, did=did, subject=source, now=now)


def set_source_secrets(shop_id: int, sources: Sequence[str]) -> dict[str, str]:
    """A new random secret for each of these sources."""
    made = {source: secrets.token_hex(24) for source in sources}
    for source, secret in made.items():
        set_source_secret(shop_id, source, secret)
    return made


@transaction.atomic
def set_carrier_account(
    shop_id: int, source: str, values: Mapping[str, str], *, who: str, now: datetime
) -> bool:
    """Keep what the source is asked with, sealed, in place of what was there; whether it is a new account."""
    kept = {"sealed": seal(json.dumps(dict(values))), "enabled": True, "changed_at": now}
    _, new = CarrierAccount.objects.update_or_create(shop_id=shop_id, source=source, defaults=kept)
    audit.record(shop_id, who=who, did="set a carrier account", subject=source, now=now)
    return new


@transaction.atomic
def pause_carrier_account(shop_id: int, source: str, *, who: str, now: datetime) -> bool:
    """Ask nothing by this account until it is resumed; whether it was in use."""
    return _switch(shop_id, source, enabled=False, who=who, now=now)


@transaction.atomic
def resume_carrier_account(shop_id: int, source: str, *, who: str, now: datetime) -> bool:
    """Ask by this account again; whether it was paused."""
    return _switch(shop_id, source, enabled=True, who=who, now=now)


def _switch(shop_id: int, source: str, *, enabled: bool, who: str, now: datetime) -> bool:
    rows = CarrierAccount.objects.filter(shop_id=shop_id, source=source, enabled=not enabled)
    switched = rows.update(enabled=enabled) > 0
    if switched:
        did = f"{'resumed' if enabled else 'paused'} a carrier account"
        audit.record(shop_id, who=who, did=did, subject=source, now=now)
    return switched


@transaction.atomic
def remove_carrier_account(shop_id: int, source: str, *, who: str, now: datetime) -> bool:
    """Forget the account; whether there was one."""
    removed = CarrierAccount.objects.filter(shop_id=shop_id, source=source).delete()[0] > 0
    if removed:
        audit.record(shop_id, who=who, did="removed a carrier account", subject=source, now=now)
    return removed
