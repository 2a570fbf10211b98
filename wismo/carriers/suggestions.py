"""What a code no pack maps may mean: a suggestion for a person to judge, with the words it rests on.

Three kinds of evidence, the best first: words whose meaning is known by language (`suggestions.toml`), the
likeness to a row of any pack, and the same code at several other carriers. Below `ENOUGH` nothing is said.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from wismo.carriers import registry
from wismo.carriers.loading import load_table
from wismo.carriers.pack import Pack, StatusRow
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TERMINAL, TO_MERCHANT, Leg, Status

ENOUGH = 0.6  # below this nothing is suggested
# The likeness to a row from which it counts, from 0 to 1; more where a parcel would be over and done with.
ALIKE, ALIKE_AT_THE_END = 0.75, 0.9
BY_WORDS, BY_MIXED_WORDS = 0.9, 0.65  # one meaning in the words, or several of which the longest is taken
BY_SAME_CODE, AGREEING = 0.6, 3  # so many other packs must give the code one meaning, and none another
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch",
    "ja": "Japanese", "ko": "Korean", "hi": "Hindi", "zh": "Chinese",
}  # fmt: skip
# Scripts that write without spaces, or (Korean) with spaces that come and go.
_SOLID = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_DENIAL = re.compile(r"\b(?:not|non|un|no|nicht|kein|pas|mancata|niet|geen)|n't\b|未|不|미|नहीं")
_BREAKS = re.compile(r"[^\w\u0900-\u097f]+|_+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A likely meaning; `score` is from ENOUGH to 1, `why` an English sentence."""

    status: Status
    leg: Leg
    reason: Reason | None
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: str  # as `plain` writes it, between spaces; without any where the script has none
    shown: str
    language: str
    status: Status | None  # None: it only hides what lies inside it
    leg: Leg
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A pack's row and one way it is worded."""

    pack: Pack
    row: StatusRow
    shown: str
    pieces: frozenset[str]


class Suggester:
    """Suggests by the rows of these packs, which it has looked through once."""

    def __init__(self, packs: Collection[Pack]) -> None:
        self._packs = tuple(packs)
        self._rows = [
            _Known(pack, row, shown, pieces)
            for pack in packs
            for row in (*pack.statuses.rows, *pack.phrases)
            for shown in _wordings(row)
            if row.status is not Status.UNKNOWN  # to say that one does not know is no meaning
            if len(pieces := _pieces(shown)) > 3  # fewer is too little to be like
        ]
        self._at: dict[str, list[int]] = defaultdict(list)  # the rows that hold a piece
        for place, known in enumerate(self._rows):
            for piece in known.pieces:
                self._at[piece].append(place)

    def suggest(self, source: str, code: str, texts: Sequence[str]) -> Suggestion | None:
        """The likeliest meaning of a source's code that came with these texts.

        None where little speaks for one.
        """
        # A code may be words itself ("OUT_FOR_DELIVERY"); where it is not, it does no harm among the texts.
        told = [text for text in (*texts, code) if text.strip()]
        found = _by_words(told) or self._by_likeness(told) or self._by_same_code(source, code)
        return found if found is not None and found.score >= ENOUGH else None

    def _by_likeness(self, texts: Iterable[str]) -> Suggestion | None:
        """The meaning of the row whose words are most like these."""
        best: tuple[float, int] | None = None
        for text in texts:
            pieces = _pieces(text)
            shared = Counter(place for piece in pieces for place in self._at.get(piece, ()))
            for place, count in shared.items():
                known = self._rows[place]
                score = 2 * count / (len(pieces) + len(known.pieces))
                least = ALIKE_AT_THE_END if known.row.status in TERMINAL else ALIKE
                if score < least or _denies(text) != _denies(known.shown):
                    continue
                best = max(best, (score, -place)) if best else (score, -place)  # of equals the first
        if best is None:
            return None
        known = self._rows[-best[1]]
        row = known.row
        why = f"like “{known.shown}” of {known.pack.name}"
        return Suggestion(row.status, row.leg, row.reason, round(best[0], 2), why)

    def _by_same_code(self, source: str, code: str) -> Suggestion | None:
        """What several other carriers mean by the very same code, where all of them agree."""
        rows = {p.name: row for p in self._packs if p.id != source and (row := _exact(p, code)) is not None}
        meanings = {(row.status, row.leg) for row in rows.values()}
        if len(rows) < AGREEING or len(meanings) > 1:
            return None
        ((status, leg),) = meanings
        return Suggestion(status, leg, None, BY_SAME_CODE, f"the same code at {', '.join(sorted(rows))}")


@cache
def suggester() -> Suggester:
    """The one that knows all packs."""
    return Suggester(registry.packs().values())


def plain(text: str) -> str:
    """The words of a text in lower case, without accents, with one space around each."""
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", _CAMEL.sub(" ", text).casefold()))
    return f" {' '.join(_BREAKS.sub(' ', unicodedata.normalize('NFC', folded)).split())} "


def _by_words(texts: Iterable[str]) -> Suggestion | None:
    """What the longest phrase says; with the way back, where another phrase tells of it."""
    phrases = [phrase for text in texts for phrase in _said(text)]
    telling = sorted((p for p in phrases if p.status is not None), key=lambda p: -len(p.words))
    if not telling:
        return None
    way_back = next((p.leg for p in telling if p.leg in TO_MERCHANT), None)
    ahead = [p for p in telling if p.leg not in TO_MERCHANT] if way_back else []
    best = (ahead or telling)[0]
    leg = way_back or best.leg
    reasons = (p.reason for p in telling if p.status is best.status and p.reason)
    meanings = {p.status for p in (ahead or telling)}
    return Suggestion(
        status=_arrived(best.status or Status.UNKNOWN, leg),
        leg=leg,
        reason=next(reasons, None),
        score=BY_WORDS if len(meanings) == 1 else BY_MIXED_WORDS,
        why=f"its words say {_quoted(telling)}",
    )


def _quoted(phrases: Sequence[_Phrase]) -> str:
    """Each phrase once with its language, three at most."""
    shown = dict.fromkeys(f"“{p.shown}” ({LANGUAGES[p.language]})" for p in phrases)
    return " and ".join(list(shown)[:3])


def _said(text: str) -> list[_Phrase]:
    """The phrases in a text that lie inside no other."""
    spaced = plain(text)
    forms = (spaced, "".join(spaced.split()))
    found = [p for p in _phrases() if p.words in forms[0 if p.words[0] == " " else 1]]
    return [p for p in found if not any(p is not q and p.words.strip() in q.words for q in found)]


@cache
def _phrases() -> tuple[_Phrase, ...]:
    file = resources.files("wismo.carriers") / "suggestions.toml"
    top = load_table("suggestions.toml", file.read_text(encoding="utf-8"))
    phrases: dict[str, _Phrase] = {}
    for table in top.tables("meaning"):
        status = table.word("status", Status) if "status" in table else None
        leg = table.word("leg", Leg, Leg.FORWARD)
        reason = table.word("reason", Reason) if "reason" in table else None
        for language in LANGUAGES:
            for shown in table.texts(language):
                words = plain(shown)
                solid = "".join(words.split()) if _SOLID.search(shown) else words
                # A word two languages share is told once, by the earlier of them.
                phrases.setdefault(solid, _Phrase(solid, shown, language, status, leg, reason))
        table.close()
    top.close()
    return tuple(phrases.values())


def _wordings(row: StatusRow) -> Iterator[str]:
    """What a row calls its event: words of the carrier, a code that is words, and our note."""
    yield from filter(None, (row.text, row.contains, row.code.rstrip("*"), row.note))


def _pieces(text: str) -> frozenset[str]:
    """Three letters in a row, word by word; two where the script has no spaces."""
    words = plain(text).split()
    return frozenset(piece for word in words for piece in _cut(word))


def _denies(text: str) -> bool:
    """Whether it says that something is not so: one word's difference, and the opposite meaning."""
    return _DENIAL.search(text.casefold()) is not None


def _cut(word: str) -> Collection[str]:
    if _SOLID.search(word):
        return [word[n : n + 2] for n in range(max(1, len(word) - 1))]
    framed = f" {word} "
    return [framed[n : n + 3] for n in range(len(framed) - 2)]


def _exact(pack: Pack, code: str) -> StatusRow | None:
    return next(
        (row for row in pack.statuses.rows if row.code and row.code.casefold() == code.casefold()), None
    )


def _arrived(status: Status, leg: Leg) -> Status:
    return Status.RETURNED if status is Status.DELIVERED and leg in TO_MERCHANT else status
