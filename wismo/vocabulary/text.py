"""Text that can be kept, and text that is one line."""

import re

_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def can_keep(text: str) -> bool:
    """Whether it is free of NUL, which PostgreSQL refuses, and of lone surrogates, which UTF-8 has not."""
    return _UNKEPT.search(text) is None


def keepable(text: str) -> str:
    """The text without what cannot be kept."""
    return _UNKEPT.sub("", text)


def is_line(text: str) -> bool:
    """Whether it can be kept and is one line: a line break would end the header of a mail."""
    return can_keep(text) and _CONTROLS.search(text) is None
