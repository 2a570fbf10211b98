"""What all of the API shares: keys, errors, and the OpenAPI description at /api/v1/openapi.json."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from wismo.shops.queries import shop_of_api_key


class ShopKey(HttpBearer):
    """`Authorization: Bearer wismo_…`, a key of one shop."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        """The id of the key's shop, found as `request.auth`."""
        return shop_of_api_key(token)


api = NinjaAPI(
    title="Wismo",
    version="1",
    description="Orders and shipments in, their state out. Errors are application/problem+json.",
    auth=ShopKey(),
    docs_url=None,  # the viewer would be loaded from a third party; the description is at /openapi.json
    urls_namespace="api-v1",
)


class Refused(Exception):
    """What was asked is sound but may not be; `problems` are "field: what to do"."""

    def __init__(self, status: HTTPStatus, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.status = status
        self.problems = list(problems)


def shop_of(request: HttpRequest) -> int:
    """The id of the shop whose key the request carries."""
    return int(getattr(request, "auth"))  # noqa: B009  # ninja sets it, the type does not know it


def problem(status: HTTPStatus, problems: Sequence[dict[str, str]]) -> HttpResponse:
    """RFC 9457, with every problem found."""
    body: dict[str, Any] = {"title": status.phrase, "status": status.value, "problems": list(problems)}
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")


@api.exception_handler(Refused)
def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    """Each problem with the field it is in."""
    split = [text.partition(": ") for text in error.problems]
    return problem(error.status, [{"where": where, "what": what or where} for where, _, what in split])


@api.exception_handler(ValidationError)
def unsound(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Each field that is not of its type."""
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        [{"where": ".".join(map(str, e["loc"][2:])) or "body", "what": str(e["msg"])} for e in error.errors],
    )


@api.exception_handler(HttpError)
def unread(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is not JSON, above all."""
    detail = str(error) if settings.DEBUG else "the body is not readable JSON"
    return problem(HTTPStatus(error.status_code), [{"where": "body", "what": detail}])


@api.exception_handler(RequestDataTooBig)
def too_long(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """A body past the limit."""
    what = f"at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes"
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [{"where": "body", "what": what}])


@api.exception_handler(OperationalError)
def away(_request: HttpRequest, _error: OperationalError) -> HttpResponse:
    """The database does not answer: nothing was kept."""
    answer = problem(
        HTTPStatus.SERVICE_UNAVAILABLE, [{"where": "database", "what": "not kept: send it again"}]
    )
    answer["Retry-After"] = "30"
    return answer


@api.exception_handler(AuthenticationError)
def keyless(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """No key, an unknown one or a revoked one: the same answer."""
    what = "send a valid key as Authorization: Bearer wismo_…"
    answer = problem(HTTPStatus.UNAUTHORIZED, [{"where": "authorization", "what": what}])
    answer["WWW-Authenticate"] = "Bearer"
    return answer
