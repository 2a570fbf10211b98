"""What stands around every shopper's page: the brand, its colours and logo, the languages it offers."""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from wismo.notify.languages import offered_languages
from wismo.shops.queries import BrandFacts, logo_of
from wismo.shops.rules import theme_css

_KEPT = ("parcel", "score", "saved")  # of a page's address, when its language changes


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language in the menu."""

    tag: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The brand as the base template needs it."""

    brand: BrandFacts
    theme_url: str
    logo_url: str
    tongues: tuple[Tongue, ...]


def show(
    request: HttpRequest,
    template: str,
    brand: BrandFacts | None,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """The template inside the brand's frame, in the active language; without a brand it stays plain."""
    frame = _frame(request, brand) if brand else None
    response = render(request, template, {**context, "frame": frame}, status=status)
    response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return response


def digest_of(body: bytes) -> str:
    """What stands in a file's address, so that it may be kept for ever."""
    return hashlib.sha256(body).hexdigest()[:12]


def _frame(request: HttpRequest, brand: BrandFacts) -> Frame:
    kept = {name: request.GET[name] for name in _KEPT if name in request.GET}
    names = dict(settings.LANGUAGES)
    current = translation.get_language()
    css = theme_css(brand.colour).encode()
    picture = logo_of(brand.shop_id) if brand.has_logo else None
    return Frame(
        brand=brand,
        theme_url=_address("theme", brand.slug, css),
        logo_url=_address("logo", brand.slug, picture[0]) if picture else "",
        tongues=tuple(
            Tongue(tag, names[tag], "?" + urlencode({**kept, "lang": tag}), tag == current)
            for tag in offered_languages(brand.languages, names)
        ),
    )


def _address(name: str, slug: str, body: bytes) -> str:
    return reverse(f"trackpage:{name}", kwargs={"slug": slug, "digest": digest_of(body)})
