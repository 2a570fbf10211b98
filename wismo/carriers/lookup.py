"""Rows found by a code: the exact row, else the longest wildcard."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    """What can be looked up: `code` is exact, or ends in `*`."""

    @property
    def code(self) -> str:
        """The code, exact or with a wildcard at its end."""


R = TypeVar("R", bound=Row)


class Lookup(Generic[R]):
    """`RT|*` stands for every code that begins with `RT|`, and for `RT` itself. Exact rows win.

    `find` gives the row of a code, and None where there is none: never a guess.
    """

    find: Callable[[str], R | None]

    def __init__(self, rows: Iterable[R]) -> None:
        self.rows = tuple(rows)
        self._exact = {row.code: row for row in self.rows if not row.code.endswith("*")}
        wild = [row for row in self.rows if row.code.endswith("*")]
        self._wild = [(row.code[:-1], row) for row in sorted(wild, key=lambda row: -len(row.code))]
        self._bare = {prefix[:-1]: row for prefix, row in self._wild if prefix.endswith("|")}
        self.find = lru_cache(maxsize=2048)(self._find)  # carriers say the same few codes again and again

    def _find(self, code: str) -> R | None:
        row = self._exact.get(code) or self._bare.get(code)
        if row is not None:
            return row
        for prefix, wild in self._wild:
            if code.startswith(prefix):
                return wild
        return None
