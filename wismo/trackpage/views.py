"""What a shopper opens: the tracking page, the look-up, and the brand's own files."""

from collections.abc import Callable
from datetime import UTC, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_http_methods, require_safe

from wismo.notify.languages import choose_language, offered_languages
from wismo.notify.queries.offers import offers_for
from wismo.orders.queries import find_order, plain_number
from wismo.plumbing import limits, tokens
from wismo.plumbing.client import address_of, refuse_unkept
from wismo.promise.queries.outlooks import foreseen_order
from wismo.shops.queries import BrandFacts, brand_by_slug, brand_of, logo_of
from wismo.shops.rules import theme_css
from wismo.trackpage.dates import Clock, locale_of
from wismo.trackpage.forms import FindForm
from wismo.trackpage.frame import digest_of, show
from wismo.trackpage.present import present
from wismo.vocabulary.calendar import zone_of

LINK_LIFE = timedelta(days=180)
_EVER = timedelta(days=36500)
TRIES = {"find_address": 30, "find_order": 10}  # an hour, for one address and for one order number

View = Callable[..., HttpResponse]


def private(*, referrer: str) -> Callable[[View], View]:
    """A page about a person: no cache keeps it, no engine lists it, no other site learns its address."""

    def seal(view: View) -> View:
        @wraps(view)
        def sealed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            refuse_unkept(request)
            response = view(request, **kwargs)
            response["Cache-Control"] = "private, no-store"
            response["Referrer-Policy"] = referrer
            response["X-Robots-Tag"] = "noindex"
            return response

        return sealed

    return seal


@private(referrer="no-referrer")
@require_safe
def track(request: HttpRequest, *, token: str) -> HttpResponse:
    """The order behind a signed link."""
    ids = tokens.read("track", token, max_age=LINK_LIFE)
    order = foreseen_order(*ids) if ids and len(ids) == 2 else None
    brand = brand_or_none(order.shop_id) if order else None
    if order is None or brand is None:
        return gone(request, _shop_behind(token))
    language = language_for(request, brand, buyer=order.buyer_language)
    zone = zone_of(order.timezone) or zone_of(brand.timezone) or UTC
    clock = Clock(timezone.now(), zone, locale_of(language, order.country))
    with translation.override(language):
        page = present(order, brand, clock, chosen=request.GET.get("parcel", ""))
        context = {"page": page, "token": token, "offers": offers_for(brand.shop_id, order.id)}
        return show(request, "trackpage/track.html", brand, context)


# Under no-referrer a browser posts the form with "Origin: null" (the Fetch standard says so), which Django's
# guard against forged requests refuses.
@private(referrer="same-origin")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Order number and e-mail or postcode lead to the order. Unknown and wrong get the same answer."""
    brand = brand_by_slug(slug)
    if brand is None:
        return gone(request, None)
    with translation.override(language_for(request, brand, buyer="")):
        if request.method != "POST":
            return show(request, "trackpage/find.html", brand, {"form": FindForm()})
        return _look_up(request, brand, FindForm(request.POST))


def _look_up(request: HttpRequest, brand: BrandFacts, form: FindForm) -> HttpResponse:
    status = 422
    if form.is_valid():
        number, proof = form.cleaned_data["number"], form.cleaned_data["proof"]
        if _too_often(request, brand.shop_id, number):
            status = 429
            form.add_error(None, gettext("Too many tries. Please wait an hour, then try again."))
        elif order_id := find_order(brand.shop_id, number, proof):
            link = reverse("trackpage:track", kwargs={"token": tokens.make("track", brand.shop_id, order_id)})
            return HttpResponseRedirect(f"{link}?lang={translation.get_language()}")
        else:
            form.add_error(None, gettext("We found no order that matches both. Please check what you typed."))
    response = show(request, "trackpage/find.html", brand, {"form": form}, status=status)
    if status == 429:
        response["Retry-After"] = "3600"
    return response


def _too_often(request: HttpRequest, shop_id: int, number: str) -> bool:
    now = timezone.now()
    # Every spelling that finds an order counts as the same.
    subjects = {"find_address": address_of(request), "find_order": plain_number(number)}
    counts = {
        name: limits.count(shop_id, name, subject, now=now, length=limits.HOUR)
        for name, subject in subjects.items()
    }
    return any(counts[name] > most for name, most in TRIES.items())


@require_safe
def theme(request: HttpRequest, *, slug: str, digest: str) -> HttpResponse:
    """The brand's colours as a stylesheet."""
    brand = brand_by_slug(slug)
    if brand is None:
        raise Http404
    css = theme_css(brand.colour).encode()
    return _file(css, "text/css; charset=utf-8", digest)


@require_safe
def logo(request: HttpRequest, *, slug: str, digest: str) -> HttpResponse:
    """The brand's logo."""
    brand = brand_by_slug(slug)
    found = logo_of(brand.shop_id) if brand else None
    if found is None:
        raise Http404
    return _file(*found, digest)


def _file(body: bytes, media_type: str, digest: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type)
    current = digest == digest_of(body)  # by an older name one gets what is current, for a minute
    response["Cache-Control"] = "public, max-age=31536000, immutable" if current else "public, max-age=60"
    return response


def _shop_behind(token: str) -> BrandFacts | None:
    """The shop that made the link, where its signature still tells."""
    ids = tokens.read("track", token, max_age=_EVER)
    return brand_or_none(ids[0]) if ids else None


def brand_or_none(shop_id: int) -> BrandFacts | None:
    """The shop's brand; None where the shop was removed: its links live on in mails."""
    try:
        return brand_of(shop_id)
    except ObjectDoesNotExist:
        return None


def gone(request: HttpRequest, brand: BrandFacts | None) -> HttpResponse:
    """Nothing behind this address; a shop that is known offers its look-up."""
    with translation.override(language_for(request, brand, buyer="")):
        return show(request, "trackpage/gone.html", brand, {}, status=404)


def language_for(request: HttpRequest, brand: BrandFacts | None, *, buyer: str) -> str:
    """What the shopper asked for, else the buyer's own, else the browser's, else the shop's first."""
    spoken = dict(settings.LANGUAGES)
    browser = [tag for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    offered = offered_languages(brand.languages if brand else spoken, spoken)
    return choose_language(offered, request.GET.get("lang", ""), buyer, *browser)
