"""`GET /v1/promise`: the delivery date for a page of the shop's, asked by a shopper's browser. See docs."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.plumbing.buckets import Buckets
from wismo.plumbing.client import address_of
from wismo.promise.plan.model import Plan
from wismo.promise.rules.asking import question_problems
from wismo.promise.rules.question import Answer, Item, Question
from wismo.promise.serving import answers_of, quoter_of
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
        return _problem(429, ["address: ask less often"], {"Retry-After": str(int(wait) + 1)})
    now = timezone.now()
    # Not `request.GET`, nor `request.headers`: the two cost as much as the answer.
    asked = parse_qsl(str(request.META.get("QUERY_STRING", "")), errors="replace")
    told = dict(asked)
    found = _shop(told.get("shop", ""), now)
    if found is None:
        return _problem(404, ["shop: no key of a shop; see its settings"])
    shop_id, plan = found
    question = _question(told, [value for name, value in asked if name == "sku"], now)
    problems = question_problems(question)
    response = _problem(400, problems) if problems else _answered(request, shop_id, question, told)
    origin = request.META.get("HTTP_ORIGIN", "")
    response["Vary"] = "Origin"
    if origin in plan.origins:
        response["Access-Control-Allow-Origin"] = origin
    return response


def _shop(key: str, now: datetime) -> tuple[int, Plan] | None:
    found = shop_of_widget_key(key)
    if found is None:
        return None
    shop_id, generation = found
    try:
        plan = quoter_of(shop_id, now).plan
    except ObjectDoesNotExist:  # the shop is gone, its key is still in somebody's page
        return None
    return (shop_id, plan) if generation == plan.widget else None


def _question(told: Mapping[str, str], skus: Sequence[str], now: datetime) -> Question:
    return Question(
        at=now,
        country=told.get("country", "").upper(),
        region=told.get("region", "").upper(),
        postcode=told.get("postcode", ""),
        service=told.get("service", ""),
        items=tuple(Item(sku=sku) for sku in skus),
    )


def _answered(
    request: HttpRequest, shop_id: int, question: Question, asked: Mapping[str, str]
) -> HttpResponse:
    now = question.at
    (answer,) = answers_of(shop_id, [question], now)
    told = _told(answer)
    headers = {"Cache-Control": f"public, max-age={_fresh(answer, now)}", "ETag": _tag(told, now)}
    # The tag is of the date and the day, not of the id: what a browser shows already need not be shown again,
    # but an id that it keeps for weeks would no longer be taken with an order.
    if headers["ETag"] in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304, headers=headers)
    place = asked.get("place", "")
    shown = show(
        shop_id,
        quoter_of(shop_id, now),
        question,
        answer,
        place=place if place in PLACES else "product",
        now=now,
    )
    return HttpResponse(
        _ENCODER.encode({"id": shown, **told}), content_type="application/json", headers=headers
    )


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "service": answer.service,
        "earliest": answer.earliest,
        "latest": answer.latest,
        "order_by": answer.order_by if answer.latest else None,
    }


def _tag(told: dict[str, Any], now: datetime) -> str:
    text = _ENCODER.encode([told, now.date()])
    return f'W/"{hashlib.blake2b(text, digest_size=9).hexdigest()}"'


def _fresh(answer: Answer, now: datetime) -> int:
    """Seconds: never past the cut-off, after which the date is another."""
    if answer.order_by is None:
        return FRESH
    return max(0, min(FRESH, int((answer.order_by - now).total_seconds())))


def _problem(status: int, problems: Sequence[str], headers: Mapping[str, str] | None = None) -> HttpResponse:
    told = [dict(zip(("where", "what"), text.split(": ", 1), strict=True)) for text in problems]
    response = HttpResponse(
        _ENCODER.encode({"status": status, "problems": told}),
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )
    response["Cache-Control"] = "no-store"
    return response
