"""What a shopper chooses: which messages reach them by which way, and the links in mails that end or confirm.

The token in the address is all that opens these pages, and it stands in no other page: whoever could forge a
post would have to know it. So no cookie is asked for, and they work where mail programs and chats open them.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wismo.notify import links
from wismo.notify.actions import consents
from wismo.notify.queries.preferences import addressee, addressee_of_message, opt_in, standing
from wismo.notify.words import Kind
from wismo.plumbing import limits
from wismo.plumbing.client import address_of
from wismo.shops.queries import BrandFacts
from wismo.trackpage.choice_words import (
    ABOUT,
    Words,
    confirmed,
    ended,
    gone_by,
    groups_of,
    to_confirm,
    to_end,
)
from wismo.trackpage.frame import show
from wismo.trackpage.views import brand_or_none, gone, language_for, private

SAVES = 60  # an hour, of one buyer's preferences
WRONG_LINKS = 120  # an hour, from one address


@csrf_exempt
@private(referrer="no-referrer")
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, *, token: str) -> HttpResponse:
    """Each kind of message, with the ways it may come. What is ticked is what holds."""
    ids = links.read_preferences(token)
    person = addressee(*ids) if ids else None
    brand = brand_or_none(person.shop_id) if person else None
    if person is None or brand is None:
        return wrong_link(request)
    language = language_for(request, brand, buyer=person.language)
    now = timezone.now()
    with translation.override(language):
        if request.method == "POST":
            if _too_often(person.shop_id, "preferences", person.buyer_id):
                return _rest(request, brand)
            wanted = _ticked(request, person.shop_id, person.buyer_id)
            evidence = {"page": "preferences", "language": language, "wording": _wording()}
            consents.change_preferences(person.shop_id, person.buyer_id, wanted, evidence, now)
            return HttpResponseRedirect(f"{request.path}?saved=1&lang={language}", status=303)
        groups = groups_of(standing(person.shop_id, person.buyer_id, now))
        context = {"groups": groups, "saved": "saved" in request.GET}
        return show(request, "trackpage/choices.html", brand, context)


def _ticked(request: HttpRequest, shop_id: int, buyer_id: int) -> dict[tuple[str, Kind], bool]:
    ticks = set(request.POST.getlist("on")) if "stop" not in request.POST else set()
    rows = standing(shop_id, buyer_id, timezone.now())
    return {(row.channel, row.kind): f"{row.channel}:{row.kind}" in ticks for row in rows}


def _wording() -> dict[str, str]:
    return {kind.value: str(about) for kind, about in ABOUT.items()}


@csrf_exempt
@private(referrer="no-referrer")
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, *, token: str) -> HttpResponse:
    """A post ends it at once (RFC 8058: mail programs send it without a cookie); opening it ends nothing."""
    found = links.read_unsubscribe(token)
    person = addressee_of_message(found[0]) if found else None
    brand = brand_or_none(person.shop_id) if person else None
    if found is None or person is None or brand is None:
        return wrong_link(request)
    message_id, kind = found
    with translation.override(language_for(request, brand, buyer=person.language)):
        words = to_end(kind, brand.name)
        if request.method == "POST":
            consents.unsubscribe(message_id, kind, timezone.now())
            words = ended(kind, brand.name)
        return _one_press(request, brand, words, _preferences(person.shop_id, person.buyer_id))


@csrf_exempt
@private(referrer="no-referrer")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, *, token: str) -> HttpResponse:
    """The link of a double opt-in: a press confirms it; opening it, as scanners do, confirms nothing."""
    consent_id = links.read_confirm(token)
    asked = opt_in(consent_id) if consent_id else None
    brand = brand_or_none(asked.shop_id) if asked else None
    if consent_id is None or asked is None or brand is None:
        return wrong_link(request)
    with translation.override(language_for(request, brand, buyer=asked.language)):
        if request.method != "POST":
            return _one_press(request, brand, to_confirm(brand.name), "")
        if consents.confirm(consent_id, timezone.now()):
            return _one_press(request, brand, confirmed(brand.name), "")
        return _one_press(request, brand, gone_by(brand.name), "", status=410)


def _one_press(
    request: HttpRequest, brand: BrandFacts, words: Words, preferences_url: str, *, status: int = 200
) -> HttpResponse:
    context = {"words": words, "preferences_url": preferences_url}
    return show(request, "trackpage/one_press.html", brand, context, status=status)


def _preferences(shop_id: int, buyer_id: int) -> str:
    if not buyer_id:
        return ""
    token = links.preferences(shop_id, buyer_id).rpartition("/")[2]
    return reverse("trackpage:preferences", kwargs={"token": token})


def wrong_link(request: HttpRequest) -> HttpResponse:
    """Altered, of another page, or about what is gone: one answer for all; and a pause for who tries many."""
    tries = limits.count(0, "wrong_link", address_of(request), now=timezone.now(), length=limits.HOUR)
    if tries > WRONG_LINKS:
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    return gone(request, None)


def _too_often(shop_id: int, name: str, subject: int) -> bool:
    return limits.count(shop_id, name, str(subject), now=timezone.now(), length=limits.HOUR) > SAVES


def _rest(request: HttpRequest, brand: BrandFacts) -> HttpResponse:
    response = _one_press(request, brand, Words.too_often(), "", status=429)
    response["Retry-After"] = "3600"
    return response
