"""What is wrong with a journey's text, gathered while it is read, so that all of it is told at once. Pure."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from wismo.notify.journey.durations import parse_duration
from wismo.notify.journey.model import Problem

W = TypeVar("W", bound=StrEnum)
T = TypeVar("T", str, int, float, bool, list[Any], dict[str, Any])
_KINDS = {
    str: 'text in quotes, such as "shipped"',
    int: "a whole number, such as 1",
    float: "a number, such as 5",
    bool: "true or false",
    list: 'a list, such as ["email"]',
    dict: 'a table, such as { milestone = "delivered" }',
}
_ABSENT = object()
LONGEST = timedelta(days=1000)


class Notes:
    """Reads values, and notes what is wrong with each instead of stopping at the first."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        """`lines` says where each key stands."""
        self._lines = lines
        self.problems: list[Problem] = []

    def wrong(self, path: str, says: str) -> None:
        """Note a problem at the line of `path`, or of the nearest table around it that has one."""
        above = path
        while above and above not in self._lines:
            dot, bracket = above.rfind("."), above.rfind("[")
            above = above[: max(dot, bracket, 0)]
        self.problems.append(Problem(self._lines.get(above, 1), path, says))

    def keys(
        self, raw: Mapping[str, Any], path: str, known: Collection[str], needed: Collection[str]
    ) -> None:
        """Note what is not known here, and what is missing."""
        for name in raw:
            if name not in known:
                self.wrong(join(path, name), f"there is no such key; write one of {listed(known)}")
        for name in needed:
            if name not in raw:
                self.wrong(join(path, name), "is missing")

    def typed(self, raw: Mapping[str, Any], path: str, kind: type[T], default: T) -> T:
        """The value of the last name of `path`, or `default` where it is not there or of another type."""
        value = raw.get(path.rpartition(".")[2], _ABSENT)
        if value is _ABSENT:
            return default
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(path, f"{shown(value)} is not {_KINDS[kind]}")
            return default
        return value

    def word(self, path: str, words: type[W], value: Any) -> W | None:
        """One of a closed list of words."""
        try:
            return words(value)
        except ValueError:
            self.wrong(path, f"{shown(value)} is none of {listed(list(words))}")
            return None

    def words(self, raw: Mapping[str, Any], path: str, words: type[W]) -> tuple[W, ...]:
        """A list of such words, in its order."""
        told = self.typed(raw, path, list, [])
        found = [self.word(f"{path}[{place}]", words, value) for place, value in enumerate(told)]
        return tuple(word for word in found if word is not None)

    def span(self, raw: Mapping[str, Any], path: str) -> timedelta | None:
        """A duration such as "4h"; None where there is none."""
        before = len(self.problems)
        text = self.typed(raw, path, str, "")
        if path.rpartition(".")[2] not in raw or len(self.problems) > before:
            return None
        try:
            found = parse_duration(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return None
        if found > LONGEST:
            self.wrong(path, f"{text} is too long; write {LONGEST.days}d at most")
        return found


def join(path: str, name: str) -> str:
    """The path of a key within another."""
    return f"{path}.{name}" if path else name


def shown(value: Any) -> str:
    """A value as a person wrote it in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def listed(words: Collection[str]) -> str:
    """A closed list in words."""
    return ", ".join(words)
