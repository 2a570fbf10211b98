"""Whether a condition holds of the facts we have. What is not known stays not known. Pure."""

import operator as compare
from collections.abc import Callable, Mapping
from typing import Any

from wismo.notify.journey.facts import PRIVATE
from wismo.notify.journey.model import AllOf, Ask, Condition, Not, Operator

NOT_KNOWN = "not known"
KEPT = "not kept"  # what would say too much about a person
_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: compare.eq,
    Operator.IS_NOT: compare.ne,
    Operator.LESS: compare.lt,
    Operator.AT_MOST: compare.le,
    Operator.MORE: compare.gt,
    Operator.AT_LEAST: compare.ge,
    Operator.IN: lambda saw, values: saw in values,
    Operator.NOT_IN: lambda saw, values: saw not in values,
    Operator.CONTAINS: compare.contains,
}


def holds(condition: Condition, values: Mapping[str, Any], seen: dict[str, Any] | None = None) -> bool | None:
    """Whether it does; None where that hangs on a fact that is not known.

    What was looked at is added to `seen`, for the trace.
    """
    if isinstance(condition, Ask):
        return _asked(condition, values, seen)
    if isinstance(condition, Not):
        found = holds(condition.part, values, seen)
        return None if found is None else not found
    decisive = not isinstance(condition, AllOf)  # one that holds settles an `any`, one that does not an `all`
    unknown = False
    for part in condition.parts:
        found = holds(part, values, seen)
        if found is decisive:
            return decisive
        unknown = unknown or found is None
    return None if unknown else not decisive


def _asked(ask: Ask, values: Mapping[str, Any], seen: dict[str, Any] | None) -> bool | None:
    saw = values.get(ask.fact)
    if seen is not None:
        seen[ask.fact] = _shown(ask.fact, saw)
    if ask.operator is Operator.EXISTS:
        return (saw is not None) is ask.value
    if saw is None:
        return None
    try:
        return bool(_COMPARE[ask.operator](saw, ask.value))
    except TypeError:  # a fact of an event may be of any type: what cannot be compared says nothing
        return None


def _shown(fact: str, saw: Any) -> Any:
    if saw is None:
        return NOT_KNOWN
    if fact in PRIVATE or fact.startswith("event."):
        return KEPT
    return list(saw) if isinstance(saw, tuple | set | frozenset) else saw


def broken(condition: AllOf, values: Mapping[str, Any]) -> Condition | None:
    """The first part that does not hold for certain; None where all do."""
    return next((part for part in condition.parts if holds(part, values) is not True), None)
