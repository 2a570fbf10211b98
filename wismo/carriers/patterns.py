"""How carriers write a time: "iso", "epoch", "epoch_ms", "dotnet", or a pattern of strptime.

Each becomes a function from the carrier's words to a datetime, naive or aware as written; None where they
are not a time of that kind. Patterns of fixed width are read by a regular expression, which gives what
strptime gives and takes a fifth of its time.
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Parser = Callable[[str], datetime | None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNT = re.compile(r"-?\d{1,16}(?:\.\d{1,9})?", re.ASCII)
_DOTNET = re.compile(r"/Date\((-?\d{1,16})([+-]\d{4})?\)/", re.ASCII)

# The directives that are read without strptime where each has its full width; `_LOOSE`: all it may take.
_UNITS = {
    "Y": "year", "m": "month", "b": "month", "B": "month",
    "d": "day", "H": "hour", "M": "minute", "S": "second",
}  # fmt: skip
_MONTHS = {
    letter: {name.lower(): month for month, name in enumerate(names) if name}
    for letter, names in (("b", calendar.month_abbr), ("B", calendar.month_name))
}
_TWO = r"([0-9]{2})"
_FIXED = dict.fromkeys(_UNITS, _TWO) | {"Y": r"([0-9]{4})", "b": r"([A-Za-z]+)", "B": r"([A-Za-z]+)"}
_LOOSE = dict.fromkeys(_UNITS, r"[\s\d]{1,2}") | {"Y": r"\d{4}", "b": r"\w+", "B": r"\w+"}


def parser_of(pattern: str) -> Parser:
    """The function that reads one way of writing a time; ValueError where the pattern is none."""
    if pattern in _NAMED:
        return _NAMED[pattern]
    if "%" not in pattern:
        raise ValueError(f"is neither one of {', '.join(_NAMED)} nor a pattern such as %d/%m/%Y %H:%M")
    try:  # strptime says what is wrong with a pattern only when it reads
        datetime.strptime(datetime(2026, 11, 24, 10, 15, tzinfo=UTC).strftime(pattern), pattern)  # noqa: DTZ007
    except re.error as error:
        raise ValueError(f"is no pattern of strptime: {error}") from error
    if says_year(pattern):
        return _fixed(pattern) or _strptime(pattern)
    if not _names_day(pattern):
        raise ValueError("names neither a year nor a day of it; write a month and a day, as %m/%d %H:%M")
    return _in_a_leap_year(pattern)


def says_year(pattern: str) -> bool:
    """Whether a time written so names its year."""
    return pattern in _NAMED or any(f"%{letter}" in pattern for letter in "YyGcx")


def _names_day(pattern: str) -> bool:
    month = any(f"%{letter}" in pattern for letter in "mbB")
    return "%j" in pattern or (month and "%d" in pattern)


def _in_a_leap_year(pattern: str) -> Parser:
    """The reader of a time without a year: a year that has every day stands for the one it does not say."""
    parse = _strptime(f"%Y {pattern}")
    return lambda raw: parse(f"2000 {raw}")


def _iso(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(raw)
    except ValueError:
        return None


def _since_1970(unit: timedelta) -> Parser:
    def parse(raw: str) -> datetime | None:
        if _COUNT.fullmatch(raw) is None:
            return None
        try:
            return _EPOCH + float(raw) * unit if "." in raw else _EPOCH + int(raw) * unit
        except OverflowError:
            return None

    return parse


_milliseconds = _since_1970(timedelta(milliseconds=1))


def _dotnet(raw: str) -> datetime | None:
    found = _DOTNET.fullmatch(raw)
    at = _milliseconds(found[1]) if found else None
    if at is None or found is None or found[2] is None:
        return at
    size = timedelta(hours=int(found[2][1:3]), minutes=int(found[2][3:]))
    try:
        return at.astimezone(timezone(-size if found[2][0] == "-" else size))
    except (ValueError, OverflowError):
        return at


_NAMED: dict[str, Parser] = {
    "iso": _iso,
    "epoch": _since_1970(timedelta(seconds=1)),
    "epoch_ms": _milliseconds,
    "dotnet": _dotnet,
}


def _strptime(pattern: str) -> Parser:
    def parse(raw: str) -> datetime | None:
        try:
            return datetime.strptime(raw, pattern)  # noqa: DTZ007
        except ValueError:
            return None

    return parse


def _fixed(pattern: str) -> Parser | None:
    """The fast reader of a pattern of year, month, day, hour, minute and second, each at most once."""
    parts = re.split(r"%(.)", pattern)
    units = [_UNITS.get(letter, "") for letter in parts[1::2]]
    if "" in units or "year" not in units or len(set(units)) != len(units):
        return None
    match, possible = (re.compile(_written(parts, fields)).fullmatch for fields in (_FIXED, _LOOSE))
    months = _MONTHS.get("b" if "b" in parts[1::2] else "B" if "B" in parts[1::2] else "")
    slow = _strptime(pattern)

    def parse(raw: str) -> datetime | None:
        found = match(raw)
        if found is None:
            return slow(raw) if possible(raw) else None
        told = dict(zip(units, found.groups(), strict=True))
        try:
            month = months[told["month"].lower()] if months else int(told.get("month", 1))
            return datetime(  # noqa: DTZ001
                int(told["year"]), month, int(told.get("day", 1)),
                int(told.get("hour", 0)), int(told.get("minute", 0)), int(told.get("second", 0)),
            )  # fmt: skip
        except (ValueError, KeyError):
            return None

    return parse


def _written(parts: list[str], fields: dict[str, str]) -> str:
    """A pattern as a regular expression; white space stands for any white space, as in strptime."""
    return "".join(
        fields[part] if at % 2 else r"\s+".join(map(re.escape, re.split(r"\s+", part)))
        for at, part in enumerate(parts)
    )
