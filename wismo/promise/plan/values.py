"""The values of a plan's tables, each read to its type or noted with what to write. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from wismo.promise.calendars import DESTINATION, is_calendar, overlays
from wismo.promise.plan.model import Area, Days, Week
from wismo.promise.plan.weekdays import days_of_week
from wismo.vocabulary.calendar import is_country
from wismo.vocabulary.toml.notes import KINDS, Notes, join, listed, shown

PLAN_KINDS: Mapping[type, str] = {
    **KINDS,
    str: 'text in quotes, such as "standard"',
    list: 'a list, such as ["DE", "AT"]',
    dict: 'a table, such as { days = "mon-fri" }',
}
LONGEST_SPAN = 365  # operating days
LONGEST_TEXT = 120  # characters
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_POSTCODE = re.compile(r"[A-Z0-9-]{1,12}")
_REGION = re.compile(r"[A-Z0-9]{1,3}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Row:
    """One table of the text, and what of it is wrong."""

    def __init__(self, notes: Notes, raw: Mapping[str, Any], path: str = "") -> None:
        self.notes, self.raw, self.path = notes, raw, path

    def at(self, name: str) -> str:
        """The path of one of its keys."""
        return join(self.path, name)

    def wrong(self, name: str, says: str) -> None:
        """Note what is wrong with one of its keys."""
        self.notes.wrong(self.at(name), says)

    def keys(self, known: Collection[str], needed: Collection[str] = ()) -> None:
        """Note what is not known here, and what is missing."""
        self.notes.keys(self.raw, self.path, known, needed)

    def rows(self, name: str) -> Iterator["Row"]:
        """The tables of a list of tables."""
        for place, told in enumerate(self.notes.typed(self.raw, self.at(name), list, [])):
            path = f"{self.at(name)}[{place}]"
            if isinstance(told, dict):
                yield Row(self.notes, told, path)
            else:
                self.notes.wrong(path, f"{shown(told)} is no table: write [[{name}]] and its keys below")

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str:
        """Some text; "" where there is none."""
        told = self.notes.typed(self.raw, self.at(name), str, "").strip()
        if len(told) > longest:
            self.wrong(name, f"it is longer than {longest} characters")
        return told[:longest]

    def key(self, name: str) -> str:
        """A name that other tables may use; "" where there is none."""
        told = self.notes.typed(self.raw, self.at(name), str, "")
        if name in self.raw and isinstance(self.raw[name], str) and not _KEY.fullmatch(told):
            self.wrong(name, f"{shown(told)}: write small letters, digits, - and _, 40 at most")
        return told

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.texts_of(self.notes.typed(self.raw, self.at(name), list, []), self.at(name))

    def texts_of(self, told: list[Any], path: str) -> tuple[str, ...]:
        """The texts of a list that stands at `path`."""
        for place, value in enumerate(told):
            if not isinstance(value, str):
                self.notes.wrong(f"{path}[{place}]", f"{shown(value)} is not {PLAN_KINDS[str]}")
            elif len(value) > LONGEST_TEXT:
                self.notes.wrong(f"{path}[{place}]", f"it is longer than {LONGEST_TEXT} characters")
        return tuple(value for value in told if isinstance(value, str))

    def yes(self, name: str) -> bool:
        """Whether it says true."""
        return self.notes.typed(self.raw, self.at(name), bool, False)  # noqa: FBT003  # a default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number in bounds."""
        told = self.notes.typed(self.raw, self.at(name), int, default)
        if name in self.raw and not least <= told <= most:
            self.wrong(name, f"{told}: write {least} to {most}")
        return told

    def days(self, name: str, default: Days) -> Days:
        """A span of operating days: [1, 2], or 1 for just as many."""
        told = self.raw.get(name, list(default))
        span = [told, told] if isinstance(told, int) else told
        if not isinstance(span, list) or [type(each) for each in span] != [int, int]:
            self.wrong(name, f"{shown(told)} is no number of days such as 1 or [1, 2]")
            return default
        least, most = span
        if least > most:
            self.wrong(name, f"the least, {least}, is more than the most, {most}: write [{most}, {least}]")
        elif not 0 <= least <= most <= LONGEST_SPAN:
            self.wrong(name, f"write days from 0 to {LONGEST_SPAN}")
        return least, most

    def clock(self, name: str) -> time | None:
        """A time of the day; None where there is none."""
        told = self.raw.get(name)
        if told is None or isinstance(told, time):
            return told
        if not isinstance(told, str) or not _CLOCK.fullmatch(told):
            self.wrong(name, f'{shown(told)} is not a time such as "14:00"')
            return None
        return time.fromisoformat(told)

    def day(self, name: str) -> date | None:
        """A day of the calendar; None where there is none."""
        return self.day_of(self.raw[name], self.at(name)) if name in self.raw else None

    def day_of(self, told: Any, path: str) -> date | None:
        """The day that stands at `path`."""
        if isinstance(told, date) and not isinstance(told, datetime):
            return told
        try:
            return date.fromisoformat(told if isinstance(told, str) and _DAY.fullmatch(told) else "")
        except ValueError:
            self.notes.wrong(path, f"{shown(told)} is not a day such as 2026-12-24")
            return None

    def weekdays(self, name: str, default: frozenset[int]) -> frozenset[int]:
        """Days of the week: "mon-fri", or a list of such words."""
        if name not in self.raw:
            return default
        told = self.raw[name]
        found: frozenset[int] = frozenset()
        for place, word in enumerate(told if isinstance(told, list) else [told]):
            try:
                found |= days_of_week(word if isinstance(word, str) else shown(word))
            except ValueError as error:
                self.wrong(f"{name}[{place}]" if isinstance(told, list) else name, str(error))
        if told == []:
            self.wrong(name, 'name at least one day, such as "mon-fri"')
        return found

    def country(self, name: str = "country") -> str:
        """An ISO 3166 country; "" where there is none, or none such."""
        told = self.notes.typed(self.raw, self.at(name), str, "")
        if name in self.raw and isinstance(self.raw[name], str) and not is_country(told):
            self.wrong(name, f'{shown(told)} is no country: write two capital letters, such as "DE"')
            return ""
        return told

    def region(self) -> str:
        """A part of the country, by ISO 3166-2. Only its form is looked at: we do not know them all."""
        told = self.notes.typed(self.raw, self.at("region"), str, "")
        if told and not _REGION.fullmatch(told):
            self.wrong("region", f'{shown(told)} is no part of a country: write its letters, such as "BY"')
        return told

    def starts(self, name: str) -> tuple[str, ...]:
        """Beginnings of postcodes, without blanks, in capitals."""
        told = tuple(text.replace(" ", "").upper() for text in self.texts(name))
        for place, start in enumerate(told):
            if not _POSTCODE.fullmatch(start):
                self.wrong(f"{name}[{place}]", f'{shown(start)} is no beginning of a postcode such as "10"')
        if name in self.raw and self.raw[name] == []:
            self.wrong(name, "write at least one, or leave it out for the whole country")
        return told

    def areas(self, name: str) -> tuple[Area, ...]:
        """Places: countries, or tables of a country and its regions or postcodes."""
        found = []
        for place, told in enumerate(self.notes.typed(self.raw, self.at(name), list, [])):
            path = f"{self.at(name)}[{place}]"
            if isinstance(told, str):
                told = {"country": told}  # "DE" is short for { country = "DE" }
            if isinstance(told, dict):
                found.append(self._area(Row(self.notes, told, path)))
            else:
                self.notes.wrong(path, f'{shown(told)} is no place such as "DE" or {{ country = "DE" }}')
        return tuple(found)

    def _area(self, row: "Row") -> Area:
        row.keys(("country", "region", "postcodes"), ("country",))
        return Area(row.country(), row.starts("postcodes"), row.region())

    def week(self, name: str, default: Week) -> Week:
        """When something works."""
        if name not in self.raw:
            return default
        told = Row(self.notes, self.notes.typed(self.raw, self.at(name), dict, {}), self.at(name))
        told.keys(("days", "holidays", "closed", "open"))
        days = told.weekdays("days", default.days)
        kept = told.texts("holidays") if "holidays" in told.raw else default.holidays
        for place, calendar in enumerate(kept):
            if not is_calendar(calendar):
                own = listed(sorted(overlays()))
                told.wrong(
                    f"holidays[{place}]",
                    f'{shown(calendar)} is no calendar: write a country such as "DE", a part of it such as '
                    f'"DE-BY", "{DESTINATION}", or one of {own}',
                )
        listed_days = told.notes.typed(told.raw, told.at("open"), list, [])
        extra = [told.day_of(day, f"{told.at('open')}[{n}]") for n, day in enumerate(listed_days)]
        return Week(days, kept, tuple(told.closed()), tuple(day for day in extra if day))

    def closed(self) -> Iterator[tuple[date, date]]:
        """The days of `closed`: single ones, and from one to another."""
        for place, told in enumerate(self.notes.typed(self.raw, self.at("closed"), list, [])):
            path = f"{self.at('closed')}[{place}]"
            if not isinstance(told, dict):
                first = last = self.day_of(told, path)
            else:
                row = Row(self.notes, told, path)
                row.keys(("from", "to"), ("from", "to"))
                first, last = row.day("from"), row.day("to")
            if first and last and first > last:
                self.notes.wrong(path, f"it ends on {last}, before it begins on {first}")
            elif first and last:
                yield first, last
