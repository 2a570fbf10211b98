"""On which line each key of a TOML text stands, which tomllib does not tell. Pure.

The text has been read by tomllib before, so it is taken to be valid.
"""

import re
from collections.abc import Mapping
from typing import Final

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[ \t]*""")
_VALUE: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^\s,\]}#]+(?: \d[^\s,\]}#]*)?",  # a number, a word, a moment that is written with a space
    re.DOTALL,
)


def lines_of(text: str) -> Mapping[str, int]:
    """The line, from 1, of every key by its path, such as "route[1].channel" or "when[0].any[2].fact"."""
    return _Walk(text).lines


class _Walk:
    """One way through a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[str, int] = {}
        self._tables: dict[str, int] = {}  # how many of an array of tables there were
        self._walk()

    def _walk(self) -> None:
        table = ""
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _skip(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _mark(self, path: str, at: int) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, at) + 1)

    def _header(self) -> str:
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path = self._keys("", start)
        self.at += 2 if many else 1
        if many:
            place = self._tables.get(path, 0)
            self._tables[path] = place + 1
            path = f"{path}[{place}]"
        self._mark(path, start)
        return path

    def _keys(self, path: str, start: int) -> str:
        """The path that a dotted key leads to from `path`."""
        while found := _KEY.match(self.text, self.at):
            name = found[1] or found[2] or found[3] or ""
            path = f"{path}.{name}" if path else name
            self._mark(path, start)
            self.at = found.end()
            if self.text[self.at : self.at + 1] != ".":
                break
            self.at += 1
            if last := self._tables.get(path):  # a header below an array of tables means the last of them
                path = f"{path}[{last - 1}]"
        return path

    def _pair(self, table: str) -> None:
        path = self._keys(table, self.at)
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: str) -> None:
        self._skip()
        opening = self.text[self.at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline(path)
        else:
            found = _VALUE.match(self.text, self.at)
            self.at = found.end() if found else len(self.text)

    def _array(self, path: str) -> None:
        self.at += 1
        place = 0
        self._skip()
        while self.at < len(self.text) and self.text[self.at] != "]":
            self._mark(f"{path}[{place}]", self.at)
            self._value(f"{path}[{place}]")
            place += 1
            self._comma()
        self.at += 1

    def _inline(self, path: str) -> None:
        self.at += 1
        self._skip()
        while self.at < len(self.text) and self.text[self.at] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._skip()
        if self.text[self.at : self.at + 1] == ",":
            self.at += 1
            self._skip()
