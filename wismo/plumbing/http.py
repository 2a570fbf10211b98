"""The one way out: every request the house makes to an outside party.

It waits so long and reads so much, follows a redirect only on the same host, keeps no cookie, and connects to
public addresses alone, each looked up once and then used. No error names more of an address than its host:
keys stand in paths and queries.
"""

import atexit
import functools
import math
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx
from django.conf import settings

from wismo.plumbing import deadline
from wismo.plumbing.public import NeverAsked, NoAnswer, PublicOnly, is_public, refuse_inside

__all__ = ("NeverAsked", "NoAnswer", "Reply", "is_public", "retry_after", "send")

LIMIT = 2 * 1024 * 1024  # bytes of an answer
PATIENCE = httpx.Timeout(15.0, connect=5.0)  # seconds without a byte
DEADLINE = 30.0  # seconds for the whole of an answer, however steadily it drips
REDIRECTS = 3
_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_BROKEN = (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError)
# No connection, no way there, or a header that cannot be written: not a byte of the request has left us.
_UNASKED = (
    *(httpx.ConnectError, httpx.LocalProtocolError, httpx.ProxyError, httpx.UnsupportedProtocol),
    *(httpcore.ConnectError, httpcore.LocalProtocolError, httpcore.ProxyError, httpcore.UnsupportedProtocol),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read whole. Headers are by lower-case name."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)  # who answers may quote what was asked


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    until: float = math.inf,
) -> Reply:
    """Make the request; NoAnswer where none comes in time, whole, and from where it was asked of.

    In time is within DEADLINE, and before `until` of time.monotonic().
    """
    with _lent(settings.HTTP_PROXY) as client:
        try:
            # No agreement on compression that is not ours: httpx names what it can unpack.
            request = client.build_request(method, url, headers=dict(headers or {}), content=body or None)
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise NeverAsked(f"not an address that can be asked: {type(error).__name__}") from None
        deadline.UNTIL.set(min(time.monotonic() + DEADLINE, until))
        for _ in range(REDIRECTS + 1):
            reply, onward = _once(client, request)
            if onward is None:
                return reply
            request = onward
        raise NoAnswer(f"{_host(request.url)} redirects again and again")


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long `Retry-After` asks to wait, in seconds or until a date; None where it says neither.

    A date is one of the sender's clock, which `Date` tells; `now` stands in where it does not.
    """
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=int(said[:9]))
    until = _moment(said)
    return None if until is None else max(until - (_moment(headers.get("date", "")) or now), timedelta())


def _moment(said: str) -> datetime | None:
    """The moment an HTTP date names."""
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _once(client: httpx.Client, request: httpx.Request) -> tuple[Reply, httpx.Request | None]:
    """The answer to one request, and the request it sends us on to."""
    host = _host(request.url)
    try:
        response = client.send(request, stream=True)
        try:
            if response.status_code in _REDIRECTED:
                return Reply(response.status_code, {}, b""), _onward(request, response)
            headers = {name.lower(): value for name, value in response.headers.items()}
            if "," in headers.get("content-encoding", ""):  # each layer unpacks a thousandfold, at once
                raise NoAnswer(f"{host} packed its answer more than once")
            return Reply(response.status_code, headers, _read(response, host)), None
        finally:
            response.close()
    except (httpx.ConnectTimeout, httpcore.ConnectTimeout, httpx.PoolTimeout, httpcore.PoolTimeout):
        raise NeverAsked(f"{host} did not answer in time") from None
    except (httpx.TimeoutException, httpcore.TimeoutException):
        raise NoAnswer(f"{host} did not answer in time") from None
    except _UNASKED as error:
        raise NeverAsked(f"{host} could not be asked: {_kind(error)}") from None
    except _BROKEN as error:
        raise NoAnswer(f"{host} could not be asked: {_kind(error)}") from None


def _kind(error: Exception) -> str:
    """What went wrong, in the system's words where they are about the connection alone."""
    refused = isinstance(error, httpx.ConnectError | httpcore.ConnectError)
    return str(error)[:120] if refused and str(error) else type(error).__name__


def _read(response: httpx.Response, host: str) -> bytes:
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LIMIT:
            raise NoAnswer(f"{host} answered with more than {LIMIT // 1024} KB")
        parts.append(part)
    return b"".join(parts)


def _onward(request: httpx.Request, response: httpx.Response) -> httpx.Request:
    onward, host = response.next_request, _host(request.url)
    if onward is None:
        raise NoAnswer(f"{host} answered {response.status_code} without saying where to go")
    if onward.method != request.method:
        # RFC 9110, 15.4: from 301, 302 and 303 on a POST goes on as a GET, whose answer says nothing of it.
        raise NoAnswer(f"{host} answered {response.status_code}: what is sent there would get lost")
    here, there = request.url, onward.url
    same = (there.scheme, there.port) == (here.scheme, here.port) or there.scheme == "https"
    if there.host != here.host or not same:
        raise NoAnswer(f"{host} redirects to {_host(there)}, which is not followed")
    return onward


def _host(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}"


_idle: dict[str, deque[httpx.Client]] = defaultdict(deque)  # by proxy, the last used at the end


@contextmanager
def _lent(proxy: str) -> Iterator[httpx.Client]:
    """A client nobody else uses meanwhile, the last used first: its connections are still open.

    One client for all would look through its whole pool at each request: with 128 threads, 6.5 ms of it each.
    """
    try:
        client = _idle[proxy].pop()
    except IndexError:
        client = _client(proxy)
    try:
        yield client
    finally:
        _idle[proxy].append(client)


_tls = functools.cache(httpx.create_ssl_context)


def _client(proxy: str) -> httpx.Client:
    """Cookies are not kept: they are somebody's."""
    pool = httpcore.ConnectionPool(
        ssl_context=_tls(),
        max_connections=8,
        max_keepalive_connections=8,
        keepalive_expiry=30.0,
        network_backend=PublicOnly(exempt=httpx.URL(proxy).host if proxy else ""),
        proxy=_proxy(httpx.URL(proxy)) if proxy else None,
    )
    none_kept = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    client = httpx.Client(
        transport=_Transport(pool, resolves=not proxy),
        timeout=PATIENCE,
        cookies=none_kept,
        trust_env=False,
        headers={"User-Agent": "wismo"},
    )
    atexit.register(client.close)
    return client


def _proxy(url: httpx.URL) -> httpcore.Proxy:
    auth = (url.username, url.password) if url.username else None
    return httpcore.Proxy(str(url.copy_with(userinfo=b"")), auth=auth)


class _Transport(httpx.BaseTransport):
    """httpx over a pool of our own, since only there one may say how names become connections."""

    def __init__(self, pool: httpcore.ConnectionPool, *, resolves: bool) -> None:
        self.pool = pool
        self.resolves = resolves

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on."""
        if not self.resolves:
            refuse_inside(request.url.host, request.url.port or 443)
        answer = self.pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Let go of all connections."""
        self.pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self.answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer.iter_stream()

    def close(self) -> None:
        self.answer.close()
