"""Why a message was, or was not, sent: each gate's decision as one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from wismo.console import words
from wismo.notify.queries.messages import DecisionRow, MessageRow
from wismo.vocabulary.status import Leg

LOOKS: dict[str, tuple[str, str]] = {  # of a decision's outcome: icon, tone
    "pass": ("check", "y"),
    "done": ("check", "y"),
    "stop": ("minus", "n"),
    "wait": ("clock", "n"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the panel."""

    icon: str
    tone: str
    gate: str
    says: str
    code: str = ""
    facts: str = ""
    at: datetime | None = None


def heading(message: MessageRow) -> str:
    """What the panel explains."""
    return {
        "sent": "Why this was sent",
        "not_sent": "Why this was not sent",
        "unknown": "Why nobody can tell",
    }.get(message.state, "What was decided so far")


def steps(message: MessageRow) -> list[Step]:
    """The event that asked for the message, then every decision in the order it was made."""
    news = words.milestone_words(message.trigger).lower()
    trigger = f"{news} on {_when(message.happened_at)}, journey “{message.journey}”"
    lines = [Step("zap", "y", "Trigger", trigger)]
    lines += [_step(decision) for decision in message.decisions]
    if not message.decisions:
        lines.append(Step("clock", "n", "Due", _when(message.due_at)))
    return lines


def _step(decision: DecisionRow) -> Step:
    if decision.outcome == "pass":
        return Step("check", "y", words.passed_words(decision.gate), "", facts=_facts(decision.facts))
    icon, tone = LOOKS.get(decision.outcome, ("minus", "n"))
    if decision.code == "unknown":
        icon, tone = "triangle-alert", "w"
    return Step(
        icon=icon,
        tone=tone,
        gate=words.gate_words(decision.gate),
        says=decision.why,
        code=decision.code,
        facts=_facts(decision.facts),
        at=decision.at,
    )


def _facts(facts: Mapping[str, Any]) -> str:
    """What the gate saw."""
    told = {name: value for name, value in facts.items() if value not in ("", None)}
    return ", ".join(f"{words.plain(name).lower()}: {_value(name, told[name])}" for name in sorted(told))


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(_value(name, item) for item in value)
    if isinstance(value, Mapping):  # channel -> code
        return "; ".join(f"{part}, {words.plain(str(item)).lower()}" for part, item in value.items())
    if name in {"leg", "legs"} and value in set(Leg):
        return words.LEG[Leg(value)].lower()
    if name in {"milestone", "status"}:
        return words.milestone_words(value).lower()
    if isinstance(value, str) and (name == "at" or name.endswith("_at")):
        return _when(datetime.fromisoformat(value))
    return str(value)


def _when(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
