"""From a payload's bytes to plain values: JSON, XML or HTML. Whatever the bytes: a value, or `Undecodable`.

All three are bounded: the work grows with the size of the body and no faster, nothing recurses deeper than
some hundred levels, and an XML body can neither define entities nor fetch anything.
"""

import json
from collections.abc import Callable, Collection
from math import isfinite
from typing import Any
from xml.etree import ElementTree as ET  # see from_xml: no document type, so no entities

import msgspec

from wismo.carriers.characters import Undecodable, characters

_DEEPEST = 100


def _finite(said: str) -> float | None:
    number = float(said)
    return number if isfinite(number) else None


# NaN and Infinity are not JSON, but some senders write them: they are no value, and 1e400 is none.
_LENIENT = json.JSONDecoder(parse_constant=lambda _name: None, parse_float=_finite)
_strict: Callable[[bytes], Any] = msgspec.json.Decoder().decode


def is_markup(body: bytes) -> bool:
    """Whether the first character that counts is `<`."""
    return body[:1] == b"<" or (
        body[:1] != b"{" and body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<"
    )


def decode(body: bytes) -> Any:
    """The value of an answer whose shape is not looked for: JSON, or XML where it begins with `<`."""
    return from_xml(body) if is_markup(body) else from_json(body)


def from_json(body: bytes) -> Any:
    """A JSON value."""
    try:
        return _strict(body)
    except RecursionError:
        raise Undecodable("not readable as JSON: nested too deeply") from None
    except ValueError:
        return _from_odd_json(body)


def _from_odd_json(body: bytes) -> Any:
    """What the strict reader refuses and Python's own takes: NaN, a mark of byte order, lone surrogates."""
    try:
        return _LENIENT.decode(body.decode("utf-8-sig"))
    except RecursionError:
        raise Undecodable("not readable as JSON: nested too deeply") from None
    except ValueError as error:
        raise Undecodable(f"not JSON: {error}") from error


def from_xml(body: bytes | str, lists: Collection[str] = ()) -> dict[str, Any]:
    """An XML document as dicts with local names: attributes "@name", text "#text" where there is more.

    An element that stands several times, or is named in `lists`, is a list.
    """
    text = characters(body)
    # Without a document type there are no entities, no defaults and nothing to fetch.
    if "<!DOCTYPE" in text:
        raise Undecodable("not read: XML with a document type, which no carrier's payload needs")
    try:
        root = ET.fromstring(text)  # noqa: S314
    except (ET.ParseError, ValueError) as error:
        raise Undecodable(f"not XML: {error}") from error
    return {_local(root.tag): _element(root, lists, _DEEPEST)}


def _element(element: ET.Element, lists: Collection[str], deeper: int) -> Any:
    """An element's attributes, children and text; its text alone where there is nothing else."""
    text = element.text or ""
    if not len(element) and not element.attrib:
        return text.strip() or None
    if not deeper:
        raise Undecodable("not readable as XML: nested too deeply")
    found: dict[str, Any] = {f"@{_local(name)}": value for name, value in element.items()}
    for child in element:
        _add(found, _local(child.tag), _element(child, lists, deeper - 1), lists)
        text += child.tail or ""  # white space, in nearly every document
    if text := text.strip():
        found["#text"] = text
    return found


def _add(found: dict[str, Any], name: str, value: Any, lists: Collection[str]) -> None:
    if name not in found:
        found[name] = [value] if name in lists else value
    elif found[name].__class__ is list:
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _local(name: str) -> str:
    return name.rpartition("}")[2]
