"""What is wrong, or may be, with a shop's own text before it is published. Pure."""

import difflib
import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from wismo.notify.rules import segments
from wismo.notify.wording.pen import BrokenText, Pen, html_pen_of, pen_of
from wismo.notify.wording.texts import PARTS, locale_of
from wismo.notify.wording.variables import VARIABLES, barely
from wismo.notify.words import Kind

LONGEST = 4000  # characters of one part
_FORBIDDEN = re.compile(r"{%-?\s*(include|import|from|extends|macro|call|block)\b")
_PLURAL = re.compile(r"\bplural\(\s*\w+\s*((?:,\s*\w+\s*=\s*(?:[^()]|\([^()]*\))*)+)\)")
_FORM = re.compile(r"[,(\s](zero|one|two|few|many|other)\s*=")
_SHORTENED = re.compile(r"\b(bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|cutt\.ly|is\.gd)/", re.IGNORECASE)
# Twilio: YES is a word that opts in, CANCEL and END are words that opt out, whatever was asked.
_ANSWER = re.compile(r"\b(?:reply|answer|text|send)\W+(yes|start|stop|cancel|end|quit)\b", re.IGNORECASE)
# Left out of a shop's text where the house's has it, the reader misses it.
_TELLING = ("number", "voucher", "offer", "title", "text")


class Level(StrEnum):
    """Whether it can be published all the same."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    level: Level
    part: str  # one of PARTS, or "mjml"
    text: str
    line: int = 0  # of the part, from 1; 0 where it is about the whole


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it would be published."""

    channel: str  # "": every channel
    language: str
    kind: Kind
    parts: Mapping[str, str]
    house: Mapping[str, str] = field(default_factory=dict)  # what it takes the place of; empty where nothing
    values: Mapping[str, Any] = field(default_factory=dict)  # made-up ones, none empty


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a part may be in one channel once it is filled in."""

    channel: str
    part: str
    warn: int
    most: int
    why: str


LIMITS = (
    Limit("email", "subject", 70, 250, "phones show about 40 characters, mail programs about 70"),
    Limit("email", "preheader", 140, 500, "mail programs show about 100 characters"),
    Limit("email", "button", 40, 100, "a button is one line"),
    Limit("webpush", "heading", 50, 120, "browsers cut a title off after about 50 characters"),
    Limit("webpush", "short", 150, 1000, "browsers cut the text off after about 150 characters"),
    Limit("whatsapp", "short", 1024, 4096, "the body of a template holds 1,024 characters"),
    Limit("whatsapp", "button", 20, 25, "a quick reply's title holds 20 characters"),
    Limit("line", "short", 160, 5000, "a text with buttons holds 160 characters"),
    Limit("line", "button", 20, 40, "a button's label holds 20 characters"),
    Limit("kakao", "short", 900, 1000, "an Alimtalk holds 1,000 characters"),
    Limit("messenger", "short", 640, 2000, "a text with buttons holds 640 characters"),
    Limit("telegram", "short", 1024, 4096, "a message holds 4,096 characters"),
    Limit("inapp", "heading", 60, 250, "a title is one line"),
)


def lint(draft: Draft) -> list[Finding]:
    """Everything to look at, errors first; no error means that it can be filled in for every reader."""
    found = [finding for check in _CHECKS for finding in check(draft)]
    return sorted(dict.fromkeys(found), key=lambda f: (f.level is Level.WARNING, _place(f.part), f.line))


def _place(part: str) -> int:
    return PARTS.index(part) if part in PARTS else len(PARTS)


def _well_formed(draft: Draft) -> Iterator[Finding]:
    for part, text in draft.parts.items():
        if part not in PARTS:
            yield Finding(Level.ERROR, part, f"there is no such part: write {', '.join(PARTS)}")
        elif len(text) > LONGEST:
            yield Finding(Level.ERROR, part, f"longer than {LONGEST:,} characters")
        else:
            yield from template_findings(part, text, pen_of(draft.language), frozenset(VARIABLES))


def template_findings(part: str, text: str, pen: Pen, known: frozenset[str]) -> Iterator[Finding]:
    """What keeps a template from being filled in: its syntax, what it must not do, unknown variables."""
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Finding(Level.ERROR, part, f"{{% {found[1]} %}} is not allowed in a text", line)
        return
    try:
        pen.check(text)
    except BrokenText as error:
        yield Finding(Level.ERROR, part, error.why, error.line)
        return
    for name in sorted(pen.asked(text) - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        meant = f"; did you mean {{{{ {near[0]} }}}}?" if near else ""
        yield Finding(Level.ERROR, part, f"there is no variable {name}{meant}", _line_of(name, text))


def _line_of(name: str, text: str) -> int:
    found = re.search(rf"\b{re.escape(name)}\b", text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def filled(draft: Draft) -> dict[str, str]:
    """Each part that can be filled in with the made-up values, as a reader would see it."""
    shown = {}
    for part, text in draft.parts.items():
        try:
            shown[part] = " ".join(pen_of(draft.language).fill(text, draft.values).split())
        except BrokenText:
            continue  # `_fillable` tells
    return shown


def _fillable(draft: Draft) -> Iterator[Finding]:
    """Tried on every sort of order: one parcel and many, with all that may be known and with the least."""
    tries = [
        base | {"count": n} for base in (dict(draft.values), barely(draft.values)) for n in (1, 2, 5, 21)
    ]
    for part, text in draft.parts.items():
        if any(True for _ in template_findings(part, text, pen_of(draft.language), frozenset(VARIABLES))):
            continue
        for values in tries:
            try:
                words = pen_of(draft.language).fill(text, values).strip()
            except BrokenText as error:
                yield Finding(Level.ERROR, part, error.why, error.line)
                break
            if not words and text.strip() and part in {"subject", "heading", "short"}:
                yield Finding(Level.ERROR, part, "it says nothing where a value is missing")
                break


def _lengths(draft: Draft) -> Iterator[Finding]:
    shown = filled(draft)
    for limit in LIMITS:
        length = len(shown.get(limit.part, ""))
        if draft.channel not in {"", limit.channel} or length <= limit.warn:
            continue
        level = Level.ERROR if length > limit.most else Level.WARNING
        if draft.channel == "" and level is Level.ERROR:
            level = Level.WARNING  # another channel's room; it has a text of its own, or none goes there
        yield Finding(level, limit.part, f"{length} characters: {limit.why} ({limit.channel})")
    if draft.channel in {"", "sms"} and "short" in shown:
        yield from _sms_length(draft, shown["short"])


def _sms_length(draft: Draft, short: str) -> Iterator[Finding]:
    # The channel sets the brand before it and a link after it.
    whole = segments.count(f"{draft.values.get('brand', '')}: {short} https://example.com/t/0123456789abcdef")
    if whole.segments > 10:
        yield Finding(Level.ERROR, "short", f"{whole.segments} SMS segments: providers take 10 at most")
    elif whole.segments > 3:
        yield Finding(
            Level.WARNING, "short", f"{whole.segments} SMS segments ({whole.encoding}), each is paid for"
        )


def _left_out(draft: Draft) -> Iterator[Finding]:
    pen = pen_of(draft.language)
    for part, text in draft.parts.items():
        if part not in draft.house:
            continue
        try:
            lost = pen.asked(draft.house[part]) - pen.asked(text)
        except BrokenText:
            continue  # `_well_formed` tells
        for name in _TELLING:
            if name in lost:
                means = VARIABLES[name].means
                yield Finding(Level.WARNING, part, f"it no longer says {{{{ {name} }}}}, {means}")


def _promotion(draft: Draft) -> Iterator[Finding]:
    if draft.kind is not Kind.TRANSACTIONAL:
        return
    words = (*_promoting()["every"], *_promoting().get(draft.language, ()))
    house = " ".join(draft.house.values()).casefold()  # speaks of the voucher that a delay brings
    for part, text in draft.parts.items():
        bare = re.sub(r"{{.*?}}|{%.*?%}", " ", text, flags=re.DOTALL).casefold()
        if hit := next((word for word in words if word in bare and word not in house), ""):
            yield Finding(
                Level.WARNING,
                part,
                f"“{hit}” reads as advertising: a message about an order must not carry any,"
                " and WhatsApp would charge it as marketing",
            )


def _plurals(draft: Draft) -> Iterator[Finding]:
    # Not all that CLDR names: some forms are for millions or for fractions alone.
    rule = locale_of(draft.language).plural_form
    needed = {rule(n) for n in range(200)} | {"other"}
    for part, text in draft.parts.items():
        for call in _PLURAL.finditer(text):
            lacking = sorted(needed - set(_FORM.findall(call[1])))
            if lacking and "~" in call[1]:  # without the number in it, one and more is all there is to say
                line = text.count("\n", 0, call.start()) + 1
                yield Finding(
                    Level.WARNING,
                    part,
                    f"plural() has no form for {', '.join(lacking)}, which this language tells apart",
                    line,
                )


def _answers(draft: Draft) -> Iterator[Finding]:
    for part, text in draft.parts.items():
        if part == "short" and (found := _ANSWER.search(text)):
            why = f"asking for “{found[1]}” by SMS opts people in or out: ask for 1 or 2 instead"
            yield Finding(Level.WARNING, part, why)
        if found := _SHORTENED.search(text):
            yield Finding(Level.WARNING, part, f"carriers filter messages with links of {found[1]}")


_CHECKS: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    *(_well_formed, _fillable, _lengths, _left_out, _promotion, _plurals, _answers),
)


@functools.cache
def _promoting() -> Mapping[str, tuple[str, ...]]:
    path = Path(__file__).parent / "promotion.toml"
    return {key: tuple(words) for key, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def page_findings(page: str, kind: Kind, known: frozenset[str]) -> list[Finding]:
    """The same for a compiled e-mail of the shop's own."""
    found = list(template_findings("mjml", page, html_pen_of("en"), known | frozenset(VARIABLES)))
    if any(finding.level is Level.ERROR for finding in found):
        return [Finding(f.level, f.part, f.text) for f in found]  # lines of the HTML say nothing of the MJML
    if kind is not Kind.TRANSACTIONAL and "unsubscribe_url" not in page:
        found.append(Finding(Level.ERROR, "mjml", "it must offer {{ unsubscribe_url }}: the law asks for it"))
    if not re.search(r"{{\s*url\s*}}", page):
        found.append(
            Finding(Level.WARNING, "mjml", "it has no {{ url }}: nobody can follow the order from it")
        )
    if len(page.encode()) > 100_000:
        found.append(Finding(Level.WARNING, "mjml", "Gmail cuts off what is longer than 102 KB"))
    return found
