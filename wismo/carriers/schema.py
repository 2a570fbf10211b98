"""A table of TOML that is read with checks: every error names the file, the table, the key and the cure."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from wismo.carriers.paths import Getter, compile_path
from wismo.carriers.transforms import TRANSFORMS, Reader, nothing, one, several

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")


class PackError(ValueError):
    """A pack is not sound; the message says where and what to do."""


class Table:
    """One table of a pack. Ask for its keys, then `close()` it: a key nobody asked for is a mistake."""

    def __init__(self, file: str, path: str, data: dict[str, Any]) -> None:
        self.file, self.path, self._data = file, path, data
        self._known: set[str] = set()

    def error(self, key: str, problem: str) -> PackError:
        """The error to raise for a key."""
        table = f"[{self.path}]" if self.path else "top of the file"
        return PackError(f"{self.file}: {table}: {key}: {problem}")

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def __bool__(self) -> bool:
        return bool(self._data)

    def __iter__(self) -> Iterator[str]:
        """All keys, for tables whose keys are data."""
        return iter(self._data)

    def shown(self, key: str) -> str:
        """A value as its author wrote it, for messages."""
        return str(self._data.get(key, ""))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required where there is no default."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.error(key, f'{value!r} is not a text; write it in quotes: {key} = "…"')
        return value

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f'{value!r} is not a list of texts; write {key} = ["…", "…"]')
        return tuple(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"{value!r} is neither true nor false; write one of them without quotes")
        return value

    def texts_by_name(self, key: str) -> dict[str, str]:
        """A table of texts, by names that are data."""
        table = self.table(key)
        return {name: table.text(name) for name in table}

    def value(self, key: str) -> Any:
        """Whatever stands there; None where nothing does."""
        self._known.add(key)
        return self._data.get(key)

    def whole(self, key: str, default: int) -> int:
        """A whole number, 1 at least."""
        value = self._get(key, default)
        if value.__class__ is not int or (value < 1 and key in self):
            raise self.error(key, f"{value!r} is not a whole number of 1 at least; write one without quotes")
        return int(value)

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(item.__class__ is int for item in value):
            raise self.error(key, f"{value!r} is not a list of whole numbers; write {key} = [404]")
        return tuple(value)

    def positive(self, key: str, default: float) -> float:
        """A number above nought."""
        value = self._get(key, default)
        if value.__class__ not in {int, float} or value <= 0:
            raise self.error(key, f"{value!r} is not a number above nought; write one without quotes")
        return float(value)

    def word(self, key: str, words: type[E], default: E | None = None) -> E:
        """One word of a closed list."""
        return words(self.one_of(key, [str(word) for word in words], default))

    def one_of(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        """One text of a closed list."""
        value = self.text(key, default)
        if value not in words:
            raise self.error(key, f"{value!r} is not a known word; use one of: {', '.join(words)}")
        return value

    def getter(self, key: str, default: str | None = None) -> Getter:
        """A JMESPath expression, compiled."""
        return self._compiled(key, compile_path, self.text(key, default))

    def reader(self, key: str) -> Reader:
        """A field: one path, or a named transform of several. Reads nothing where it is not given."""
        value = self._get(key, "")
        if value == "":
            return nothing
        if isinstance(value, str):
            return self._compiled(key, one, value)
        names = [name for name in TRANSFORMS if isinstance(value, dict) and name in value]
        if len(names) != 1 or not set(value) <= {names[0], "with"}:
            shape = f'"a.path", or {{ {" | ".join(TRANSFORMS)} = ["…", "…"], with = "…" }}'
            raise self.error(key, f"{value!r} is neither a path nor one transform; write {shape}")
        paths = Table(self.file, f"{self.path}.{key}", value).texts(names[0])
        separator = Table(self.file, f"{self.path}.{key}", value).text("with", "")
        return self._compiled(key, lambda texts: several(names[0], texts, separator), paths)

    def table(self, key: str) -> "Table":
        """A table inside this one; empty where it is not given."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"{value!r} is not a table; write [{self._below(key)}]")
        return Table(self.file, self._below(key), value)

    def tables(self, key: str) -> list["Table"]:
        """A list of tables, each named by its place (from 1)."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"is not a list of tables; write [[{self._below(key)}]]")
        return [Table(self.file, f"{self._below(key)} {at}", item) for at, item in enumerate(value, 1)]

    def close(self) -> None:
        """Refuse keys nobody asked for."""
        for key in self._data:
            if key not in self._known:
                raise self.error(key, f"is not a key here; the keys are: {', '.join(sorted(self._known))}")

    def _get(self, key: str, default: Any) -> Any:
        self._known.add(key)
        value = self._data.get(key, default)
        if value is None:
            raise self.error(key, "is missing; add it")
        return value

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _compiled(self, key: str, compiler: Callable[[Any], V], value: Any) -> V:
        try:
            return compiler(value)
        except ValueError as error:
            raise self.error(key, f"{value!r} is not JMESPath ({error}); correct the expression") from error
