"""A journey as TOML text, which `reading.read` reads back as the same journey. Pure."""

import json
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any

from wismo.notify.journey.durations import write_duration
from wismo.notify.journey.model import AllOf, AnyOf, Ask, Condition, Journey, NextOn, Not, Quiet, Step, Wait
from wismo.vocabulary.milestone import Milestone

_WIDTH = 100


def write(journey: Journey) -> str:
    """Its TOML. What is as it is by default is left out."""
    lines = [f"{key} = {_value(value)}" for key, value in _keys(journey) if value not in ((), {}, None)]
    steps = ["\n".join(["[[route]]", *_step(step)]) for step in journey.route]
    return "\n".join(lines) + "\n\n" + "\n\n".join(steps) + "\n"


def _keys(journey: Journey) -> Iterator[tuple[str, Any]]:
    """Every key with its value in plain types; empty ones are not written."""
    yield "key", journey.key
    yield "version", journey.version
    if not journey.enabled:
        yield "enabled", False
    yield "on", _on(journey)
    yield "subject", journey.subject.value
    yield "kind", journey.kind.value
    yield "lane", journey.lane.name.lower()
    yield "legs", tuple(sorted(leg.value for leg in journey.legs))
    yield "when", plain_conditions(journey.when)
    yield "wait", _wait(journey.wait)
    yield "collapse", journey.collapse
    yield "max_age", journey.max_age
    yield "superseded_by", tuple(sorted(word.value for word in journey.superseded_by))
    if journey.quiet is not Quiet.DEFER:
        yield "quiet", journey.quiet.value
    if journey.cap:
        yield "cap", {"group": journey.cap.group, "most": journey.cap.most, "per": journey.cap.per}
    if journey.holdout:
        yield "holdout", {"experiment": journey.holdout.experiment, "percent": journey.holdout.percent}
    if journey.must_act:
        yield "must_act", True
    yield "replies", tuple(reply.value for reply in journey.replies)


def _on(journey: Journey) -> dict[str, Any]:
    if not isinstance(journey.trigger, Milestone):
        return {"event": journey.trigger.value}
    status = {"status": tuple(sorted(journey.statuses))} if journey.statuses else {}
    return {"milestone": journey.trigger.value, **status}


def _wait(wait: Wait) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if wait.span:
        told["for"] = wait.span
    if wait.business_days:
        told["business_days"] = wait.business_days
    if wait.until is not None:
        told["until"] = wait.until
    return told


def plain_conditions(condition: Condition) -> tuple[dict[str, Any], ...]:
    """Conditions as they are written: a list of tables, all of which must hold."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return tuple(_condition(part) for part in parts)


def condition_line(condition: Condition) -> str:
    """One condition on one line."""
    return _value(_condition(condition)).replace("\n", " ")


def _condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Ask):
        return {"fact": condition.fact, "is": condition.operator.value, "value": condition.value}
    if isinstance(condition, Not):
        return {"not": _condition(condition.part)}
    word = "any" if isinstance(condition, AnyOf) else "all"
    return {word: tuple(_condition(part) for part in condition.parts)}


def _step(step: Step) -> Iterator[str]:
    yield f"channel = {_value(step.channel)}"
    if when := plain_conditions(step.when):
        yield f"when = {_value(when)}"
    if step.wait:
        yield f"wait = {_value(step.wait)}"
    usual = {NextOn.FAILED, NextOn.UNREACHABLE} | ({NextOn.NO_DELIVERED} if step.wait else set())
    if step.next_on != usual:
        yield f"next_on = {_value(tuple(sorted(word.value for word in step.next_on)))}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_value(item)}" for name, item in value.items()) + " }"
    if isinstance(value, tuple):
        return _list([_value(item) for item in value])
    if isinstance(value, bool):
        return str(value).lower()
    return _text(value) if isinstance(value, str | timedelta | time) else repr(value)


def _list(items: list[str]) -> str:
    flat = f"[{', '.join(items)}]"
    # TOML 1.0 has no line breaks in an inline table, but in the arrays within it.
    return flat if len(flat) <= _WIDTH else "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _text(value: str | timedelta | time) -> str:
    """A basic string: JSON's escapes are TOML's too, but for the delete character."""
    if isinstance(value, timedelta):
        value = write_duration(value)
    elif isinstance(value, time):
        value = f"{value:%H:%M}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
