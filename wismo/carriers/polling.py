"""How a carrier is asked: requests as values, built from a pack's poll block. Whoever sends them is not here.

Every value is escaped for where it goes (address, query, form, JSON, XML), so that a tracking number can
never become another path, another field or another element. What is not known of a parcel is left out of
a query, a form and a JSON object; elsewhere it is empty.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit
from xml.sax.saxutils import escape as escape_xml

from wismo.carriers.characters import Undecodable
from wismo.carriers.decoding import decode, is_markup
from wismo.carriers.pack import Ask, Poll, PollAuth, PollAuthKind
from wismo.carriers.pages import from_html
from wismo.carriers.paths import Getter, is_false
from wismo.carriers.placeholders import alone, fill

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_QUOTES = {'"': "&quot;", "'": "&apos;"}


class PollError(ValueError):
    """A request cannot be made, or an answer cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is asked about. What is not known is ""."""

    number: str
    carrier_key: str = ""  # what an aggregator calls the carrier
    postcode: str = ""  # of the destination
    country: str = ""  # of the destination, ISO 3166
    language: str = ""  # BCP 47


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `headers` and `body` may hold secrets: never log them."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and for how many seconds it is good."""

    text: str
    seconds: int


def missing(poll: Poll, account: Mapping[str, str], parcel: Parcel) -> list[str]:
    """The names of what is not known and has to be: of the account, and of the parcel."""
    entered = [name for name in poll.account if not account.get(name)]
    return entered + [name for name in poll.needs if not getattr(parcel, name)]


def poll_request(
    poll: Poll, account: Mapping[str, str], parcels: Sequence[Parcel], token: str = ""
) -> Request:
    """The request about these parcels, `poll.ask.batch` at most; PollError where something is missing."""
    return _request(poll, poll.ask, account, parcels, token)


def register_request(
    poll: Poll, account: Mapping[str, str], parcels: Sequence[Parcel], token: str = ""
) -> Request:
    """The request that makes these parcels known, before they are asked about for the first time."""
    if poll.register is None:
        raise PollError("nothing is registered here: the pack's poll block has no register")
    return _request(poll, poll.register, account, parcels, token)


def next_request(poll: Poll, sent: Request, answer: bytes) -> Request | None:
    """The request of the next page, if the answer names one; PollError where it leads to another host."""
    if poll.next is None:
        return None
    said = _found(poll.next, answer)
    if not isinstance(said, str) or not said.strip():
        return None
    url = urljoin(sent.url, said.strip())
    if urlsplit(url)[:2] != urlsplit(sent.url)[:2]:
        raise PollError(
            f"the next page is at {urlsplit(url).netloc!r}, another host than was asked: not followed"
        )
    url = _with_key(poll.auth, url, sent.url)
    if url == sent.url:
        return None
    return Request("GET", url, {k: v for k, v in sent.headers.items() if k != "Content-Type"})


def is_absent(poll: Poll, status: int, answer: bytes) -> bool:
    """Whether this HTTP status or answer means that the carrier does not know the parcel yet."""
    if status in poll.absent_status:
        return True
    return poll.absent is not None and not is_false(_found(poll.absent, answer))


def token_request(poll: Poll, account: Mapping[str, str]) -> Request:
    """The request for an access token: by client credentials (RFC 6749, section 4.4), or by a login."""
    auth = poll.auth
    if not auth.kind.by_token:
        raise PollError(f"authentication by {auth.kind} needs no token")
    values = _account_values(poll, account)
    if auth.kind is PollAuthKind.LOGIN:
        body = json.dumps(_value(auth.json, values, ())).encode()
        return Request("POST", auth.token_url, {"Accept": _JSON, "Content-Type": _JSON}, body)
    user, password = fill(auth.username, values), fill(auth.password, values)
    told = {"grant_type": "client_credentials"}
    headers = {"Accept": _JSON, "Content-Type": _FORM}
    if auth.style == "basic":
        headers["Authorization"] = _basic(user, password)
    else:
        told |= {"client_id": user, "client_secret": password}
    if auth.scope:
        told["scope"] = fill(auth.scope, values)
    return Request("POST", fill(auth.token_url, values, _in_url), headers, urlencode(told).encode())


def token_of(poll: Poll, answer: bytes) -> Token:
    """The token in an answer; PollError where there is none."""
    try:
        told = decode(answer)
    except Undecodable as error:
        raise PollError(f"the answer to the request for a token is {error}") from error
    fields = told if isinstance(told, dict) else {}
    text = poll.auth.token(told) if poll.auth.token else fields.get("access_token")
    if not isinstance(text, str) or not text or not text.isprintable():
        raise PollError("the answer to the request for a token holds no access_token")
    seconds = str(fields.get("expires_in", ""))
    return Token(text, int(seconds) if seconds.isdecimal() and len(seconds) < 10 else poll.auth.seconds)


def _request(
    poll: Poll, ask: Ask, account: Mapping[str, str], parcels: Sequence[Parcel], token: str
) -> Request:
    if not 0 < len(parcels) <= ask.batch:
        raise PollError(f"{len(parcels)} numbers in one request; 1 to {ask.batch} go")
    first = parcels[0]
    values = _account_values(poll, account) | _parcel_values(first)
    values["numbers"] = ask.join.join(parcel.number for parcel in parcels)
    query = _filled(ask.query, values)
    headers = {name: fill(value, values) for name, value in ask.headers.items()}
    _show_who_we_are(poll.auth, values | {"token": token}, query, headers)
    body = _body(ask, values, parcels, headers)
    return Request(ask.method, _address(fill(ask.url, values, _in_url), query), _sound(headers), body)


def _account_values(poll: Poll, account: Mapping[str, str]) -> dict[str, str]:
    absent = [name for name in poll.account if not account.get(name)]
    if absent:
        raise PollError(f"the account lacks {', '.join(absent)}; enter it for this source")
    return {name: account[name] for name in poll.account}


def _parcel_values(parcel: Parcel) -> dict[str, str]:
    return {name: getattr(parcel, name) for name in Parcel.__slots__}


def _filled(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Texts with their values; without those that would only say that something is not known."""
    return {name: fill(text, values) for name, text in texts.items() if not _unknown(text, values)}


def _unknown(text: Any, values: Mapping[str, str]) -> bool:
    placeholder = alone(text) if isinstance(text, str) else None
    return placeholder is not None and values.get(placeholder[0]) == ""


def _show_who_we_are(
    auth: PollAuth, values: Mapping[str, str], query: dict[str, str], headers: dict[str, str]
) -> None:
    if auth.kind.by_token and not values["token"]:
        raise PollError("there is no access token yet; ask for one first")
    if auth.kind is PollAuthKind.HEADER or auth.kind.by_token:
        headers[auth.header] = fill(auth.value, values)
    elif auth.kind is PollAuthKind.QUERY:
        query[auth.parameter] = fill(auth.value, values)
    elif auth.kind is PollAuthKind.BASIC:
        headers["Authorization"] = _basic(fill(auth.username, values), fill(auth.password, values))


def _body(ask: Ask, values: Mapping[str, str], parcels: Sequence[Parcel], headers: dict[str, str]) -> bytes:
    if ask.json is not None:
        headers.setdefault("Content-Type", _JSON)
        each = [_value(ask.each, {**values, **_parcel_values(parcel)}, ()) for parcel in parcels]
        return json.dumps(_value(ask.json, values, each)).encode()
    if ask.form:
        headers.setdefault("Content-Type", _FORM)
        return urlencode(_filled(ask.form, values)).encode()
    if ask.text:
        headers.setdefault("Content-Type", ask.content_type)
        return fill(ask.text, values, _in_xml).encode()
    return b""


def _value(template: Any, values: Mapping[str, str], each: Sequence[Any]) -> Any:
    """A JSON value from its template."""
    if template == "{each}":
        return list(each)
    if isinstance(template, dict):
        told = {key: inner for key, inner in template.items() if not _unknown(inner, values)}
        return {key: _value(inner, values, each) for key, inner in told.items()}
    if isinstance(template, list):
        return [_value(inner, values, each) for inner in template]
    if not isinstance(template, str):
        return template
    placeholder = alone(template)
    if placeholder is not None and placeholder[1]:
        return _number(placeholder[0], values[placeholder[0]])
    return fill(template, values)


def _number(name: str, said: str) -> int:
    if not (said.isascii() and said.isdecimal()):
        raise PollError(f"{name} is {said!r}, and a number is asked for")
    return int(said)


def _address(url: str, query: Mapping[str, str]) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query, quote_via=quote)}"


def _with_key(auth: PollAuth, url: str, asked: str) -> str:
    """The next page's address with the key of the one that was asked, which carriers leave out of it."""
    key = parse_qs(urlsplit(asked).query).get(auth.parameter)
    if auth.kind is not PollAuthKind.QUERY or not key or auth.parameter in parse_qs(urlsplit(url).query):
        return url
    return _address(url, {auth.parameter: key[0]})


def _sound(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not value.isascii() or not value.isprintable():
            raise PollError(f"the header {name} would hold a character that no header can; check the account")
    return headers


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _in_url(text: str) -> str:
    if text in {".", ".."}:
        raise PollError(f"{text!r} cannot stand in an address: it would be another one")
    return quote(text, safe="")


def _in_xml(text: str) -> str:
    return escape_xml(text, _QUOTES)


def _found(path: Getter, answer: bytes) -> Any:
    """What a path finds in an answer; one that begins with `<` may be XML, or a page."""
    for read in (decode, from_html) if is_markup(answer) else (decode,):
        try:
            found = path(read(answer))
        except Undecodable:
            continue
        if not is_false(found):
            return found
    return None
