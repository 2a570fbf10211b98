"""What others may read of shops: typed values, cached where every request asks."""

import functools
import time
from dataclasses import dataclass

from wismo.plumbing import secrets
from wismo.shops.models import Brand, Shop, SourceSecret

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
    return _facts(Brand.objects.select_related("shop").get(shop_id=shop_id))


def brand_by_slug(slug: str) -> BrandFacts | None:
    """The brand of the shop with this public name, if there is one."""
    brand = Brand.objects.select_related("shop").filter(shop__slug=slug).first()
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
        has_logo=bool(brand.logo),
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


def door(shop_key: str, source: str) -> Door | None:
    """The open door of a shop and source; None where either is unknown."""
    return _door(shop_key, source, int(time.monotonic() // _DOOR_SECONDS))


@functools.lru_cache(maxsize=4096)
def _door(shop_key: str, source: str, _period: int) -> Door | None:
    row = SourceSecret.objects.filter(shop__key=shop_key, source=source).values_list("shop_id", "sealed").first()
    return Door(row[0], secrets.unseal(row[1])) if row else None


def shop_ids() -> dict[str, int]:
    """Every shop's id by its public name."""
    return dict(Shop.objects.order_by("pk").values_list("slug", "pk"))
