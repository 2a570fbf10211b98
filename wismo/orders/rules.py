"""Orders and carts as a shop system tells them, and what makes them acceptable. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from wismo.shops.rules import Home
from wismo.vocabulary.calendar import (
    is_country,
    is_plausible_day,
    is_plausible_moment,
    only_zone,
    zone_of,
)
from wismo.vocabulary.money import Money
from wismo.vocabulary.text import is_line

_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LIMITS = {
    "reference": 80,
    "number": 40,
    "name": 160,
    "postcode": 16,
    "region": 8,
    "city": 120,
    "phone": 32,
    "cart": 80,
}
_TAGS, _TAG = 50, 60  # how many, and how long
_TAGS_RULE = f"at most {_TAGS} of them, each one line of 1 to {_TAG} characters"


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """One line of an order."""

    title: str
    sku: str = ""
    variant: str = ""
    quantity: int = 1
    image_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSnapshot:
    """An order as its shop has it now. `reference` is the shop's own key: the same one is the same order."""

    reference: str
    number: str
    placed_at: datetime
    country: str
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    total: Money | None = None
    postcode: str = ""
    region: str = ""  # ISO 3166-2 without the country: "BY", "SP"
    city: str = ""
    timezone: str = ""
    promised_on: date | None = None
    cancelled_at: datetime | None = None
    updated_at: datetime | None = None  # when the shop last changed it: an older telling changes nothing
    packed_at: datetime | None = None
    tags: tuple[str, ...] = ()  # the shop's own words for it
    buyer_tags: tuple[str, ...] | None = None  # and for its buyer; None: as they are
    cash_on_delivery: bool = False
    cart: str = ""  # the reference of the cart it was made from
    lines: tuple[LineSnapshot, ...] = ()

    def zone(self, home: Home) -> str:
        """The destination's zone: as told, or the country's only one, or the shop's in its own country."""
        own = home.timezone if home.country == self.country else ""
        return self.timezone or only_zone(self.country) or own


@dataclass(frozen=True, slots=True, kw_only=True)
class CartSnapshot:
    """A cart as its shop has it now. `reference` is the shop's own key: the same one is the same cart."""

    reference: str
    email: str
    changed_at: datetime
    url: str  # where the shop shows it again
    phone: str = ""
    name: str = ""
    language: str = ""
    total: Money | None = None
    ended_at: datetime | None = None  # bought or emptied
    lines: tuple[LineSnapshot, ...] = ()


def is_older(told: datetime | None, kept: datetime | None) -> bool:
    """Whether what is told was overtaken by what is kept; not where either does not say."""
    return told is not None and kept is not None and told < kept


def problems_of(order: OrderSnapshot) -> list[str]:
    """What is wrong with it, each as "field: what to do"; empty where nothing is."""
    too_long = [
        f"{name}: at most {limit} characters"
        for name, limit in _LIMITS.items()
        if len(getattr(order, name)) > limit
    ]
    checks = {
        "reference: must not be empty": bool(order.reference.strip()),
        "number: must not be empty": bool(order.number.strip()),
        f"country: {order.country!r} is not an ISO 3166 code such as DE": is_country(order.country),
        f"email: {order.email!r} is not an address": not order.email or _is_address(order.email),
        f"language: {order.language!r} is not a BCP 47 tag such as ja or pt-BR": _is_language(order.language),
        f"timezone: {order.timezone!r} is not a zone such as Asia/Tokyo": _is_zone(order.timezone),
        "promised_on: a day of 2000 to 2100, as in 2026-11-27": is_plausible_day(order.promised_on),
        f"tags: {_TAGS_RULE}": _are_tags(order.tags),
        f"buyer_tags: {_TAGS_RULE}": _are_tags(order.buyer_tags or ()),
        **_of_goods(order),
    }
    wrong = [message for message, fine in checks.items() if not fine]
    moments = _wrong_moments(order, ("placed_at", "cancelled_at", "updated_at", "packed_at"))
    return [*too_long, *wrong, *moments, *_unkept_texts(order, (*_LIMITS, "email"))]


def cart_problems_of(cart: CartSnapshot) -> list[str]:
    """What is wrong with it, each as "field: what to do"; empty where nothing is."""
    names = ("reference", "name", "phone")
    checks = {
        f"{name}: at most {_LIMITS[name]} characters": len(getattr(cart, name)) <= _LIMITS[name]
        for name in names
    }
    checks |= {
        "reference: must not be empty": bool(cart.reference.strip()),
        "email: the address of whose cart it is": _is_address(cart.email),
        f"language: {cart.language!r} is not a BCP 47 tag such as ja or pt-BR": _is_language(cart.language),
        "url: where the shop shows the cart, as https://shop.example/cart/1, at most 500 characters": (
            cart.url.startswith("https://") and len(cart.url) <= 500
        ),
        **_of_goods(cart),
    }  # fmt: skip
    wrong = [message for message, fine in checks.items() if not fine]
    moments = _wrong_moments(cart, ("changed_at", "ended_at"))
    return [*wrong, *moments, *_unkept_texts(cart, (*names, "email", "url"))]


def _of_goods(told: OrderSnapshot | CartSnapshot) -> dict[str, bool]:
    return {
        "total: currency is an ISO 4217 code such as EUR, the amount not negative": told.total is None
        or (bool(_CURRENCY.fullmatch(told.total.currency)) and 0 <= told.total.minor < 1 << 62),
        "lines: each needs a title and a quantity of 1 to 100000": all(
            line.title.strip() and 1 <= line.quantity <= 100_000 for line in told.lines
        ),
        "lines: at most 500 of them, title 200, sku 80, variant 120, image_url 200 characters": _fit(
            told.lines
        ),
    }


def _are_tags(tags: tuple[str, ...]) -> bool:
    return len(tags) <= _TAGS and all(
        0 < len(tag.strip()) <= len(tag) <= _TAG and is_line(tag) for tag in tags
    )


def _wrong_moments(told: OrderSnapshot | CartSnapshot, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not is_plausible_moment(getattr(told, name)):
            yield f"{name}: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00"


def _unkept_texts(order: OrderSnapshot | CartSnapshot, names: Iterable[str]) -> Iterator[str]:
    texts = [(name, getattr(order, name)) for name in names]
    texts += [
        (f"lines.{place}.{name}", getattr(line, name))
        for place, line in enumerate(order.lines)
        for name in ("title", "sku", "variant", "image_url")
    ]
    for name, text in texts:
        if not is_line(text):
            yield f"{name}: one line of text, without control characters and lone surrogates"


def _is_address(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def _is_language(tag: str) -> bool:
    return not tag or (len(tag) <= 16 and _LANGUAGE.fullmatch(tag) is not None)


def _is_zone(name: str) -> bool:
    return not name or (len(name) <= 64 and zone_of(name) is not None)


def _fit(lines: tuple[LineSnapshot, ...]) -> bool:
    return len(lines) <= 500 and all(
        len(line.title) <= 200
        and len(line.sku) <= 80
        and len(line.variant) <= 120
        and len(line.image_url) <= 200
        and (not line.image_url or line.image_url.startswith("https://"))
        for line in lines
    )
