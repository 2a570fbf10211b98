"""Fills a text in: minijinja on plain data, with the plural rules of one language.

Only str, int, list and dict are handed in: minijinja calls the methods of any object it is given.
"""

import functools
import secrets
from collections.abc import Mapping
from typing import Any

from minijinja import Environment, TemplateError

from wismo.notify.wording.texts import locale_of

FUEL = 50_000  # a text that loops without end stops here, after about a millisecond
_FUNCTIONS = frozenset({"plural", "range", "dict", "namespace"})
KEPT = 4000  # compiled texts a language; a shop's old ones must not pile up


class BrokenText(ValueError):
    """A text cannot be filled in: what is wrong, and on which of its lines."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.line = why, line


class Pen:
    """Writes in one language. Each text is compiled once."""

    def __init__(self, language: str, *, escape: bool = False) -> None:
        # Babel takes 5 µs for each, and the same few numbers come again and again.
        self._plural = functools.lru_cache(maxsize=1024)(locale_of(language).plural_form)
        self._env = Environment(
            globals={"plural": self._chosen},
            fuel=FUEL,
            undefined_behavior="strict",
            auto_escape_callback=lambda _name: "html" if escape else False,
            debug=False,
        )
        self._env.remove_global("debug")
        self._names: dict[str, str] = {}

    def fill(self, text: str, values: Mapping[str, Any]) -> str:
        """The text with its placeholders filled; BrokenText where it asks for what is not given."""
        if "{" not in text:
            return text
        try:
            return self._env.render_template(self._names.get(text) or self._learn(text), **values)
        except TemplateError as error:
            raise BrokenText(_why(error), error.line or 0) from error
        except (TypeError, ValueError) as error:  # of `plural`
            raise BrokenText(str(error)) from error

    def check(self, text: str) -> None:
        """BrokenText where the text is not well-formed."""
        self.asked(text)

    def asked(self, text: str) -> frozenset[str]:
        """The variables that the text asks for; BrokenText where it is not well-formed."""
        try:
            return frozenset(self._env.undeclared_variables_in_str(text)) - _FUNCTIONS
        except TemplateError as error:
            raise BrokenText(_why(error), error.line or 0) from error

    def _learn(self, text: str) -> str:
        if len(self._names) >= KEPT:
            self._names = {}
            self._env.clear_templates()
        # Nobody can guess the name, so no text can include another shop's.
        name = secrets.token_hex(16)
        self._env.add_template(name, text)
        self._names[text] = name
        return name

    def _chosen(self, count: int | str, **forms: str) -> str:
        """The form for so many, by the plural rules of the language (Unicode CLDR)."""
        if "other" not in forms:
            raise ValueError('plural() needs other="…"')
        return forms.get(self._plural(int(count)), forms["other"])


def _why(error: TemplateError) -> str:
    """What is wrong, without the words around it that only a programmer reads."""
    kinds = {"UndefinedError": "it asks for something that is not given", "OutOfFuel": "it never ends"}
    return kinds.get(error.kind) or (error.detail or str(error).partition(" (in ")[0])


@functools.cache
def pen_of(language: str) -> Pen:
    """The pen for plain text in this language."""
    return Pen(language)


@functools.cache
def html_pen_of(language: str) -> Pen:
    """The pen for HTML in this language: every value is escaped."""
    return Pen(language, escape=True)


def fill(text: str, values: Mapping[str, Any], language: str = "en") -> str:
    """The text filled in and on one line; BrokenText where that cannot be done."""
    return " ".join(pen_of(language).fill(text, values).split())
