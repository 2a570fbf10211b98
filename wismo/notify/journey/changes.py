"""What changed between two versions of a journey, in words for people. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from wismo.notify.journey.conditions import said
from wismo.notify.journey.model import ALWAYS, Journey, NextOn, Step, Wait

NONE = "none"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    path: str  # as in the file: "max_age", "cap.most", "route.whatsapp.wait"
    before: str
    after: str


def diff(old: Journey, new: Journey) -> list[Change]:
    """Every change in the order of the file; none where both do the same."""
    before, after = _flat(old), _flat(new)
    paths = dict.fromkeys([*before, *after])
    pairs = [(path, before.get(path, NONE), after.get(path, NONE)) for path in paths]
    return [Change(path, was, is_) for path, was, is_ in pairs if was != is_]


def span_words(span: timedelta | None) -> str:
    """A length of time in words: "4 hours", "1 day"."""
    if span is None:
        return NONE
    left, parts = int(span.total_seconds()), []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts) or "at once"


def wait_words(wait: Wait) -> str:
    """A wait in words: "1 day, then until 10:00"."""
    days = wait.business_days
    parts = [
        span_words(wait.span) if wait.span else "",
        f"{days} working day{'s' if days > 1 else ''}" if days else "",
        f"until {wait.until:%H:%M}" if wait.until is not None else "",
    ]
    return ", then ".join(part for part in parts if part) or "at once"


def _flat(journey: Journey) -> Mapping[str, str]:
    """Everything a journey says, by path, in words."""
    cap, holdout = journey.cap, journey.holdout
    flat = {
        "enabled": _yes(yes=journey.enabled),
        "on": _sorted([journey.trigger.value, *journey.statuses], first=1),
        "subject": journey.subject.value,
        "kind": journey.kind.value,
        "lane": journey.lane.name.lower(),
        "legs": _sorted(leg.value for leg in journey.legs),
        "when": said(journey.when),
        "wait": wait_words(journey.wait),
        "collapse": span_words(journey.collapse),
        "max_age": span_words(journey.max_age),
        "superseded_by": _sorted(word.value for word in journey.superseded_by),
        "quiet": journey.quiet.value,
        "cap": f"{cap.most} of {cap.group} in {span_words(cap.per)}" if cap else NONE,
        "holdout": f"{holdout.percent:g} % ({holdout.experiment})" if holdout else NONE,
        "must_act": _yes(yes=journey.must_act),
        "replies": ", ".join(reply.value for reply in journey.replies) or NONE,
        "route": ", ".join(journey.channels),
    }
    for step in journey.route:
        flat |= _step(step)
    return flat


def _step(step: Step) -> dict[str, str]:
    """What is special about a step; the plain one says nothing."""
    path, flat = f"route.{step.channel}", {}
    if step.when != ALWAYS:
        flat[f"{path}.when"] = said(step.when)
    if step.wait:
        flat[f"{path}.wait"] = span_words(step.wait)
    if step.next_on - {NextOn.NO_DELIVERED} != {NextOn.FAILED, NextOn.UNREACHABLE}:
        flat[f"{path}.next_on"] = _sorted(word.value for word in step.next_on)
    return flat


def _yes(*, yes: bool) -> str:
    return "yes" if yes else "no"


def _sorted(words: Iterable[str], *, first: int = 0) -> str:
    """Words in a fixed order; the `first` of them stay in front."""
    told = list(words)
    return ", ".join([*told[:first], *sorted(told[first:])]) or NONE
