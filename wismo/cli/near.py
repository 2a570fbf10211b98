"""What an operator may have meant by a name that nobody has."""

from collections.abc import Iterable
from difflib import get_close_matches


def meant(said: str, names: Iterable[str], otherwise: str) -> str:
    """How an error about a name ends: with the nearest names, if any are near; then where all are told."""
    plain = said.strip().casefold().replace(" ", "-").replace("_", "-")
    near = get_close_matches(plain, list(names), n=3, cutoff=0.6)
    return f"; did you mean {', '.join(near)}? {otherwise}" if near else f"; {otherwise}"
