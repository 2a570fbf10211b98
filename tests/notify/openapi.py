"""A provider's official OpenAPI file as a judge of the requests we make."""

import functools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.shared import FOLDER
from wismo.notify.port import Request

FORM = "application/x-www-form-urlencoded"
Document = dict[str, Any]
Mend = Callable[[Document], None]


class Refused(AssertionError):
    """The provider's own file would not let this request through; says why."""


@dataclass
class _Asked:
    """A request as openapi-core wants to see it."""

    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes


@functools.cache
def document(file: str) -> Document:
    """An OpenAPI file of shared/peers/openapi."""
    text = (FOLDER / "peers" / "openapi" / file).read_text(encoding="utf-8")
    found: Document = json.loads(text) if file.endswith(".json") else yaml.load(text, yaml.CSafeLoader)
    return found


@functools.cache
def mended(file: str, mend: Mend | None = None) -> Document:
    """The file with what is plainly wrong in it put right by `mend`, each with its reason."""
    told: Document = json.loads(json.dumps(document(file), default=str))
    if mend is not None:
        mend(told)
    return told


@functools.cache
def _contract(file: str, mend: Mend | None) -> OpenAPI:
    return OpenAPI.from_dict(mended(file, mend), config=Config(spec_validator_cls=None))


def assert_allowed(request: Request, file: str, mend: Mend | None = None) -> None:
    """Refused unless the file has this path and method, and allows every parameter, header and field.

    A form may hold no field that the file does not name: a misspelt one would be dropped in silence.
    """
    where = f"{request.method} {urlsplit(request.url).path}"
    try:
        _contract(file, mend).validate_request(_asked(request))
    except Exception as error:
        reasons = getattr(error.__cause__, "schema_errors", None) or [error.__cause__ or error]
        told = "; ".join(getattr(reason, "message", str(reason)) for reason in reasons)
        raise Refused(f"{where}: {type(error).__name__}: {told}") from error
    unknown = _unknown_fields(request, mended(file, mend))
    if unknown:
        raise Refused(f"{where}: no such field: {', '.join(unknown)}")


def _unknown_fields(request: Request, told: Document) -> list[str]:
    if {name.lower(): value for name, value in request.headers.items()}.get("content-type") != FORM:
        return []
    path = urlsplit(request.url).path
    (operation,) = [
        operations[request.method.lower()]
        for template, operations in told["paths"].items()
        if re.fullmatch(re.sub(r"\\\{[^}]+\}", "[^/]+", re.escape(template)), path)
    ]
    named = operation["requestBody"]["content"][FORM]["schema"]["properties"]
    return [name for name, _value in parse_qsl(request.body.decode()) if name not in named]


def _asked(request: Request) -> _Asked:
    url = urlsplit(request.url)
    headers = Headers(list(request.headers.items()))
    parameters = RequestParameters(
        query=ImmutableMultiDict(parse_qsl(url.query, keep_blank_values=True)), header=headers
    )
    return _Asked(
        host_url=f"{url.scheme}://{url.netloc}",
        path=url.path,
        method=request.method.lower(),
        parameters=parameters,
        content_type=headers.get("Content-Type", ""),
        body=request.body,
    )
