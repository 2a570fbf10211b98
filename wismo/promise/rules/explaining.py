"""The steps from a question to its answer, each with its day and its share, for whoever checks it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wismo.promise.rules.answering import Coming, Dated, Route
from wismo.promise.rules.question import Because


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `reasons.say(code, facts)` has it in words."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    day: date | None = None
    share: float | None = None  # of all parcels, 0 to 1


def steps(coming: Coming) -> list[Step]:
    """How one kind of goods comes; where there is no promise, the reasons alone."""
    start = coming.start
    found = [Step("from_warehouse", {"warehouse": coming.warehouse})] if coming.warehouse else []
    found += map(_step, start.reasons)
    if coming.route is None or coming.dated is None:
        return found + [_step(each) for each in coming.because if each not in start.reasons]
    route, dated = coming.route, coming.dated
    found.append(Step("begins", {"day": _text(start.day)}, start.day))
    found += map(_step, route.handling.because)
    found.append(Step("handed_over", {"day": _text(dated.hand_over)}, dated.hand_over))
    found += map(_step, (*route.transit.because, *dated.because))
    found += _days(route, dated)
    found.append(Step("promised", {"day": _text(dated.latest)}, dated.latest, dated.arrival.by(dated.latest)))
    return found


def _step(because: Because) -> Step:
    return Step(because.code, because.facts)


def _days(route: Route, dated: Dated) -> Iterator[Step]:
    """The share that has arrived, for each day of delivery from the earliest to the promised one."""
    day = dated.earliest
    while day < dated.latest:
        yield Step("arrived", {"day": _text(day)}, day, dated.arrival.by(day))
        day = route.way.delivery.add(day, 1)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
