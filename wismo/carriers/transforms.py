"""From a JSON value to a clean text: one path, or one of three named transforms of several.

    number = "AWB"                                        one path
    code   = { join = ["type", "code"], with = "|" }      what is there, joined
    when   = { all = ["date", "time"], with = " " }       joined, or nothing unless every part is there
    eta    = { first = ["rescheduled", "scheduled"] }     the first that is there

The set is closed on purpose: a pack stays data that a reader can check by eye.
"""

from collections.abc import Callable, Sequence
from typing import Any

from wismo.carriers.paths import Getter, compile_path, plain_names

Reader = Callable[[Any], str]
TRANSFORMS = ("join", "all", "first")


def nothing(_value: Any) -> str:
    """The reader of a field that a pack does not have."""
    return ""


def to_text(value: Any) -> str:
    """A JSON value as clean text; "" for null, lists and objects."""
    if value.__class__ is str:
        return clean(value)
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) else ""


def clean(text: str) -> str:
    """Without what a database refuses: NUL characters, and halves of surrogate pairs."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.strip()


def one(path: str) -> Reader:
    """The text at a path."""
    names = plain_names(path)
    return _text_at(names[0]) if len(names) == 1 else _text_of(compile_path(path))


def several(transform: str, paths: Sequence[str], separator: str) -> Reader:
    """The texts at several paths, made one by a named transform."""
    readers = [one(path) for path in paths]
    if transform == "first":
        return _first(readers)
    return _join(readers, separator, least=len(readers) if transform == "all" else 0)


def _text_of(getter: Getter) -> Reader:
    def text(value: Any) -> str:
        found = getter(value)
        return "" if found is None else to_text(found)

    return text


def _text_at(name: str) -> Reader:
    """`_text_of` for the usual case, in one call instead of three: most fields of most packs are read so."""

    def text(value: Any) -> str:
        found = value.get(name) if value.__class__ is dict else None
        if found.__class__ is str and found.isascii() and "\x00" not in found:
            return found.strip()
        return "" if found is None else to_text(found)

    return text


def _first(readers: Sequence[Reader]) -> Reader:
    def first(value: Any) -> str:
        for reader in readers:
            if text := reader(value):
                return text
        return ""

    return first


def _join(readers: Sequence[Reader], separator: str, *, least: int) -> Reader:
    def join(value: Any) -> str:
        texts = [text for reader in readers if (text := reader(value))]
        return separator.join(texts) if len(texts) >= least else ""

    return join
