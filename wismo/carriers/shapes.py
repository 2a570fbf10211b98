"""Which shape of a pack a payload has, and its value."""

from typing import Any

from wismo.carriers.characters import Undecodable
from wismo.carriers.decoding import from_json, from_xml, is_markup
from wismo.carriers.envelopes import markup_in, with_answer
from wismo.carriers.pack import Format, Pack, Payload
from wismo.carriers.pages import from_html
from wismo.carriers.transforms import clean


class NoShape(ValueError):
    """A payload of no shape the pack knows; the message says what was found."""


def shape_of(pack: Pack, body: bytes) -> tuple[Payload, Any]:
    """The first shape of the pack that fits a payload, and its value; Undecodable or NoShape."""
    return _markup(pack, body, None) if is_markup(body) else _json(pack, body)


def _json(pack: Pack, body: bytes) -> tuple[Payload, Any]:
    data = from_json(body)
    markup = markup_in(data)
    if markup is not None:
        return _markup(pack, markup, data)
    for payload in pack.payloads:
        value = _unwrapped(payload, data)
        if payload.format is Format.JSON and _applies(payload, value):
            return payload, value
    raise _no_shape(pack, data)


def _unwrapped(payload: Payload, data: Any) -> Any:
    """The payload itself, where it stands in the body as a text of JSON; None where there is no such text."""
    if payload.unwrap is None:
        return data
    text = payload.unwrap(data)
    return from_json(text.encode("utf-8", "replace")) if isinstance(text, str) else None


def _markup(pack: Pack, body: bytes | str, envelope: Any) -> tuple[Payload, Any]:
    """A body that begins with `<` may be read in several ways; one that fails does not rule out another."""
    values: dict[tuple[Format, tuple[str, ...]], Any] = {}
    problem: Undecodable | None = None
    for payload in pack.payloads:
        way = (payload.format, payload.lists)
        if payload.format is not Format.JSON and way not in values:
            try:
                value = _value(payload, body)
                values[way] = value if envelope is None else with_answer(envelope, value)
            except Undecodable as error:
                problem, values[way] = error, None
        if values.get(way) is not None and _applies(payload, values[way]):
            return payload, values[way]
    if not values:
        raise Undecodable(f"not JSON: it begins with <, and {pack.id} is known to send JSON only")
    raise problem or _no_shape(pack, next(iter(values.values())))


def _value(payload: Payload, body: bytes | str) -> Any:
    return from_html(body) if payload.format is Format.HTML else from_xml(body, payload.lists)


def _applies(payload: Payload, data: Any) -> bool:
    found = payload.applies(data)
    return found is not None and found is not False


def _no_shape(pack: Pack, data: Any) -> NoShape:
    known = ", ".join(payload.name for payload in pack.payloads)
    found = (
        f"the keys {', '.join(map(clean, list(data)[:8]))}" if isinstance(data, dict) else type(data).__name__
    )
    return NoShape(f"a payload of no shape {pack.id} is known to send ({known}); found {found[:200]}")
