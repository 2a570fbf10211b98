"""The texts the house ships, one file a language, read once."""

import functools
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale

from wismo.notify.words import ReplyAction

FOLDER = Path(__file__).parent.parent / "texts"
SHARED = frozenset({
    *("direction", "day", "time", "order", "expected", "tracking", "voucher"),
    *("parcel_items", "order_items", "cart_items", "why", "why_feedback", "why_marketing"),
    *("unsubscribe", "preferences", "contact", "stop_hint", "demonstration", "score_low", "score_high"),
})
ACTIONS = frozenset(action.value for action in ReplyAction)
ANSWERS = frozenset({"done", "no_longer", "to_team", "stopped", "started", "help"})
PARTS = ("subject", "preheader", "heading", "body", "button", "short")


@dataclass(frozen=True, slots=True)
class Texts:
    """All the house's texts of one language."""

    language: str
    shared: Mapping[str, str]
    action: Mapping[str, str]  # by ReplyAction: the label of its button
    answer: Mapping[str, str]  # what is said back in a chat
    journey: Mapping[str, Mapping[str, str]]  # by journey, then by part

    @property
    def locale(self) -> Locale:
        """How dates, numbers and money are written in it."""
        return locale_of(self.language)

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl"."""
        return self.shared["direction"]

    @property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.direction == "rtl"


@functools.cache
def locale_of(language: str) -> Locale:
    """What Unicode's CLDR knows of the language."""
    return Locale.parse(language, sep="-")


@functools.cache
def all_texts() -> Mapping[str, Texts]:
    """Every language we can write in; ValueError with file and key where one is not complete."""
    found = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}
    lacking = {
        f"{language}.toml lacks {sorted(found['en'].journey.keys() - texts.journey.keys())}"
        for language, texts in found.items()
        if texts.journey.keys() != found["en"].journey.keys()
    }
    if lacking:
        raise ValueError("; ".join(sorted(lacking)))
    return found


def _read(path: Path) -> Texts:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Texts(
        language=path.stem,
        shared=_whole(path, "shared", raw.get("shared", {}), SHARED),
        action=_whole(path, "action", raw.get("action", {}), ACTIONS),
        answer=_whole(path, "answer", raw.get("answer", {}), ANSWERS),
        journey={
            key: _whole(path, f"journey.{key}", parts, PARTS) for key, parts in raw.get("journey", {}).items()
        },
    )


def _whole(path: Path, table: str, told: Mapping[str, Any], wanted: Collection[str]) -> dict[str, str]:
    if told.keys() != set(wanted) or not all(isinstance(text, str) for text in told.values()):
        raise ValueError(f"{path.name}: {table}: must have exactly {sorted(wanted)}, each a text")
    return dict(told)
