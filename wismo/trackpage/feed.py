"""The in-app feed, for a script on the shop's own page or for its app. Who holds the token is the buyer."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wismo.notify.actions.feed import mark_read
from wismo.notify.queries.feed import SHOWN, Item, feed_of, feed_origin, feed_reader
from wismo.shops.queries import brand_by_slug

View = Callable[..., HttpResponse]


def shared(view: View) -> View:
    """Answers the shop's own page as well, which is of another origin; no cache but the reader's keeps it."""

    @wraps(view)
    def answered(request: HttpRequest, *, slug: str, token: str) -> HttpResponse:
        reader, brand = feed_reader(token), brand_by_slug(slug)
        if reader is None or brand is None or brand.shop_id != reader[0]:
            raise Http404
        shop_id, buyer_id = reader
        response = (
            HttpResponse(status=204) if request.method == "OPTIONS" else view(request, shop_id, buyer_id)
        )
        response["Cache-Control"] = "private, no-cache"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        response["Vary"] = "Origin"
        origin = request.headers.get("Origin", "")
        if origin and origin == feed_origin(shop_id):
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Allow-Methods"] = "GET, POST"
            response["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
            response["Access-Control-Expose-Headers"] = "ETag"
        return response

    return answered


@require_http_methods(["GET", "HEAD", "OPTIONS"])
@shared
def feed(request: HttpRequest, shop_id: int, buyer_id: int) -> HttpResponse:
    """The newest items, and how many are unread."""
    items = feed_of(shop_id, buyer_id)
    told = {"unread": sum(not item.read for item in items), "items": [_told(item) for item in items]}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})


# No cookie says who asks: only the token in the address does, which no other page knows.
@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
@shared
def read(request: HttpRequest, shop_id: int, buyer_id: int) -> HttpResponse:
    """These items were seen: {"ids": […], "until": the newest `at` that was shown}."""
    try:
        told = json.loads(request.body)
        ids, until = [int(one) for one in told["ids"]][:SHOWN], datetime.fromisoformat(told["until"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest("tell ids and until") from error
    if until.tzinfo is None:
        raise BadRequest("until needs its time zone")
    mark_read(shop_id, buyer_id, ids, until, timezone.now())
    return HttpResponse(status=204)


def _told(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "body": item.body,
        "url": item.url,
        "language": item.language,
        "at": item.at.isoformat(),
        "read": item.read,
    }
