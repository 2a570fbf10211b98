"""From what a connector's sender hands back to an answer: the carrier's bytes, and what became of it."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from wismo.carriers import registry
from wismo.carriers.characters import Undecodable
from wismo.carriers.decoding import decode
from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.karrio.connectors import PREFIX, Connector
from wismo.carriers.port import Answer, Outcome

_DECLARATION = re.compile(r"^\s*(<\?xml[^>]*\?>)?\s*")
_SAID = 160  # characters of a carrier's own words

# Where carriers say why they do not answer.
_REASONS = frozenset({
    "message",
    "errormessage",
    "faultstring",
    "conditiondata",
    "error",
    "@error",
    "detail",
    "description",
    "title",
})


def each(value: Any) -> Iterator[tuple[str, Any]]:
    """What a sender gives, taken apart: (number, or "" where it may be about several, and one answer)."""
    if isinstance(value, Exception):
        raise value  # from one of Karrio's threads
    if isinstance(value, tuple) and len(value) == 2:
        yield str(value[0]), value[1]
    elif isinstance(value, dict) and set(value) == {"number", "data"}:
        yield str(value["number"]), value["data"]
    elif isinstance(value, list):
        for one in value:
            yield from each(one)
    else:
        yield "", value


def judged(
    connector: Connector, numbers: tuple[str, ...], told: Sequence[tuple[str, Any]], secrets: Iterable[str]
) -> Answer:
    """The answer as our packs can read it: told where there are scans, absent where it is of no scan.

    Some carriers write an error where others answer with a status of HTTP. What no pack reads is refused,
    in the carrier's own words, without the `secrets`: as a payload it would be parked again at each poll.
    """
    bodies = [_body(connector, number or numbers[0], value) for number, value in told if value]
    kept, refused = [], []
    pack = registry.karrio_packs()[PREFIX + connector.id]
    for body in bodies:
        try:
            reading = read_all(pack, body)
        except PayloadError as error:
            refused.append(_words(body) or str(error))
            continue
        if reading.scans or reading.problems:
            kept.append(body)
    if kept or not refused:
        return Answer(
            numbers, Outcome.TOLD if kept else Outcome.ABSENT, tuple(kept), requests=max(len(told), 1)
        )
    said = f"{connector.name}: {refused[0]}"
    for secret in filter(None, secrets):
        said = said.replace(secret, "…")
    return Answer(numbers, Outcome.REFUSED, said=said, requests=len(told))


def _body(connector: Connector, number: str, value: Any) -> bytes:
    """An answer's bytes as the carrier sent them; with its number around it where it does not say it."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        text = json.dumps(value)  # Karrio had read it already
    if not connector.numbers_are_ours:
        return text.encode()
    if text.lstrip().startswith("<"):
        return f"<asked number={quoteattr(number)}>{_DECLARATION.sub('', text)}</asked>".encode()
    return f'{{"asked":{{"number":{json.dumps(number)},"answer":{text}}}}}'.encode()


def _words(body: bytes) -> str:
    """What an answer says of an error; "" where it says nothing we can find."""
    try:
        found = list(_reasons(decode(body)))
    except Undecodable:
        return ""
    return found[0][:_SAID] if found else ""


def _reasons(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _reasons(one)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if isinstance(inner, str) and inner.strip() and key.lower() in _REASONS:
            yield " ".join(inner.split())
    for inner in value.values():
        yield from _reasons(inner)
