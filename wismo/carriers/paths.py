"""JMESPath expressions as functions that never raise: nothing found is None.

Plain names (`a.b`, `a || b`) become Python look-ups, read from JMESPath's own syntax tree; everything
else goes to its interpreter. A scan is read with a dozen plain names, so this is where the speed is.
"""

from collections.abc import Callable
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

Getter = Callable[[Any], Any]

# What the interpreter raises on values of a type an expression did not expect; deep values in to_string().
_MISFITS = (
    JMESPathError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def compile_path(expression: str) -> Getter:
    """The expression as a function of a JSON value; ValueError where it is not JMESPath."""
    parsed = jmespath.compile(expression)
    return _plain(parsed.parsed) or _interpreted(parsed)


def is_false(value: Any) -> bool:
    """What JMESPath takes for false: null, false, and the empty string, list and object."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _plain(node: dict[str, Any]) -> Getter | None:
    if node["type"] == "current":
        return lambda value: value
    if node["type"] == "or_expression":
        left, right = map(_plain, node["children"])
        return _either(left, right) if left and right else None
    names = _names(node)
    return _walk(names) if names else None


def _names(node: dict[str, Any]) -> tuple[str, ...]:
    """The names of a plain dotted path; none where the node is anything else."""
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] != "subexpression":
        return ()
    parts = [_names(child) for child in node["children"]]
    return tuple(name for part in parts for name in part) if all(parts) else ()


def _walk(names: tuple[str, ...]) -> Getter:
    def walk(value: Any) -> Any:
        for name in names:
            if value.__class__ is not dict:
                return None
            value = value.get(name)
        return value

    return walk


def _either(left: Getter, right: Getter) -> Getter:
    def either(value: Any) -> Any:
        found = left(value)
        return right(value) if is_false(found) else found

    return either


def _interpreted(parsed: Any) -> Getter:
    def search(value: Any) -> Any:
        try:
            return parsed.search(value)
        except _MISFITS:
            return None

    return search
