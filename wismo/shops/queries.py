"""What others may read of shops: typed values, cached where every request asks."""

import functools
import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wismo.plumbing import secrets
from wismo.shops.models import ApiKey, Brand, CarrierAccount, Member, Role, Shop, SourceSecret, User

_DOOR_SECONDS = 10  # how long a changed secret may still be unknown to a running server


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """A shop and how it looks and speaks to its shoppers."""

    shop_id: int
    slug: str
    name: str
    colour: str  # "#rrggbb"
    has_logo: bool
    languages: tuple[str, ...]  # offered, the first is the default
    timezone: str
    country: str
    synthetic: bool
    from_email: str
    support_email: str
    support_url: str
    returns_url: str
    privacy_url: str


def brand_of(shop_id: int) -> BrandFacts:
    """The brand of a shop that exists."""
    return _facts(Brand.objects.select_related("shop").defer("logo").get(shop_id=shop_id))


def brands_of(shop_ids: Collection[int]) -> dict[int, BrandFacts]:
    """The brands of these shops, in one query."""
    rows = Brand.objects.select_related("shop").defer("logo").filter(shop_id__in=shop_ids)
    return {brand.shop_id: _facts(brand) for brand in rows}


def brand_by_slug(slug: str) -> BrandFacts | None:
    """The brand of the shop with this public name, if there is one."""
    brand = Brand.objects.select_related("shop").defer("logo").filter(shop__slug=slug).first()
    return _facts(brand) if brand else None


def logo_of(shop_id: int) -> tuple[bytes, str] | None:
    """The logo's bytes and media type."""
    brand = Brand.objects.filter(shop_id=shop_id).only("logo", "logo_type").first()
    return (bytes(brand.logo), brand.logo_type) if brand and brand.logo else None


def _facts(brand: Brand) -> BrandFacts:
    shop = brand.shop
    return BrandFacts(
        shop_id=shop.pk,
        slug=shop.slug,
        name=brand.name,
        colour=brand.colour,
        has_logo=bool(brand.logo_type),
        languages=tuple(brand.languages) or ("en",),
        timezone=shop.timezone,
        country=shop.country,
        synthetic=shop.synthetic,
        from_email=brand.from_email,
        support_email=brand.support_email,
        support_url=brand.support_url,
        returns_url=brand.returns_url,
        privacy_url=brand.privacy_url,
    )


@dataclass(frozen=True, slots=True)
class Door:
    """Where a source may post: the shop it posts for and the secret it proves itself with."""

    shop_id: int
    secret: str
    header: str  # where the token comes, in lower case; "": where the source's pack says


def door(shop_key: str, source: str) -> Door | None:
    """The open door of a shop and source; None where either is unknown."""
    return _door(shop_key, source, int(time.monotonic() // _DOOR_SECONDS))


@functools.lru_cache(maxsize=4096)
def _door(shop_key: str, source: str, _period: int) -> Door | None:
    row = (
        SourceSecret.objects
        .filter(shop__key=shop_key, source=source)
        .values_list("shop_id", "sealed", "header")
        .first()
    )
    return Door(row[0], secrets.unseal(row[1]), row[2]) if row else None


def shop_ids() -> dict[str, int]:
    """Every shop's id by its public name."""
    return dict(Shop.objects.order_by("pk").values_list("slug", "pk"))


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's seat on one shop's team."""

    shop_id: int
    slug: str
    name: str
    role: str  # viewer, agent or owner
    timezone: str
    synthetic: bool


def memberships(user_id: int) -> tuple[Membership, ...]:
    """Every shop this person is on the team of, by name."""
    rows = Member.objects.filter(user_id=user_id, user__is_active=True).select_related("shop")
    return tuple(
        Membership(m.shop_id, m.shop.slug, m.shop.name, m.role, m.shop.timezone, m.shop.synthetic)
        for m in rows.order_by("shop__name", "shop_id")
    )


def owners_of(shop_id: int) -> tuple[str, ...]:
    """The addresses of those who may change a member's role."""
    owners = Member.objects.filter(shop_id=shop_id, role=Role.OWNER).order_by("pk")
    return tuple(owners.values_list("user__email", flat=True))


def sources_of(shop_id: int) -> tuple[str, ...]:
    """The sources that have a secret, and so may post."""
    rows = SourceSecret.objects.filter(shop_id=shop_id).order_by("source")
    return tuple(rows.values_list("source", flat=True))


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A source that may post. Its secret is not among what is told."""

    header: str  # where its token comes, in lower case; "": where the source's pack says
    version: str  # another one as soon as the secret is


def source_facts(shop_id: int, source: str) -> SourceFacts | None:
    """What may be shown of the source's secret; None where it has none."""
    row = SourceSecret.objects.filter(shop_id=shop_id, source=source).values_list("header", "sealed").first()
    return SourceFacts(row[0], secrets.digest(row[1])) if row else None


def shop_of_api_key(key: str) -> int | None:
    """The id of the shop this key speaks for; None where the key is unknown or revoked."""
    row = ApiKey.objects.filter(digest=secrets.digest(key), revoked_at=None).values_list("shop_id", flat=True)
    return row.first()


def key_hints(shop_id: int) -> tuple[str, ...]:
    """How the keys begin that are not revoked."""
    keys = ApiKey.objects.filter(shop_id=shop_id, revoked_at=None).order_by("pk")
    return tuple(keys.values_list("hint", flat=True))


def is_person(email: str) -> bool:
    """Whether someone has this address, on whatever team."""
    return User.objects.filter(email=email.lower()).exists()


def shop_key(shop_id: int) -> str:
    """The unguessable name of the shop in webhook addresses."""
    return Shop.objects.values_list("key", flat=True).get(pk=shop_id)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A shop's account at a carrier or an aggregator."""

    shop_id: int
    source: str
    enabled: bool
    changed_at: datetime
    values: Mapping[str, str] = field(repr=False)  # secrets; none where they cannot be unsealed


def carrier_accounts(shop_ids: Collection[int] | None = None) -> list[AccountFacts]:
    """The accounts of these shops (None: of all), each shop's in the order they were first entered."""
    rows = CarrierAccount.objects.order_by("shop_id", "pk")
    if shop_ids is not None:
        rows = rows.filter(shop_id__in=shop_ids)
    return [
        AccountFacts(row.shop_id, row.source, row.enabled, row.changed_at, _unsealed(row.sealed))
        for row in rows
    ]


def _unsealed(sealed: str) -> dict[str, str]:
    try:
        values: dict[str, str] = json.loads(secrets.unseal(sealed))
    except ValueError:
        return {}  # another WISMO_SECRET_KEY: `wismo doctor` says so
    return values
