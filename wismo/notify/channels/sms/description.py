"""A gateway with an HTTP interface, described in TOML: what we send, how it answers, what it tells later.

docs/channels/sms-gateway.md is the reference of its keys.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from wismo.notify.words import Failure, ReceiptState

PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z0-9_]+)?)(?::(int|bool))?\}")
SPREAD = "..."  # a key whose value's own keys take its place
KNOWN = frozenset({
    *("to", "to_digits", "text", "reference", "callback_url", "unicode", "seconds"),
    *("template", "entity", "header", "variables"),
})
_KEYS: Mapping[str, frozenset[str]] = {
    "": frozenset({
        "name",
        "source",
        "registered",
        "send",
        "answer",
        "failures",
        "receipt",
        "message",
        "door",
    }),
    "send": frozenset({"method", "url", "headers", "basic", "query", "form", "json", "statuses"}),
    "answer": frozenset({"success", "id", "code"}),
    "receipt": frozenset({"body", "field", "each", "id", "reference", "state", "code", "states"}),
    "message": frozenset({"sender", "text", "id"}),
    "door": frozenset({"kind", "header", "algorithm", "encoding", "prefix"}),
}
_NEEDED = {"": ("name", "send", "answer"), "send": ("url",), "receipt": ("id", "state", "states")}
_DOORS = ("token", "basic", "hmac")
_BODIES = ("json", "form")


class DescriptionError(ValueError):
    """A description that cannot be used; lists all that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Path:
    """A JMESPath expression, ready to use; an empty one finds nothing."""

    expression: str = ""

    def find(self, told: object) -> Any:
        """What stands there."""
        return jmespath.compile(self.expression).search(told) if self.expression else None

    def text(self, told: object) -> str:
        """The same as text; "" for nothing, and for what is no single value."""
        found = self.find(told)
        return "" if found is None or isinstance(found, bool | dict | list) else str(found)


@dataclass(frozen=True, slots=True)
class Send:
    """The request, with placeholders."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, ...] = ()  # user and password
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    statuses: tuple[int, ...] = (200, 201, 202)  # of a message that was taken


@dataclass(frozen=True, slots=True)
class Receipts:
    """How it tells what became of a message, and what a person answered."""

    body: str
    field: str  # of a form, that holds the whole as JSON; "": none
    each: Path
    id: Path
    reference: Path
    state: Path
    code: Path
    states: Mapping[str, ReceiptState]


@dataclass(frozen=True, slots=True)
class Messages:
    """How it passes on what people write."""

    sender: Path
    text: Path
    id: Path


@dataclass(frozen=True, slots=True)
class Door:
    """How it proves that it is the one who calls. The secret is the account's `webhook_secret`."""

    kind: str = "token"  # in the address's query; "basic": by name and password; "hmac": over the body
    header: str = ""
    algorithm: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A gateway."""

    name: str
    send: Send
    success: Path
    id: Path
    code: Path
    registered: tuple[str, ...] = ()  # prefixes of numbers that only take registered texts: India's "+91"
    failures: Mapping[str, Failure] = field(default_factory=dict)
    receipts: Receipts | None = None
    messages: Messages | None = None
    door: Door = field(default_factory=Door)


def describe(source: str) -> Description:
    """The gateway a text describes; DescriptionError with all that is wrong with it."""
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise DescriptionError([str(error)]) from None
    problems = list(_problems(raw))
    if problems:
        raise DescriptionError(problems)
    send, answer = raw["send"], raw["answer"]
    return Description(
        name=raw["name"],
        send=Send(**{**send, **{k: tuple(send[k]) for k in ("basic", "statuses") if k in send}}),
        success=Path(answer.get("success", "")),
        id=Path(answer.get("id", "")),
        code=Path(answer.get("code", "")),
        registered=tuple(raw.get("registered", ())),
        failures={code: Failure(word) for code, word in raw.get("failures", {}).items()},
        receipts=_receipts(raw["receipt"]) if "receipt" in raw else None,
        messages=Messages(**_paths(raw["message"], "sender", "text", "id")) if "message" in raw else None,
        door=Door(**raw.get("door", {})),
    )


def _receipts(raw: Mapping[str, Any]) -> Receipts:
    states = {word: ReceiptState(state) for word, state in raw["states"].items()}
    names = ("each", "id", "reference", "state", "code")
    body, within = raw.get("body", "json"), raw.get("field", "")
    return Receipts(body=body, field=within, states=states, **_paths(raw, *names))


def _paths(raw: Mapping[str, Any], *names: str) -> dict[str, Path]:
    return {name: Path(raw.get(name, "")) for name in names}


# ── what can be wrong ─────────────────────────────────────────────────────────────────────────────────────


def _problems(raw: Mapping[str, Any]) -> Iterator[str]:
    broken = False
    for place in _KEYS:
        table = raw if not place else raw.get(place)
        if table is None:
            continue
        if not isinstance(table, dict):
            broken = True
            yield f"{place}: write it as a table, [{place}]"
            continue
        yield from _of_keys(place, table)
    if broken:
        return
    yield from _of_send(raw.get("send", {}))
    yield from _of_words(raw)
    yield from _of_door(raw.get("door", {}))
    yield from _of_paths(raw)


def _of_keys(place: str, table: Mapping[str, Any]) -> Iterator[str]:
    shown = f"[{place}] " if place else ""
    for unknown in sorted(table.keys() - _KEYS[place]):
        yield f"{shown}{unknown}: there is no such key; there are {', '.join(sorted(_KEYS[place]))}"
    for missing in sorted(set(_NEEDED.get(place, ())) - table.keys()):
        yield f"{shown}{missing} is missing"


def _of_send(send: Mapping[str, Any]) -> Iterator[str]:
    if not str(send.get("url", "https://")).startswith(("https://", "http://")):
        yield "[send] url: write it whole, https://…"
    if "form" in send and "json" in send:
        yield "[send] form, json: a request has one body; leave one of them out"
    if send.get("method", "POST") not in {"POST", "PUT", "GET"}:
        yield "[send] method: POST, PUT or GET"
    if "basic" in send and len(send["basic"]) != 2:
        yield "[send] basic: write the user and the password, two texts"
    for text in _texts(send):
        for name, _type in PLACEHOLDER.findall(text):
            if name not in KNOWN and not name.startswith("account."):
                yield f"[send] {{{name}}}: there are {', '.join(sorted(KNOWN))} and account.<name>"


def _of_words(raw: Mapping[str, Any]) -> Iterator[str]:
    for code, word in raw.get("failures", {}).items():
        if word not in list(Failure):
            yield f"[failures] {code}: {word!r} is none of {', '.join(Failure)}"
    for said, word in raw.get("receipt", {}).get("states", {}).items():
        if word not in list(ReceiptState):
            yield f"[receipt.states] {said}: {word!r} is none of {', '.join(ReceiptState)}"
    if raw.get("receipt", {}).get("body", "json") not in _BODIES:
        yield f"[receipt] body: {' or '.join(_BODIES)}"


def _of_door(door: Mapping[str, Any]) -> Iterator[str]:
    if door.get("kind", "token") not in _DOORS:
        yield f"[door] kind: {', '.join(_DOORS)}"
    if door.get("kind") == "hmac" and not door.get("header"):
        yield "[door] header is missing: the one that carries the signature"
    if door.get("algorithm", "sha256") not in {"sha1", "sha256", "sha512"}:
        yield "[door] algorithm: sha1, sha256 or sha512"
    if door.get("encoding", "hex") not in {"hex", "base64"}:
        yield "[door] encoding: hex or base64"


def _of_paths(raw: Mapping[str, Any]) -> Iterator[str]:
    for place in ("answer", "receipt", "message"):
        for name, expression in raw.get(place, {}).items():
            if name in {"states", "body", "field"} or not expression:
                continue
            try:
                jmespath.compile(expression)
            except (JMESPathError, TypeError) as error:
                yield f"[{place}] {name}: {expression!r} is no JMESPath: {str(error).splitlines()[0]}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
