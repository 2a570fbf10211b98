"""What changed between two plans, in words for people. Pure."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from wismo.promise.plan.model import Area, Plan, Week
from wismo.promise.plan.weekdays import written

NONE = "none"  # it is there, and says nothing
_TABLES = {
    **{"warehouses": "warehouse", "services": "service", "cutoffs": "cutoff", "extras": "extra"},
    **{"typed": "typed", "classes": "class", "payments": "payment", "events": "event"},
}
_NAMES = {"areas": "to", "product_class": "class", "area": "to", "extra": "open"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    path: str  # as in the text, tables by their keys: "warehouse.leipzig.handling"
    before: str  # "" where there was no such table
    after: str


def diff(old: Plan, new: Plan) -> list[Change]:
    """Every change in the order of the text; none where both do the same."""
    before, after = dict(_flat(old)), dict(_flat(new))
    paths = dict.fromkeys([*before, *after])
    pairs = [(path, before.get(path, ""), after.get(path, "")) for path in paths]
    return [Change(path, was, is_) for path, was, is_ in pairs if was != is_]


def _flat(plan: Plan) -> Iterator[tuple[str, str]]:
    """Everything a plan says, by path, in words."""
    for field in dataclasses.fields(plan):
        value = getattr(plan, field.name)
        table = _TABLES.get(field.name)
        if table is None:
            yield field.name, _said(value)
        else:
            yield from (pair for row in value for pair in _parts(f"{table}.{_key(row)}", row))


def _parts(path: str, row: Any) -> Iterator[tuple[str, str]]:
    for part in dataclasses.fields(row):
        if part.name != "key":
            yield f"{path}.{_NAMES.get(part.name, part.name)}", _said(getattr(row, part.name))


def _key(row: Any) -> str:
    """What a table goes by: its key, or what it is of."""
    if hasattr(row, "key"):
        return str(row.key)
    parts = [getattr(row, name, "") for name in ("service", "warehouse", "product_class", "area", "days")]
    if not hasattr(row, "at"):
        parts.pop()  # what the days are is what these tables say; what they are of is what a cut-off says
    elif row.eves:
        parts.append("eves")
    return " ".join(_said(part) for part in parts if part)


def _said(value: Any) -> str:
    """A value in words."""
    if value is None or value in ("", ()):
        return NONE
    return next((words(value) for kind, words in _WORDS if isinstance(value, kind)), str(value))


def _tuple(value: tuple[Any, ...]) -> str:
    """A span of days or of dates, or else a list."""
    first, last = (value[0], value[-1])
    if len(value) == 2 and isinstance(first, int | date):  # the least and the most
        return f"{first} to {last}" if first != last else str(first)
    return ", ".join(_said(each) for each in value)


def _area(area: Area) -> str:
    place = f"{area.country}-{area.region}" if area.region else area.country
    return f"{place} {', '.join(area.postcodes)}" if area.postcodes else place


def _week(week: Week) -> str:
    parts: dict[str, tuple[Any, ...]] = {"holidays": week.holidays, "closed": week.closed, "open": week.extra}
    return "; ".join([_said(week.days), *(f"{name} {_said(told)}" for name, told in parts.items() if told)])


_WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (time, lambda value: value.isoformat("seconds" if value.second else "minutes")),
    (frozenset, lambda value: ", ".join(written(value))),
    (float, lambda value: f"{value:g}"),
    (Area, _area),
    (Week, _week),
    (tuple, _tuple),
)
