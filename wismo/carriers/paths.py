"""JMESPath expressions as functions that never raise: nothing found is None.

An expression's own syntax tree becomes nested Python functions, once; the library's interpreter walks the
tree anew for every value, which takes some ten times as long. What is not built here (orderings, slices,
functions of expressions) goes to the interpreter, and a test holds the two to the same answers.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

Getter = Callable[[Any], Any]
Node = dict[str, Any]

# What an expression raises on values of a type it did not expect, or that are nested deeply.
_MISFITS = (
    JMESPathError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
_FUNCTIONS = Functions()


class _Unbuilt(Exception):
    """A part of an expression that only the interpreter knows."""


def compile_path(expression: str) -> Getter:
    """The expression as a function of a JSON value; ValueError where it is not JMESPath."""
    parsed = jmespath.compile(expression)
    _refuse_unknown_functions(parsed.parsed)
    try:
        built = _build(parsed.parsed)
    except _Unbuilt:
        return _guarded(parsed.search)
    return built if _is_plain(parsed.parsed) else _guarded(built)


def plain_names(expression: str) -> tuple[str, ...]:
    """The names of an expression such as `a.b`; none where it is anything else, or no expression."""
    try:
        return _names(jmespath.compile(expression).parsed)
    except JMESPathError:
        return ()


def is_false(value: Any) -> bool:
    """What JMESPath takes for false: null, false, and the empty string, list and object."""
    return value is None or value is False or (not value and value.__class__ in _EMPTY)


_EMPTY = frozenset({str, list, dict})


def _refuse_unknown_functions(node: Node) -> None:
    name = node.get("value")
    if node["type"] == "function_expression" and name not in _FUNCTIONS.FUNCTION_TABLE:
        raise ValueError(f"there is no function {name}()")
    for child in node["children"]:
        if isinstance(child, dict):
            _refuse_unknown_functions(child)


def _guarded(getter: Getter) -> Getter:
    def search(value: Any) -> Any:
        try:
            return getter(value)
        except _MISFITS:
            return None

    return search


def _is_plain(node: Node) -> bool:
    """Whether nothing in it can raise: names, and the first that is there."""
    plain = {"field", "subexpression", "current", "or_expression"}
    return node["type"] in plain and all(map(_is_plain, node["children"]))


def _build(node: Node) -> Getter:
    builder = _BUILDERS.get(node["type"])
    if builder is None:
        raise _Unbuilt
    return builder(node)


def _built(node: Node) -> list[Getter]:
    return [_build(child) for child in node["children"]]


def _itself(_node: Node) -> Getter:
    return lambda value: value


def _literal(node: Node) -> Getter:
    said = node["value"]
    return lambda _value: said


def _field(node: Node) -> Getter:
    name = node["value"]
    return lambda value: value.get(name) if value.__class__ is dict else None


def _names(node: Node) -> tuple[str, ...]:
    """The names of a plain dotted path; none where the node is anything else."""
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] != "subexpression":
        return ()
    parts = [_names(child) for child in node["children"]]
    return tuple(name for part in parts for name in part) if all(parts) else ()


def _steps(node: Node) -> Getter:
    """One expression after the other, each on what the one before found."""
    names = _names(node)
    if names:
        return _walk(names)
    return reduce(_after, _built(node))


def _after(first: Getter, second: Getter) -> Getter:
    return lambda value: second(first(value))


def _walk(names: tuple[str, ...]) -> Getter:
    def walk(value: Any) -> Any:
        for name in names:
            if value.__class__ is not dict:
                return None
            value = value.get(name)
        return value

    return walk


def _index(node: Node) -> Getter:
    at = node["value"]

    def index(value: Any) -> Any:
        if value.__class__ is not list:
            return None
        return value[at] if -len(value) <= at < len(value) else None

    return index


def _or(node: Node) -> Getter:
    left, right = _built(node)

    def either(value: Any) -> Any:
        found = left(value)
        return right(value) if is_false(found) else found

    return either


def _and(node: Node) -> Getter:
    left, right = _built(node)

    def both(value: Any) -> Any:
        found = left(value)
        return found if is_false(found) else right(value)

    return both


def _not(node: Node) -> Getter:
    (inner,) = _built(node)

    def negation(value: Any) -> bool:
        found = inner(value)
        return is_false(found)  # to JMESPath, nought is not false

    return negation


def _comparison(node: Node) -> Getter:
    if node["value"] not in {"eq", "ne"}:
        raise _Unbuilt
    left, right = _built(node)
    equal = node["value"] == "eq"

    def compare(value: Any) -> bool:
        one, other = left(value), right(value)
        # To JMESPath, unlike Python, 1 is not true and 0 is not false.
        return (one == other and (one.__class__ is bool) is (other.__class__ is bool)) is equal

    return compare


def _projection(node: Node) -> Getter:
    base, each = _built(node)

    def project(value: Any) -> Any:
        found = base(value)
        if found.__class__ is not list:
            return None
        return [told for element in found if (told := each(element)) is not None]

    return project


def _value_projection(node: Node) -> Getter:
    base, each = _built(node)

    def project(value: Any) -> Any:
        found = base(value)
        if found.__class__ is not dict:
            return None
        return [told for element in found.values() if (told := each(element)) is not None]

    return project


def _filter(node: Node) -> Getter:
    base, each, condition = _built(node)

    def select(value: Any) -> Any:
        found = base(value)
        if found.__class__ is not list:
            return None
        kept = [each(element) for element in found if not is_false(condition(element))]
        return [told for told in kept if told is not None]

    return select


def _flatten(node: Node) -> Getter:
    (base,) = _built(node)

    def flatten(value: Any) -> Any:
        found = base(value)
        if found.__class__ is not list:
            return None
        flat: list[Any] = []
        for element in found:
            if element.__class__ is list:
                flat.extend(element)
            else:
                flat.append(element)
        return flat

    return flatten


def _list(node: Node) -> Getter:
    parts = _built(node)
    return lambda value: None if value is None else [part(value) for part in parts]


def _object(node: Node) -> Getter:
    parts = [(child["value"], _build(child["children"][0])) for child in node["children"]]
    return lambda value: None if value is None else {name: part(value) for name, part in parts}


def _function(node: Node) -> Getter:
    name, arguments = node["value"], _built(node)
    return lambda value: _FUNCTIONS.call_function(name, [argument(value) for argument in arguments])


_BUILDERS: dict[str, Callable[[Node], Getter]] = {
    "current": _itself,
    "identity": _itself,
    "literal": _literal,
    "field": _field,
    "subexpression": _steps,
    "pipe": _steps,
    "index_expression": _steps,
    "index": _index,
    "or_expression": _or,
    "and_expression": _and,
    "not_expression": _not,
    "comparator": _comparison,
    "projection": _projection,
    "value_projection": _value_projection,
    "filter_projection": _filter,
    "flatten": _flatten,
    "multi_select_list": _list,
    "multi_select_dict": _object,
    "function_expression": _function,
}
