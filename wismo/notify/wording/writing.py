"""From texts and values to the parts of one message in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wismo.notify.port import LetterError
from wismo.notify.wording.own import OwnText, OwnTexts
from wismo.notify.wording.pen import BrokenText, Pen, pen_of
from wismo.notify.wording.texts import PARTS, Texts, all_texts

_SEAM = "\x1f"  # ASCII's own unit separator
NUMBERS = frozenset({"count", "delivered", "total"})  # what texts count by
# After Arabic letters "#1042" would read "1042#" (UAX 9, W2); a left-to-right mark before it keeps it whole.
_CODES = ("number", "voucher")
_MARK = "\u200e"
_Source = tuple[str, OwnText | None]  # a part's text, and whose it is: None for the house's


@dataclass(frozen=True, slots=True)
class Written:
    """The parts of one message, filled in."""

    parts: Mapping[str, str] = field(repr=False)  # all of PARTS; "" where nobody wrote one
    texts: Texts = field(repr=False)  # of its language, for labels and dates
    wording: str  # whose words: "house:en", "shop:en:3"
    html: str = field(default="", repr=False)  # the shop's own e-mail, still to be filled: see pages.py
    trouble: str = ""  # what is broken in the shop's own text, so that the house's was used for it

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.texts.language


def reading_order(language: str, offered: Sequence[str]) -> tuple[str, ...]:
    """The languages to look for a text in: the reader's, the shop's first, English."""
    return tuple(dict.fromkeys((language, *offered[:1], "en")))


def write(
    own: OwnTexts, journey: str, channel: str, values: Mapping[str, Any], languages: Sequence[str]
) -> Written:
    """The message in the first of the languages that has words for it.

    A shop's text that cannot be filled in silences nothing: the house's is used and `trouble` says why.
    LetterError where there is no text, or where the house has none instead of a broken one.
    """
    given = {name: int(value or 0) if name in NUMBERS else value for name, value in values.items()}
    for language in languages:
        texts = all_texts().get(language)
        if texts is None:
            continue
        mine, ours = own.of(journey, channel, language), texts.journey.get(journey, {})
        sources = _sources(mine, ours)
        if "short" in sources or "body" in sources or any(text.html for text in mine):
            return _written(mine, ours, texts, sources, _kept_whole(given) if texts.rtl else given)
    raise LetterError(f"no text for {journey!r} in {', '.join(languages)}")


def _kept_whole(given: Mapping[str, Any]) -> dict[str, Any]:
    codes = {name: str(given.get(name, "")) for name in _CODES}
    return {**given, **{n: f"{_MARK}{code}" for n, code in codes.items() if code and not code[0].isalpha()}}


def _sources(mine: Sequence[OwnText], ours: Mapping[str, str]) -> dict[str, _Source]:
    """Each part by who says it first: the shop for this channel, the shop for all, the house."""
    found: dict[str, _Source] = {part: (text, None) for part, text in ours.items()}
    for text in reversed(mine):
        found |= {part: (words, text) for part, words in text.parts.items() if part in PARTS}
    return found


def _written(
    mine: Sequence[OwnText],
    ours: Mapping[str, str],
    texts: Texts,
    sources: Mapping[str, _Source],
    given: Mapping[str, Any],
) -> Written:
    pen, parts, trouble = pen_of(texts.language), dict.fromkeys(PARTS, ""), []
    at_once = _at_once(pen, sources, given)
    for part, (words, whose) in () if at_once else sources.items():
        try:
            parts[part] = _line(pen, words, given)
        except BrokenText as error:
            if whose is None or part not in ours:
                raise LetterError(f"text {part!r} in {texts.language!r}: {error.why}") from error
            trouble.append(f"{part}: {error.why}")
            parts[part] = _house_line(pen, part, ours, given)
    whose_words = f"shop:{texts.language}:{mine[0].version}" if mine else f"house:{texts.language}"
    html = next((text.html for text in mine if text.html), "")
    return Written(at_once or parts, texts, whose_words, html, "; ".join(trouble))


def _at_once(pen: Pen, sources: Mapping[str, _Source], given: Mapping[str, Any]) -> dict[str, str] | None:
    """All parts by one call, so that the values are handed over once; None where one of them is broken."""
    try:
        told = pen.fill(_SEAM.join(words for words, _ in sources.values()), given).split(_SEAM)
    except BrokenText:
        return None
    if len(told) != len(sources):  # a value brought a seam of its own
        return None
    lines = (" ".join(text.split()) for text in told)
    return dict.fromkeys(PARTS, "") | dict(zip(sources, lines, strict=True))


def _line(pen: Pen, text: str, given: Mapping[str, Any]) -> str:
    return " ".join(pen.fill(text, given).split())


def _house_line(pen: Pen, part: str, ours: Mapping[str, str], given: Mapping[str, Any]) -> str:
    try:
        return _line(pen, ours[part], given)
    except BrokenText as error:
        raise LetterError(f"text {part!r}: {error.why}") from error
