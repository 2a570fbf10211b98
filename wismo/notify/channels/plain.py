"""A letter where there is only plain text: SMS, and chats in their simplest form. Pure."""

import re

from wismo.notify.port import Letter

_BREAKS = re.compile(r"\s+")


def in_short(letter: Letter) -> str:
    """Who writes, what for, and where to look: "Acme: Your order 1001 is out for delivery today. https://…"."""
    parts = [f"{letter.brand}: {letter.short.strip()}"]
    if letter.url and letter.url not in letter.short:
        parts.append(letter.url)
    return " ".join(parts)


def in_short_with_a_way_out(letter: Letter) -> str:
    """The same, and how to end it by a reply."""
    return f"{in_short(letter)} {letter.stop_hint}".strip()


def one_line(text: str) -> str:
    """Without line breaks and runs of spaces."""
    return _BREAKS.sub(" ", text).strip()


def at_most(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"
