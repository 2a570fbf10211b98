"""Words that end, allow again, or ask about messages, in every language we write. Pure.

The whole message has to be the word: "stop" ends, "please stop at the neighbour's" is for the team.
"""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_FILE = Path(__file__).with_name("keywords.toml")
_LISTS = {"stop", "start", "start_if_stopped", "help", "polite"}
_LONGEST = 200  # characters: a longer message is a letter
# What Unicode does not take apart into a letter and its accent, though people leave it out all the same.
_PLAIN = str.maketrans({"ı": "i", "đ": "d", "ł": "l", "ø": "o", "ـ": "", "ى": "ي", "ة": "ه", "ß": "ss"})


class Word(StrEnum):
    """What a message of nothing but a known word asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class _Lists:
    stop: frozenset[str]
    start: frozenset[str]
    start_if_stopped: frozenset[str]
    help: frozenset[str]
    polite: tuple[str, ...]  # the longest first


def word_of(text: str, *, stopped: bool = False) -> Word | None:
    """What the whole message asks for, if anything. `stopped`: this person ended messages before."""
    if len(text) > _LONGEST:
        return None
    lists = _lists()
    said = plain(text)
    forms = {said, _once(said), *_without_politeness(said, lists.polite)}
    if forms & lists.stop:
        return Word.STOP
    if forms & lists.start or (stopped and forms & lists.start_if_stopped):
        return Word.START
    return Word.HELP if forms & lists.help else None


def plain(text: str) -> str:
    """The words alone: no case, width, accents, vowel signs of Arabic, punctuation or pictures."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFD", folded)
    kept = "".join(sign for sign in apart if not _is_accent(sign))
    letters = unicodedata.normalize("NFC", kept).translate(_PLAIN)
    return " ".join("".join(sign if _is_said(sign) else " " for sign in letters).split())


def _is_accent(sign: str) -> bool:
    """Latin accents, vowel signs of Arabic, what cannot be seen; signs of other scripts are letters."""
    return "\u0300" <= sign <= "\u036f" or "\u064b" <= sign <= "\u065f" or unicodedata.category(sign) == "Cf"


def _is_said(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _once(said: str) -> str:
    """ "stop stop stop" and "s t o p" are "stop" with emphasis."""
    words = said.split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)
    return words[0] if words and len(set(words)) == 1 else said


def _without_politeness(said: str, polite: Iterable[str]) -> set[str]:
    """What is left when polite words are taken from both ends, one after the other."""
    forms = set()
    for _ in range(4):
        before = said
        for word in polite:
            said = _without(said, word)
        if said == before:
            break
        forms.add(said)
        forms.add(_once(said))
    return forms


def _without(said: str, word: str) -> str:
    if not _spaced(word):  # scripts without spaces write it right beside
        return said.removeprefix(word).removesuffix(word).strip()
    return f" {said} ".removeprefix(f" {word} ").removesuffix(f" {word} ").strip()


def _spaced(word: str) -> bool:
    return not re.match(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]", word)


def answered_by(provider: str, text: str) -> bool:
    """Whether the provider itself says back what this word does, so that we must not say it twice."""
    return plain(text) in _answered().get(provider, ())


@functools.cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@functools.cache
def _answered() -> dict[str, frozenset[str]]:
    return {provider: frozenset(map(plain, words)) for provider, words in _file()["answered"].items()}


@functools.cache
def _lists() -> _Lists:
    found = _read({language: lists for language, lists in _file().items() if language != "answered"})
    return _Lists(
        stop=frozenset(found["stop"]),
        start=frozenset(found["start"]),
        start_if_stopped=frozenset(found["start_if_stopped"]),
        help=frozenset(found["help"]),
        polite=tuple(sorted(found["polite"], key=len, reverse=True)),
    )


def _read(languages: Mapping[str, Mapping[str, list[str]]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in _LISTS}
    for language, lists in languages.items():
        if lists.keys() != _LISTS:
            raise ValueError(f"keywords.toml, [{language}]: write exactly {', '.join(sorted(_LISTS))}")
        for name, words in lists.items():
            found[name] |= {plain(word) for word in words}
    return found
