"""What changed between two texts: line by line for rules, word by word for sentences."""

import difflib
import re
from dataclasses import dataclass

ALIKE = 0.5  # below, word by word only confuses: the old and the new stand apart
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went or came."""

    how: str  # same | gone | new
    text: str


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a rule's text."""

    how: str
    text: str


def words_changed(before: str, after: str) -> list[Piece]:
    """The change of one sentence, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matched = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matched.ratio() < ALIKE:
        return [Piece(how, text) for how, text in (("gone", before), ("new", after)) if text]
    pieces = []
    for tag, a, b, c, d in matched.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        pieces += [Piece("gone", "".join(old[a:b]))] if b > a else []
        pieces += [Piece("new", "".join(new[c:d]))] if d > c else []
    return pieces


def lines_changed(before: str, after: str, *, around: int = 2) -> list[DiffLine]:
    """The change of a whole text, line by line, with a few lines that stayed around each."""
    found: list[DiffLine] = []
    old, new = before.splitlines(), after.splitlines()
    for line in list(difflib.unified_diff(old, new, n=around, lineterm=""))[2:]:
        if line.startswith("@@"):
            found += [DiffLine("gap", "…")] if found else []
            continue
        how = {"+": "new", "-": "gone"}.get(line[:1], "same")
        found.append(DiffLine(how, line[1:]))
    return found
