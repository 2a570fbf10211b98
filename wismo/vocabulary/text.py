"""Text that can be kept."""

import re

_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


def can_keep(text: str) -> bool:
    """Whether it is free of NUL, which PostgreSQL refuses, and of lone surrogates, which UTF-8 has not."""
    return _UNKEPT.search(text) is None
