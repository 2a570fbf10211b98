"""Texts with `{placeholders}`, as the requests of a poll hold them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

# Lower case and underscores only: the braces of JSON and GraphQL in a text stay what they are.
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)(:int)?\}")

Escape = Callable[[str], str]


def names_in(value: Any) -> Iterator[str]:
    """Every placeholder in a value of TOML, at any depth."""
    if isinstance(value, str):
        yield from (name for name, _int in _NAME.findall(value))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def alone(text: str) -> tuple[str, bool] | None:
    """The name, and whether it is to be a number, of a text that is one placeholder and nothing else."""
    found = _NAME.fullmatch(text)
    return (found[1], bool(found[2])) if found else None


def fill(text: str, values: Mapping[str, str], escape: Escape = str) -> str:
    """The text with each placeholder replaced by its value, escaped for where it goes."""
    return _NAME.sub(lambda found: escape(values[found[1]]), text)
