"""How many parts a text message is sent, and paid, in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# 3GPP TS 23.038, 6.2.1: the default alphabet, and the table behind the escape, whose characters count twice.
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")
_TWO_UNITS = 0x10000  # UTF-16 writes what lies beyond as a pair


class Encoding(StrEnum):
    """How a text message's characters are written."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


# 3GPP TS 23.040, 9.2.3.24.1: several parts each carry a header of six bytes, which leaves less for the text.
_ALONE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
_JOINED = {Encoding.GSM7: 153, Encoding.UCS2: 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as a phone network counts it."""

    encoding: Encoding
    segments: int
    characters: int  # as the network counts: "€" and "[" are two, an emoji is two or more
    left: int  # what still fits into the last part
    costly: tuple[str, ...]  # the characters that no GSM-7 message can hold, each once


def count(text: str) -> Segments:
    """The encoding the text needs, and its parts. Empty, it is still one."""
    costly = tuple(dict.fromkeys(c for c in text if c not in _ALPHABET and c not in _ESCAPED))
    encoding = Encoding.UCS2 if costly else Encoding.GSM7
    units = [_units(character, encoding) for character in text]
    total = sum(units)
    if total <= _ALONE[encoding]:
        return Segments(encoding, 1, total, _ALONE[encoding] - total, costly)
    segments, used = _pack(units, _JOINED[encoding])
    return Segments(encoding, segments, total, _JOINED[encoding] - used, costly)


def _units(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in _ESCAPED else 1
    return 2 if ord(character) >= _TWO_UNITS else 1


def _pack(units: Sequence[int], room: int) -> tuple[int, int]:
    """How many parts, and what the last of them holds: a pair is never torn apart between two."""
    segments, used = 1, 0
    for unit in units:
        if used + unit > room:
            segments, used = segments + 1, 0
        used += unit
    return segments, used
