"""Conditions as they are written in TOML. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from wismo.notify.journey.facts import FACTS
from wismo.notify.journey.model import AllOf, AnyOf, Ask, Condition, JourneyError, Not, Operator
from wismo.notify.journey.notes import Notes
from wismo.vocabulary.toml.notes import listed, shown

DEEPEST = 5
_ORDERED = frozenset({Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST})
_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_ASK, _HINT = {"fact", "is", "value"}, '{ fact = "order.country", is = "in", value = ["DE", "AT"] }'
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "text"}
# Which tables of facts a message's subject has; `event`, `customer` and `shop` are known to all.
_OF = {
    "order": frozenset({"order"}),
    "shipment": frozenset({"order", "parcel"}),
    "cart": frozenset({"cart"}),
    "buyer": frozenset[str](),
}
_ALWAYS_KNOWN = frozenset({"event", "customer", "shop"})


def read_conditions(told: Sequence[Any], path: str, notes: Notes, subject: str = "") -> AllOf:
    """All of these conditions; what is wrong with one is noted. `subject` says which facts there are."""
    reader = _Reader(notes, subject)
    parts = [reader.read(part, f"{path}[{place}]", 1) for place, part in enumerate(told)]
    return AllOf(tuple(part for part in parts if part is not None))


def read_audience(told: Sequence[Any]) -> AllOf:
    """The conditions of a campaign's audience, which ask about buyers; JourneyError where they cannot."""
    notes = Notes({})
    found = read_conditions(told, "audience", notes, "buyer")
    if notes.problems:
        raise JourneyError(notes.problems)
    return found


class _Reader:
    """Reads the conditions of one journey."""

    def __init__(self, notes: Notes, subject: str) -> None:
        self._notes = notes
        self._subject = subject

    def read(self, told: Any, path: str, depth: int) -> Condition | None:
        """The condition at `path`."""
        if not isinstance(told, dict) or not told:
            self._notes.wrong(path, f"a condition is a table, such as {_HINT}")
            return None
        if depth > DEEPEST:
            self._notes.wrong(path, f"conditions are {DEEPEST} deep at most; write it flatter")
            return None
        word = next((word for word in ("any", "all", "not") if word in told), "")
        if not word:
            return self._ask(told, path)
        if len(told) > 1:
            self._notes.wrong(path, f"{word!r} stands alone in its table")
            return None
        if word == "not":
            part = self.read(told["not"], f"{path}.not", depth + 1)
            return Not(part) if part else None
        return self._several(word, told[word], f"{path}.{word}", depth)

    def _several(self, word: str, told: Any, path: str, depth: int) -> Condition | None:
        if not isinstance(told, list) or not told:
            self._notes.wrong(path, f"write a list of conditions, such as [{_HINT}]")
            return None
        found = [self.read(part, f"{path}[{place}]", depth + 1) for place, part in enumerate(told)]
        parts = tuple(part for part in found if part is not None)
        return AnyOf(parts) if word == "any" else AllOf(parts)

    def _ask(self, told: Mapping[str, Any], path: str) -> Ask | None:
        before = len(self._notes.problems)
        self._notes.keys(told, path, sorted(_ASK), sorted(_ASK))
        if len(self._notes.problems) > before:
            return None
        operator = self._notes.word(f"{path}.is", Operator, told["is"])
        kind = self._kind(told["fact"], f"{path}.fact")
        if operator is None or kind is None:
            return None
        says = _wrong_value(operator, kind, told["value"])
        if says:
            self._notes.wrong(f"{path}.value", says)
            return None
        value = tuple(told["value"]) if isinstance(told["value"], list) else told["value"]
        return Ask(told["fact"], operator, value)

    def _kind(self, fact: Any, path: str) -> type | None:
        """The type of a fact; `object` for what an event brings along."""
        if not isinstance(fact, str):
            self._notes.wrong(path, 'name a fact in quotes, such as "order.country"')
            return None
        table, _dot, name = fact.partition(".")
        if table == "event" and name:
            return object
        if fact not in FACTS:
            near = [known for known in FACTS if known.startswith(f"{table}.")] or list(FACTS)
            self._notes.wrong(path, f"{shown(fact)} is no fact we know; write one of {listed(near)}")
            return None
        if self._subject and table not in _OF[self._subject] | _ALWAYS_KNOWN:
            self._notes.wrong(path, f'{table}.* is not known of subject = "{self._subject}"')
            return None
        return FACTS[fact]


def _wrong_value(operator: Operator, kind: type, value: Any) -> str:
    """What is wrong with asking a fact of this type so; "" for nothing."""
    if operator is Operator.EXISTS:
        return "" if isinstance(value, bool) else '"exists" takes true or false'
    if wrong := _wrong_operator(operator, kind):
        return wrong
    if operator in _LISTS:
        return _wrong_list(operator, kind, value)
    wanted = float if operator in _ORDERED else kind
    return "" if _fits(value, wanted) else f"{shown(value)} is not {_NAMES.get(wanted, 'a plain value')}"


def _wrong_operator(operator: Operator, kind: type) -> str:
    if kind is object:
        return ""
    if operator in _ORDERED and kind not in {int, float}:
        return f'"{operator}" compares numbers, and this fact is {_NAMES[kind]}'
    if (kind is list) != (operator is Operator.CONTAINS):
        return 'ask a list with "contains", and nothing else with it'
    return ""


def _wrong_list(operator: Operator, kind: type, value: Any) -> str:
    if not isinstance(value, list) or not value:
        return f'"{operator}" takes a list, such as ["DE", "AT"]'
    odd = next((item for item in value if not _fits(item, kind)), None)
    return "" if odd is None else f"{shown(odd)} is not {_NAMES.get(kind, 'a plain value')}"


def _fits(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, str)
    if kind is object:
        return isinstance(value, str | bool) or _is_number(value)
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    return _is_number(value) if kind is float else isinstance(value, kind)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def said(condition: Condition) -> str:
    """A condition as a person says it: `order.country in "DE", "AT"`."""
    if isinstance(condition, Ask):
        if condition.operator is Operator.EXISTS:
            return f"{condition.fact} is {'known' if condition.value else 'not known'}"
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        word = "not in" if condition.operator is Operator.NOT_IN else condition.operator.value
        return f"{condition.fact} {word} {', '.join(shown(value) for value in values)}"
    if isinstance(condition, Not):
        return f"not ({said(condition.part)})"
    if not condition.parts:
        return "always"
    joiner = " or " if isinstance(condition, AnyOf) else " and "
    parts = [said(p) if isinstance(p, Ask | Not) else f"({said(p)})" for p in condition.parts]
    return joiner.join(parts) if len(parts) > 1 else said(condition.parts[0])
