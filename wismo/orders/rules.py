"""An order as a shop system tells it, and what makes it acceptable. Pure."""

import re
from collections.abc import Iterator
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
_LIMITS = {"reference": 80, "number": 40, "name": 160, "postcode": 16, "city": 120, "phone": 32}


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
    city: str = ""
    timezone: str = ""
    promised_on: date | None = None
    cancelled_at: datetime | None = None
    updated_at: datetime | None = None  # when the shop last changed it: an older telling changes nothing
    lines: tuple[LineSnapshot, ...] = ()

    def zone(self, home: Home) -> str:
        """The destination's zone: as told, or the country's only one, or the shop's in its own country."""
        own = home.timezone if home.country == self.country else ""
        return self.timezone or only_zone(self.country) or own


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
        f"email: {order.email!r} is not an address": _matches(_EMAIL, order.email)
        and len(order.email) <= 254,
        f"language: {order.language!r} is not a BCP 47 tag such as ja or pt-BR": _matches(
            _LANGUAGE, order.language
        )
        and len(order.language) <= 16,
        f"timezone: {order.timezone!r} is not a zone such as Asia/Tokyo": _is_zone(order.timezone),
        "promised_on: a day of 2000 to 2100, as in 2026-11-27": is_plausible_day(order.promised_on),
        "total: currency is an ISO 4217 code such as EUR, the amount not negative": order.total is None
        or (bool(_CURRENCY.fullmatch(order.total.currency)) and 0 <= order.total.minor < 1 << 62),
        "lines: each needs a title and a quantity of 1 to 100000": all(
            line.title.strip() and 1 <= line.quantity <= 100_000 for line in order.lines
        ),
        "lines: at most 500 of them, title 200, sku 80, variant 120, image_url 200 characters": _fit(
            order.lines
        ),
    }
    wrong = [message for message, fine in checks.items() if not fine]
    return [*too_long, *wrong, *_wrong_moments(order), *_unkept_texts(order)]


def _wrong_moments(order: OrderSnapshot) -> Iterator[str]:
    for name in ("placed_at", "cancelled_at", "updated_at"):
        if not is_plausible_moment(getattr(order, name)):
            yield f"{name}: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00"


def _unkept_texts(order: OrderSnapshot) -> Iterator[str]:
    texts = [(name, getattr(order, name)) for name in (*_LIMITS, "email")]
    texts += [
        (f"lines.{place}.{name}", getattr(line, name))
        for place, line in enumerate(order.lines)
        for name in ("title", "sku", "variant", "image_url")
    ]
    for name, text in texts:
        if not is_line(text):
            yield f"{name}: one line of text, without control characters and lone surrogates"


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return not text or pattern.fullmatch(text) is not None


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
