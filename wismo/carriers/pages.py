"""From an HTML page to its tables and its text.

The standard library's HTML parser takes minutes for some bodies of a few hundred kilobytes, so a page is
cut by expressions that never look at a character more than a few times.
"""

import html
import re
from typing import Any

from wismo.carriers.characters import Undecodable, characters

_NAME_ENDS = r"(?![A-Za-z0-9])[^<>]*+>"
_INLINE = re.compile(
    r"</?(?:a|abbr|b|em|font|i|label|small|span|strong|sub|sup|u)" + _NAME_ENDS, re.IGNORECASE
)
_OF_A_TABLE = re.compile(r"<(/?(?:table|tr|td|th))" + _NAME_ENDS, re.IGNORECASE)
_OTHER = re.compile(r"<(?!/?(?:table|tr|td|th)(?![a-z0-9]))(?:/?[a-z][a-z0-9]*+|[!?])[^<>]*+>", re.IGNORECASE)
# What nobody sees, from its begin to its end, if it has one.
_UNSEEN = re.compile(r"<!--|<(script|style|template|noscript|title)(?![A-Za-z0-9])", re.IGNORECASE)

Table = list[dict[str, str]]  # rows of {"c0": …, "c1": …}


def from_html(body: bytes | str) -> dict[str, Any]:
    """`tables`, in the order they begin, and `text`: all that can be seen, white space made one space."""
    source = _INLINE.sub("", _visible(characters(body, errors="replace")))
    # Cut at the tags of tables: text, tag, text, tag, … text.
    pieces = _OF_A_TABLE.split(_OTHER.sub(" ", source))
    try:
        return {"tables": _tables(pieces[1::2], pieces[2::2]), "text": _seen(" ".join(pieces[0::2]))}
    except ValueError as error:  # a character named by a number of thousands of digits
        raise Undecodable(f"not HTML: {error}") from error


def _visible(source: str) -> str:
    """The page without its comments, scripts and styles."""
    seen, at = [], 0
    while begin := _UNSEEN.search(source, at):
        seen.append(source[at : begin.start()])
        mark = f"</{begin[1].lower()}[^<>]*+>?" if begin[1] else "-->"
        end = re.compile(mark, re.IGNORECASE).search(source, begin.end())
        at = end.end() if end else len(source)
    return " ".join([*seen, source[at:]])


def _tables(tags: list[str], texts: list[str]) -> list[Table]:
    """The tables of these tags, each tag with the text behind it."""
    tables: list[Table] = []
    within: list[_Open] = []  # tables that have not ended, the innermost last
    for tag, text in zip(map(str.lower, tags), texts, strict=True):
        if tag == "table":
            tables.append([])
            within.append(_Open(tables[-1]))
        elif not within:
            continue
        elif tag == "/table":
            within.pop().end_row()
        else:
            within[-1].tag(tag)
        if within:
            within[-1].read(text)
    for table in within:
        table.end_row()
    return tables


class _Open:
    """A table that has not ended, with the row and the cell being read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.row: list[str] = []
        self.cell: list[str] | None = None

    def read(self, text: str) -> None:
        if self.cell is not None:
            self.cell.append(text)

    def tag(self, name: str) -> None:
        self.end_cell()
        if name in {"tr", "/tr"}:
            self.end_row()
        elif name in {"td", "th"}:
            self.cell = []

    def end_cell(self) -> None:
        if self.cell is not None:
            self.row.append(_seen(" ".join(self.cell)))
            self.cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self.row:
            self.table.append({f"c{at}": text for at, text in enumerate(self.row)})
            self.row = []


def _seen(text: str) -> str:
    return " ".join(html.unescape(text).split())
