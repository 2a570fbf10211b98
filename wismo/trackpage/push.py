"""Push messages in the shopper's own browser: its worker, and what the page's button says to us."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from wismo.notify.actions import push
from wismo.notify.channels.webpush.vapid import is_subscription
from wismo.plumbing import limits, tokens
from wismo.trackpage.views import LINK_LIFE, private
from wismo.vocabulary.text import can_keep

WORKER = Path(__file__).parent / "static" / "trackpage" / "sw.js"
LONGEST = 600  # characters of an address
TRIES = 20  # an hour, for one order


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at /t/ for its scope, under a name that never changes."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"  # browsers ask anew, and a new one takes the place of the old
    return response


@cache
def _worker() -> bytes:
    return WORKER.read_bytes()


# Same-origin for the reason `views.find` gives: a script's request has its origin, but so it stays one rule.
@private(referrer="same-origin")
@require_POST
def choose(request: HttpRequest, *, token: str) -> HttpResponse:
    """Keep, or forget, the browser that asks from behind an order's link."""
    ids = tokens.read("track", token, max_age=LINK_LIFE)
    if ids is None or len(ids) != 2:
        raise Http404
    shop_id, order_id = ids
    now = timezone.now()
    if limits.count(shop_id, "push", str(order_id), now=now, length=limits.HOUR) > TRIES:
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    told = _told(request)
    language = str(told.get("language", ""))
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        evidence = {"page": "tracking", "language": language, "wording": gettext("Tell me in this browser")}
    if told.get("off"):
        push.unsubscribe(shop_id, order_id, _endpoint(told), evidence, now)
    elif not push.subscribe(shop_id, order_id, _browser(told), evidence, now):
        raise Http404
    return HttpResponse(status=204)


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise BadRequest("not a browser's subscription")
    return told


def _browser(told: dict[str, Any]) -> push.Subscription:
    keys = told.get("keys")
    p256dh, auth = (
        (str(keys.get(name, "")) for name in ("p256dh", "auth")) if isinstance(keys, dict) else ("", "")
    )
    if not is_subscription(p256dh, auth):
        raise BadRequest("not a browser's keys")
    return push.Subscription(_endpoint(told), p256dh, auth)


def _endpoint(told: dict[str, Any]) -> str:
    """An address of the open web; whether it is a public one is looked at when it is called."""
    endpoint = str(told.get("endpoint", ""))
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        parts = urlsplit("")
    sound = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
    if not sound or len(endpoint) > LONGEST or not can_keep(endpoint):
        raise BadRequest("not a push service's address")
    return endpoint
