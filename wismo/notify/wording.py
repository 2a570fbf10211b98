"""The texts of the messages, one file a language, and how they become a letter in the reader's own."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from minijinja import Environment, TemplateError

from wismo.notify.journey import Journey
from wismo.notify.port import LetterError

FOLDER = Path(__file__).parent / "texts"
SHARED = frozenset({
    *("direction", "day", "time", "order", "expected", "tracking", "parcel_items", "order_items"),
    *("why", "contact", "demonstration"),
})
PARTS = frozenset({"subject", "preheader", "heading", "body", "button"})
FUEL = 50_000  # a text that loops without end stops here, after about a millisecond


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language."""

    language: str
    shared: Mapping[str, str]
    journey: Mapping[str, Mapping[str, str]]

    @property
    def locale(self) -> Locale:
        """How dates are written in it."""
        return Locale.parse(self.language, sep="-")


@functools.cache
def all_texts() -> Mapping[str, Texts]:
    """Every language we can write in, read once; ValueError with file and key where one is not complete."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> Texts:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    if raw.get("shared", {}).keys() != SHARED:
        raise ValueError(f"{path.name}: shared: must have exactly {sorted(SHARED)}")
    for key, parts in raw.get("journey", {}).items():
        if parts.keys() != PARTS:
            raise ValueError(f"{path.name}: journey.{key}: must have exactly {sorted(PARTS)}")
    return Texts(path.stem, raw["shared"], raw.get("journey", {}))


def day_in(texts: Texts, day: date | None) -> str:
    """The day as this language writes it; "" where there is none."""
    return format_date(day, texts.shared["day"], locale=texts.locale) if day else ""


def time_in(texts: Texts, at: datetime, zone: tzinfo) -> str:
    """The time of day in the zone, as this language writes it."""
    return format_time(at, texts.shared["time"], tzinfo=zone, locale=texts.locale)


def write_parts(texts: Texts, journey: Journey, values: Mapping[str, str]) -> dict[str, str]:
    """Subject, preheader, heading, body and button, filled in; LetterError where a text is broken."""
    parts = texts.journey.get(journey.key)
    if parts is None:
        raise LetterError(f"no text for {journey.key!r} in {texts.language!r}")
    return {name: fill(part, values) for name, part in parts.items()}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled, on one line; LetterError where it asks for what is not given."""
    try:
        return " ".join(_environment().render_str(text, **values).split())
    except TemplateError as error:
        raise LetterError(f"text {text[:60]!r}: {error.kind}") from error


@functools.cache
def _environment() -> Environment:
    # Plain text: it is escaped where it becomes HTML. Callers give strings only, never objects with methods.
    return Environment(
        fuel=FUEL, undefined_behavior="strict", auto_escape_callback=lambda _name: False, debug=False
    )
