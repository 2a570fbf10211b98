"""The one door of every outside party: what is answered 2xx lies on disk.

Carriers and aggregators prove themselves as their pack says, providers of channels as their module does.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from wismo.carriers import registry
from wismo.carriers.pack import Pack
from wismo.carriers.signatures import relevant_headers, verify
from wismo.notify.channels import providers
from wismo.notify.port import Account, Call
from wismo.notify.queries.accounts import account_behind
from wismo.plumbing import http, inbox, limits
from wismo.shops.queries import door

_LENGTH_DIGITS = 20
_LATER = {"Retry-After": "30"}
_PROOFS = frozenset({"token", "hub.verify_token"})  # of a query, which would stand open in the inbox
_KEPT = ("content-type",)  # headers a provider's payload is read by, where its module names no others


@csrf_exempt
def receive(request: HttpRequest, shop_key: str, source: str) -> HttpResponse:
    """Keep a signed payload: 202 with its receipt, or what the provider of a channel wants to hear.

    401 for a wrong signature (counted, nothing kept), 404 for a shop or source we do not know (the two look
    the same), 411 without a length, 413 past the limit, 503 while the database is away (send it again).
    Providers of channels may also ask with GET: to see that the address is theirs, or to tell in the query.
    """
    refusal = _refuse_length(request) if request.method == "POST" else None
    if refusal is not None:
        return refusal
    try:
        return _receive(request, shop_key, source)
    except DatabaseError:
        return _problem(503, "not kept: the database does not answer; send it again", _LATER)
    except http.NoAnswer:  # of a party that holds the key of a signature
        return _problem(503, "not kept: the signature cannot be checked just now; send it again", _LATER)


@csrf_exempt
def unknown(_request: HttpRequest) -> HttpResponse:
    """What an address that could never be a door answers: the same as one that is none."""
    return _problem(404, "not found")


def _receive(request: HttpRequest, shop_key: str, source: str) -> HttpResponse:
    pack = registry.pack(source)
    asks = request.method in {"GET", "POST"}
    account = account_behind(shop_key, source) if asks and pack is None else None
    if account is not None:
        return _from_provider(request, account)
    if request.method != "POST":
        return _problem(405, "post the payload here", {"Allow": "POST"})
    return unknown(request) if pack is None else _from_carrier(request, shop_key, source, pack)


def _from_carrier(request: HttpRequest, shop_key: str, source: str, pack: Pack) -> HttpResponse:
    found = door(shop_key, source)
    if pack.auth is None or found is None:
        return unknown(request)
    if not _is_whole(request):
        return _problem(400, "not kept: the connection ended before the body did; send it again")
    headers, now = _headers(request), timezone.now()
    if not verify(pack, found.secret, headers, request.body, request.GET.dict(), header=found.header):
        return _turned_away(found.shop_id, source)
    kept = {
        name: headers[name] for name in relevant_headers(pack) if name in headers and name != found.header
    }
    receipt = inbox.keep(found.shop_id, source, request.body, headers=kept, now=now)
    return JsonResponse({"receipt": receipt}, status=202)


def _from_provider(request: HttpRequest, account: Account) -> HttpResponse:
    if request.method == "POST" and not _is_whole(request):
        return _problem(400, "not kept: the connection ended before the body did; send it again")
    code = providers()[account.provider].code()
    call = Call(
        method=request.method or "",
        # Behind a proxy the request's own address is not the one the provider called, and may have signed.
        url=settings.BASE_URL + request.get_full_path(),
        headers=_headers(request),
        query=request.GET.dict(),
        body=request.body,
    )
    try:
        believed = code.authentic(account, call)
    except http.NoAnswer:  # what it is checked with could not be fetched
        return _problem(503, "not kept: it cannot be checked just now; send it again", {"Retry-After": "30"})
    if not believed:
        return _turned_away(account.shop_id, account.provider)
    answer = code.answer(account, call)
    if answer.keep:
        names: tuple[str, ...] = getattr(code, "KEEP_HEADERS", _KEPT)
        kept = {name: call.headers[name] for name in names if name in call.headers}
        inbox.keep(account.shop_id, account.provider, _told(request), headers=kept, now=timezone.now())
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _told(request: HttpRequest) -> bytes:
    """The body; of a GET, which has none, the query as it was written, but for the token that proved it."""
    query = str(request.META.get("QUERY_STRING", "")).split("&")
    told = "&".join(part for part in query if part.partition("=")[0] not in _PROOFS)
    return request.body or told.encode("utf-8", "surrogateescape")


def _headers(request: HttpRequest) -> Mapping[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _is_whole(request: HttpRequest) -> bool:
    return len(request.body) == int(request.META["CONTENT_LENGTH"])


def _turned_away(shop_id: int, source: str) -> HttpResponse:
    limits.count(shop_id, "rejected", source, now=timezone.now())
    return _problem(401, "not kept: the signature or token is wrong")


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
