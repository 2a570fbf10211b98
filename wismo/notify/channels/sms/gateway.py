"""Text messages through any gateway described in TOML: one of gateways/, or the shop's own."""

import base64
import functools
import hashlib
import hmac
import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from wismo.notify.channels.plain import in_short_with_a_way_out
from wismo.notify.channels.sms.description import PLACEHOLDER, SPREAD, Description, DescriptionError, describe
from wismo.notify.channels.sms.gateway_heard import read_by
from wismo.notify.channels.sms.registered import as_registered, is_as_registered
from wismo.notify.handover import NOT_NOW, busy_or_broken, hand_over
from wismo.notify.port import (
    Account,
    Answer,
    Call,
    Heard,
    Letter,
    LetterError,
    Outcome,
    Outgoing,
    Request,
    Result,
    Unreadable,
)
from wismo.notify.rules.segments import Encoding, count
from wismo.notify.words import Failure
from wismo.plumbing import http

KEEP_HEADERS: tuple[str, ...] = ()
FOLDER = Path(__file__).parent / "gateways"
OWN = "sms_gateway"  # the provider whose accounts bring their own description
_A_DAY = timedelta(days=1)
_TYPES: Mapping[str, Callable[[str], object]] = {"": str, "int": int, "bool": lambda text: text == "1"}


def open_provider(account: Account) -> "Gateway":
    """Ready to send. A description that cannot be used shows as a fault of the account with each message."""
    return Gateway(account)


@functools.lru_cache(maxsize=256)
def described(source: str) -> Description:
    """What a text describes; DescriptionError where it cannot be used."""
    return describe(source)


def description_of(account: Account) -> Description:
    """The account's gateway; DescriptionError where its own description cannot be used."""
    if account.provider == OWN:
        return described(account.values.get("description", ""))
    return described((FOLDER / f"{account.provider}.toml").read_text(encoding="utf-8"))


def problems(values: Mapping[str, str]) -> list[str]:
    """What is wrong with what somebody entered for a gateway of their own."""
    try:
        described(values.get("description", ""))
        tomllib.loads(values.get("secrets", ""))
    except DescriptionError as error:
        return [f"description: {problem}" for problem in error.problems]
    except tomllib.TOMLDecodeError as error:
        return [f'secrets: write one a line, name = "value": {error}']
    return []


class Gateway:
    """One text message a letter."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.trouble = ""
        try:
            self.description: Description | None = description_of(account)
            self.values = _account_values(account)
        except (DescriptionError, tomllib.TOMLDecodeError) as error:
            self.description, self.trouble = None, f"description: {error}"[:200]

    def compose(self, letter: Letter) -> Outgoing:
        """The request as it is described, with the text in its places."""
        if self.description is None:
            return Outgoing(letter.message_id, letter.reference, letter.journey, None)
        values = {**self.values, **_of_letter(self.description, self.account, letter)}
        request = _request(self.description, values)
        parts = count(values["text"]).segments
        return Outgoing(letter.message_id, letter.reference, letter.journey, request, parts)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over."""
        if self.description is None:
            return Outcome(Result.REFUSED, self.trouble, failure=Failure.CONFIG)
        return hand_over(outgoing.form, functools.partial(_outcome, self.description))

    def close(self) -> None:
        """Nothing is held."""


# ── the request ───────────────────────────────────────────────────────────────────────────────────────────


def _account_values(account: Account) -> dict[str, Any]:
    own = tomllib.loads(account.values.get("secrets", "")) if account.provider == OWN else {}
    given = {**account.values, **{name: str(value) for name, value in own.items()}}
    return {f"account.{name}": value for name, value in given.items()}


def _of_letter(description: Description, account: Account, letter: Letter) -> dict[str, Any]:
    approved, text = letter.approved, in_short_with_a_way_out(letter)
    if letter.to.startswith(description.registered) and description.registered:
        if approved is None:
            raise LetterError(
                f"{letter.to[:3]}… takes only registered texts, and none is entered for this one"
            )
        text = as_registered(approved)
        if not is_as_registered(text, approved.body):
            raise LetterError(f"template {approved.name}: the text differs from the registered one")
    extra = approved.extra if approved else {}
    life = letter.expires_at - letter.now if letter.expires_at else _A_DAY
    return {
        "to": letter.to,
        "to_digits": letter.to.removeprefix("+"),
        "text": text,
        "reference": letter.reference,
        "callback_url": callback(description, account),
        "unicode": "1" if count(text).encoding is Encoding.UCS2 else "0",
        "seconds": str(max(int(life.total_seconds()), 60)),
        "template": approved.name if approved else "",
        "entity": str(extra.get("entity_id") or account.values.get("entity_id", "")),
        "header": str(extra.get("header") or account.values.get("sender", "")),
        "variables": dict(approved.variables) if approved else {},
    }


def callback(description: Description, account: Account) -> str:
    """Where the gateway may call us back, with its proof where that stands in the address."""
    url, secret = account.values.get("callback_url", ""), account.values.get("webhook_secret", "")
    if not url or not secret or description.door.kind == "hmac":
        return url
    if description.door.kind == "token":
        return f"{url}?token={quote(secret, safe='')}"
    parts = urlsplit(url)
    return parts._replace(netloc=f"wismo:{quote(secret, safe='')}@{parts.netloc}").geturl()


def _request(description: Description, values: Mapping[str, Any]) -> Request:
    send = description.send
    url = _filled(send.url, {name: quote(str(value), safe="") for name, value in values.items()})
    if send.query:
        url = f"{url}?{urlencode(_filled(send.query, values))}"
    headers = {"Accept": "application/json", **_filled(send.headers, values)}
    if send.basic:
        proof = base64.b64encode(":".join(_filled(list(send.basic), values)).encode()).decode()
        headers["Authorization"] = f"Basic {proof}"
    body = b""
    if send.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(_filled(send.form, values)).encode()
    elif send.json is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(_filled(send.json, values), ensure_ascii=False).encode()
    return Request(send.method, url, headers, body)


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    """The same with values in the places of placeholders, however deep they stand."""
    if isinstance(part, str):
        return _filled_text(part, values)
    if isinstance(part, list | tuple):
        return [_filled(inner, values) for inner in part]
    if not isinstance(part, dict):
        return part
    found: dict[str, Any] = {}
    for name, inner in part.items():
        value = _filled(inner, values)
        found |= value if name == SPREAD else {name: value}
    return found


def _filled_text(text: str, values: Mapping[str, Any]) -> Any:
    whole = PLACEHOLDER.fullmatch(text)
    if whole:
        name, kind = whole.groups(default="")
        value = values.get(name, "")
        return value if isinstance(value, dict) else _TYPES[kind](str(value))
    return PLACEHOLDER.sub(lambda match: str(values.get(match.group(1), "")), text)


# ── the answer ────────────────────────────────────────────────────────────────────────────────────────────


def _outcome(description: Description, reply: http.Reply) -> Outcome:
    """What an answer means. No gateway has an idempotency key: where it is silent on it, nobody knows."""
    try:
        told: object = json.loads(reply.body)
    except ValueError:
        told = None
    code = description.code.text(told)
    failure = description.failures.get(code)
    if reply.status in description.send.statuses and failure is None:
        return _taken(description, told, code)
    if failure is None and reply.status in NOT_NOW:
        return busy_or_broken(reply) or Outcome(Result.RETRY, code, failure=Failure.BUSY)
    if failure is None and not 400 <= reply.status < 500:
        return Outcome(Result.UNKNOWN, code or str(reply.status))
    if failure in {Failure.BUSY, Failure.BROKEN}:
        return Outcome(Result.RETRY, code, failure=failure)
    account = reply.status in {401, 402, 403}
    meant = failure or (Failure.CONFIG if account else Failure.CONTENT)
    return Outcome(Result.REFUSED, code or str(reply.status), failure=meant)


def _taken(description: Description, told: object, code: str) -> Outcome:
    if description.success.expression and told is None:
        return Outcome(Result.UNKNOWN, "unreadable")
    if description.success.expression and not description.success.find(told):
        return Outcome(Result.REFUSED, code or "refused", failure=Failure.CONTENT)
    return Outcome(Result.SENT, code, description.id.text(told)[:200])


# ── what comes back ───────────────────────────────────────────────────────────────────────────────────────


def authentic(account: Account, call: Call) -> bool:
    """The account's secret: in the address, as a password, or as the key of a signature over the body."""
    try:
        door = description_of(account).door
    except DescriptionError:
        return False
    secret = account.values.get("webhook_secret", "")
    if not secret:
        return False
    if door.kind == "token":
        wanted, given = secret, call.query.get("token", "")
    elif door.kind == "basic":
        proof = base64.b64encode(f"wismo:{secret}".encode()).decode()
        wanted, given = f"Basic {proof}", call.headers.get("authorization", "")
    else:
        digest = hmac.new(secret.encode(), call.body, getattr(hashlib, door.algorithm)).digest()
        shown = digest.hex() if door.encoding == "hex" else base64.b64encode(digest).decode()
        wanted, given = door.prefix + shown, call.headers.get(door.header.lower(), "")
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


def answer(account: Account, call: Call) -> Answer:
    """Heard."""
    return Answer()


def reader(account: Account) -> Callable[[bytes, Mapping[str, str]], list[Heard]]:
    """How this account's payloads are read."""
    try:
        return functools.partial(read_by, description_of(account))
    except DescriptionError as error:
        raise Unreadable(f"the gateway's description: {error}") from None


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """Only the account says how; see `reader`."""
    raise Unreadable("a gateway's payload is read by its account's description")
