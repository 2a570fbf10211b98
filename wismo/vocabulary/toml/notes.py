"""What is wrong with a text in TOML, gathered while it is read, so that all of it is told at once. Pure."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

W = TypeVar("W", bound=StrEnum)
T = TypeVar("T", str, int, float, bool, list[Any], dict[str, Any])
LONGEST = 40_000  # characters of a text
KINDS: Mapping[type, str] = {
    str: 'text in quotes, such as "shipped"',
    int: "a whole number, such as 1",
    float: "a number, such as 5",
    bool: "true or false",
    list: 'a list, such as ["email"]',
    dict: 'a table, such as { milestone = "delivered" }',
}
_ABSENT = object()
_AT_LINE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a text."""

    line: int  # from 1
    key: str  # as a path: "route[1].channel"; "" where no key can be named
    says: str  # what is wrong, and what to write

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.says}" if self.key else f"line {self.line}: {self.says}"


class TextError(ValueError):
    """A text is not one we can follow: all its problems, each with its line and what to write."""

    def __init__(self, problems: Sequence[Problem], name: str = "") -> None:
        """`name` is the file's, where there is one."""
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        before = f"{name}: " if name else ""
        super().__init__("\n".join(f"{before}{problem}" for problem in self.problems))


def parse(text: str) -> dict[str, Any] | Problem:
    """The values of the text; what is wrong where it is no TOML, or too long."""
    if len(text) > LONGEST:
        return Problem(1, "", f"it is longer than {LONGEST} characters")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        return Problem(line, "", f"this is not TOML: {_AT_LINE.sub('', str(error))}")
    except RecursionError:
        return Problem(1, "", "it is nested too deeply")


class Notes:
    """Reads values, and notes what is wrong with each instead of stopping at the first."""

    def __init__(self, lines: Mapping[str, int], kinds: Mapping[type, str] = KINDS) -> None:
        """`lines` says where each key stands; `kinds` names the types of values, with examples."""
        self._lines, self._kinds = lines, kinds
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
            self.wrong(path, f"{shown(value)} is not {self._kinds[kind]}")
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
