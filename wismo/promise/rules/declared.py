"""Adjustments as people and feeds declare them: rows of names and values, read one by one. Pure.

A row that cannot be followed is told with what to write, and the others count: a feed's one bad line shall
not cost the storm warning beside it.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wismo.carriers.directory import carrier as known_carrier
from wismo.promise.plan.model import Plan
from wismo.vocabulary.calendar import is_country
from wismo.vocabulary.text import is_line

EFFECTS = ("closed", "slower", "embargo")
STAGES = ("handling", "pickup", "transit", "delivery")
LONGEST = 400  # days from the first to the last: more is a new plan, no adjustment
SLOWEST = 60  # operating days
MOST_ROWS = 2000
COLUMNS = (
    *("reference", "effect", "stage", "first_day", "last_day", "days", "warehouse", "carrier", "service"),
    *("country", "postcodes", "why"),
)
_LENGTHS = {"reference": 80, "warehouse": 40, "carrier": 60, "service": 40, "why": 200}
_POSTCODE = re.compile(r"[A-Z0-9-]{1,12}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unreadable(ValueError):
    """A feed's answer has no rows at all."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row."""

    row: int  # from 1, the head of a table not counted
    says: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.says}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One adjustment, understood. "" in its scope is everywhere."""

    effect: str
    first_day: date
    last_day: date
    why: str
    stage: str = ""
    days: int = 0  # operating days more, where slower
    warehouse: str = ""
    carrier: str = ""
    service: str = ""
    country: str = ""
    postcodes: tuple[str, ...] = ()  # by their beginnings
    reference: str = ""  # the feed's own name for it


def rows_of(body: bytes) -> list[Mapping[str, Any]]:
    """The rows of a feed's answer, in JSON or CSV; Unreadable where it is neither."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not text in UTF-8") from error
    rows = _of_json(text) if text.lstrip()[:1] in {"{", "["} else _of_csv(text)
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"it has {len(rows)} rows, and {MOST_ROWS} are the most")
    return rows


def _of_json(text: str) -> list[Mapping[str, Any]]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:  # of ValueErrors, a number with too many digits is one
        raise Unreadable(f"it is not JSON: {error}") from error
    rows = told.get("adjustments") if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise Unreadable('write a list, or { "adjustments": [ … ] }')
    return [row if isinstance(row, dict) else {"": row} for row in rows]


def _of_csv(text: str) -> list[Mapping[str, Any]]:
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        found = csv.DictReader(io.StringIO(text), delimiter=separator, restkey="", strict=True)
        if not {"effect", "first_day"} <= set(found.fieldnames or ()):
            raise Unreadable(f"it is no table whose head names {', '.join(COLUMNS)}")
        return [row for row in found if any(row.values())]
    except csv.Error as error:
        raise Unreadable(f"it is not CSV: {error}") from error


def read_rows(
    told: Sequence[Mapping[str, Any]], *, plan: Plan | None = None, referenced: bool = False
) -> tuple[list[Declared], list[RowProblem]]:
    """The rows that can be followed, and what is wrong with the others.

    With `plan`, warehouses and services must be of it. `referenced`: each must have a reference of its own,
    by which it is known when it comes again.
    """
    good: list[Declared] = []
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for number, raw in enumerate(told, 1):
        reader = _Row(raw, plan)
        row = reader.read()
        if referenced and (not row.reference or row.reference in seen):
            reader.wrong("reference", "each row needs one of its own")
        seen.add(row.reference)
        if reader.found:
            problems.append(RowProblem(number, "; ".join(reader.found)))
        else:
            good.append(row)
    return good, problems


class _Row:
    """Reads one row."""

    def __init__(self, raw: Mapping[str, Any], plan: Plan | None) -> None:
        self.raw, self.plan = raw, plan
        self.found: list[str] = []

    def wrong(self, name: str, says: str) -> None:
        """Note what is wrong with a column."""
        self.found.append(f"{name}: {says}")

    def read(self) -> Declared:
        """The row; of no use where something was noted."""
        for name in self.raw:
            if name not in COLUMNS:
                self.wrong(str(name)[:40] or "one value more", f"write only {', '.join(COLUMNS)}")
        effect = self._one_of("effect", EFFECTS) or self._needed("effect", EFFECTS[0])
        first, last = self._days()
        postcodes = self._postcodes()
        return Declared(
            reference=self._text("reference"),
            effect=effect,
            stage=self._one_of("stage", STAGES),
            first_day=first,
            last_day=last,
            days=self._slower(effect),
            warehouse=self._of_plan("warehouse"),
            carrier=self._carrier(),
            service=self._of_plan("service"),
            country=self._country(postcodes),
            postcodes=postcodes,
            why=self._text("why") or self._needed("why", ""),
        )

    def _text(self, name: str) -> str:
        told = self.raw.get(name)
        text = "" if told is None else str(told).strip()
        if not is_line(text):
            self.wrong(name, "write one line of plain text")
        elif len(text) > _LENGTHS.get(name, 40):
            self.wrong(name, f"it is longer than {_LENGTHS.get(name, 40)} characters")
        return text

    def _needed(self, name: str, instead: str) -> str:
        if not self._text(name):
            self.wrong(name, "is missing")
        return instead

    def _one_of(self, name: str, words: Sequence[str]) -> str:
        told = self._text(name).lower()
        if told and told not in words:
            self.wrong(name, f'"{told[:40]}" is none of {", ".join(words)}')
        return told

    def _days(self) -> tuple[date, date]:
        first, last = self._day("first_day"), self._day("last_day")
        if first and last and first > last:
            self.wrong("last_day", f"{last} is before the first day, {first}")
        elif first and last and (last - first).days >= LONGEST:
            self.wrong("last_day", f"from {first} to {last} it is more than {LONGEST} days: change the plan")
        return first or date.min, last or date.min

    def _day(self, name: str) -> date | None:
        told = self.raw.get(name)
        if isinstance(told, date) and not isinstance(told, datetime):
            return told
        text = self._text(name)
        try:
            return date.fromisoformat(text if _DAY.fullmatch(text) else "")
        except ValueError:
            self.wrong(name, f'"{text[:40]}" is not a day such as 2026-12-24' if text else "is missing")
            return None

    def _slower(self, effect: str) -> int:
        text = self._text("days") or "0"
        days = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
        if effect == "slower" and not 1 <= days <= SLOWEST:
            self.wrong("days", f"write how many working days more, 1 to {SLOWEST}")
        elif effect != "slower" and days != 0:
            self.wrong("days", f"only what is slower has days, and this is {effect}")
        return days

    def _of_plan(self, name: str) -> str:
        told = self._text(name)
        if told and self.plan:
            rows = self.plan.warehouses if name == "warehouse" else self.plan.services
            known = [row.key for row in rows]
            if told not in known:
                self.wrong(name, f'"{told}" is none of the plan\'s: {", ".join(known)}')
        return told

    def _carrier(self) -> str:
        told = self._text("carrier")
        ours = {service.carrier for service in self.plan.services} if self.plan else set()
        if told and told not in ours and known_carrier(told) is None:
            self.wrong("carrier", f'"{told}" is no carrier we know')
        return told

    def _country(self, postcodes: tuple[str, ...]) -> str:
        told = self._text("country").upper()
        if told and not is_country(told):
            self.wrong("country", f'"{told}" is no country: write two letters, such as DE')
        if postcodes and not told:
            self.wrong("country", "postcodes need the country they are of")
        return told

    def _postcodes(self) -> tuple[str, ...]:
        told = self.raw.get("postcodes") or []
        listed = told if isinstance(told, list) else re.split(r"[ ,;]+", str(told).strip())
        found = tuple(str(one).replace(" ", "").upper() for one in listed if str(one).strip())
        if not all(_POSTCODE.fullmatch(one) for one in found):
            self.wrong("postcodes", "write beginnings of postcodes, such as 80 81")
        return found
