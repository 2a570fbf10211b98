"""`GET /v1/promise`: the delivery date for a page of the shop's, asked by a shopper's browser. See docs."""

import hashlib
import time
from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.plumbing.buckets import Buckets
from wismo.plumbing.client import address_of
from wismo.promise.quoting import Quoter
from wismo.promise.rules.asking import question_problems
from wismo.promise.rules.question import Answer, Item, Question
from wismo.promise.serving import quoter_of
from wismo.promise.showing import show
from wismo.promise.signing import shop_of_widget_key

ASKED = Buckets(rate=10, burst=120)  # by address: a shopper looks at a few pages a minute, an office at many
FRESH = 300  # seconds an answer may be kept for at most
PLACES = frozenset({"product", "cart", "checkout"})
_ENCODER = msgspec.json.Encoder()


@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """The date, and until when it holds for an order; `id` goes with the order. 200 also for no promise.

    400 where a parameter is wrong, 404 for a key that is none or no longer one, 429 for who asks too often.
    """
    wait = ASKED.take(address_of(request), time.monotonic())
    if wait:
        return _problem(
            429, [{"where": "address", "what": "ask less often"}], {"Retry-After": str(int(wait) + 1)}
        )
    now = timezone.now()
    found = _shop(request.GET.get("shop", ""), now)
    if found is None:
        return _problem(404, [{"where": "shop", "what": "no key of a shop; see its settings"}])
    shop_id, quoter = found
    question = _question(request, now)
    problems = question_problems(question)
    told = [dict(zip(("where", "what"), text.split(": ", 1), strict=True)) for text in problems]
    response = _problem(400, told) if problems else _answered(request, shop_id, quoter, question)
    origin = request.headers.get("Origin", "")
    response["Vary"] = "Origin"
    if origin in quoter.plan.origins:
        response["Access-Control-Allow-Origin"] = origin
    return response


def _shop(key: str, now: datetime) -> tuple[int, Quoter] | None:
    found = shop_of_widget_key(key)
    if found is None:
        return None
    shop_id, generation = found
    try:
        quoter = quoter_of(shop_id, now)
    except ObjectDoesNotExist:  # the shop is gone, its key is still in somebody's page
        return None
    return (shop_id, quoter) if generation == quoter.plan.widget else None


def _question(request: HttpRequest, now: datetime) -> Question:
    asked = request.GET
    return Question(
        at=now,
        country=asked.get("country", "").upper(),
        region=asked.get("region", "").upper(),
        postcode=asked.get("postcode", ""),
        service=asked.get("service", ""),
        items=tuple(Item(sku=sku) for sku in asked.getlist("sku")),
    )


def _answered(request: HttpRequest, shop_id: int, quoter: Quoter, question: Question) -> HttpResponse:
    answer = quoter.quote(question)
    told = _told(answer)
    headers = {"Cache-Control": f"public, max-age={_fresh(answer, question.at)}", "ETag": _tag(told)}
    # The tag is of the date, not of its id: what a browser still shows need not be shown again.
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    asked = request.GET.get("place", "")
    place = asked if asked in PLACES else "product"
    told["id"] = show(shop_id, quoter, question, answer, place=place, now=question.at)
    return HttpResponse(_ENCODER.encode(told), content_type="application/json", headers=headers)


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "service": answer.service,
        "earliest": answer.earliest,
        "latest": answer.latest,
        "order_by": answer.order_by if answer.latest else None,
    }


def _tag(told: dict[str, Any]) -> str:
    return f'W/"{hashlib.blake2b(_ENCODER.encode(told), digest_size=9).hexdigest()}"'


def _fresh(answer: Answer, now: datetime) -> int:
    """Seconds: never past the cut-off, after which the date is another."""
    if answer.order_by is None:
        return FRESH
    return max(0, min(FRESH, int((answer.order_by - now).total_seconds())))


def _problem(
    status: int, problems: list[dict[str, str]], headers: dict[str, str] | None = None
) -> HttpResponse:
    body = {"status": status, "problems": problems}
    response = HttpResponse(
        _ENCODER.encode(body), status=status, headers=headers, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    return response
