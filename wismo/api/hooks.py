"""The one door of every outside party: what is answered 202 lies on disk."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from wismo.carriers import registry
from wismo.carriers.signatures import relevant_headers, verify
from wismo.plumbing import inbox, limits
from wismo.shops.queries import door

_LENGTH_DIGITS = 20


@csrf_exempt
def receive(request: HttpRequest, shop_key: str, source: str) -> HttpResponse:
    """Keep a signed payload: 202 with its receipt.

    401 for a wrong signature (counted, nothing kept), 404 for a shop or source we do not know (the two look
    the same), 411 without a length, 413 past the limit, 503 while the database is away (send it again).
    """
    if request.method != "POST":
        return _problem(405, "post the payload here", {"Allow": "POST"})
    refusal = _refuse_length(request)
    if refusal is not None:
        return refusal
    try:
        return _keep(request, shop_key, source)
    except DatabaseError:
        return _problem(503, "not kept: the database does not answer; send it again", {"Retry-After": "30"})


@csrf_exempt
def unknown(_request: HttpRequest) -> HttpResponse:
    """What an address that could never be a door answers: the same as one that is none."""
    return _problem(404, "not found")


def _keep(request: HttpRequest, shop_key: str, source: str) -> HttpResponse:
    pack, found = registry.pack(source), door(shop_key, source)
    if pack is None or pack.auth is None or found is None:
        return unknown(request)
    if len(request.body) != int(request.META["CONTENT_LENGTH"]):
        return _problem(400, "not kept: the connection ended before the body did; send it again")
    headers = {name.lower(): value for name, value in request.headers.items()}
    now = timezone.now()
    if not verify(pack, found.secret, headers, request.body, request.GET.dict(), header=found.header):
        limits.count(found.shop_id, "rejected", source, now=now)
        return _problem(401, "not kept: the signature or token is wrong")
    kept = {
        name: headers[name] for name in relevant_headers(pack) if name in headers and name != found.header
    }
    receipt = inbox.keep(found.shop_id, source, request.body, headers=kept, now=now)
    return JsonResponse({"receipt": receipt}, status=202)


def _refuse_length(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        return _problem(411, "say the body's length: a Content-Length header is needed")
    # Python refuses to read a number of more than some thousand digits.
    if len(length) > _LENGTH_DIGITS or int(length) > settings.BODY_LIMIT:
        return _problem(413, f"not kept: a payload has at most {settings.BODY_LIMIT} bytes")
    return None


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse(
        {"status": status, "detail": detail},
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )
