"""Texts that a country's registry knows word by word: India's DLT. Pure.

TRAI: what differs from the registered text is dropped by the network without a word. So the text is written
from the registered one, and what cannot be is refused here.
"""

import re

from wismo.notify.port import Approved, LetterError

# TRAI: {#var#}, or since 2024 tagged: {#numeric#}, {#alphanumeric#}, {#url#}, {#urlott#}, {#cbn#}, {#email#}.
_PLACES = re.compile(r"(?:\{#[a-z]+#\})+")
_ONE = re.compile(r"\{#[a-z]+#\}")
_LINK = re.compile(r"\{#(url|urlott)#\}")
ROOM = 30  # characters that one placeholder stands for; what is longer was registered with several in a row
_MAY_BE_CUT = frozenset({"product", "title"})  # names of things; half a number or a link is none
_ROOM_OF_A_LINK = 255  # its host is on the entity's list; no length is known to be set


def as_registered(approved: Approved) -> str:
    """The registered text with our values. LetterError where they do not fit into its places."""
    places = _PLACES.findall(approved.body)
    values = [value for _name, value in approved.variables]
    if len(places) != len(values):
        raise LetterError(
            f"template {approved.name}: {len(places)} places in the registered text, and {len(values)} values"
        )
    for place, (name, value) in zip(places, approved.variables, strict=True):
        room = _room(place)
        if not value or (len(value) > room and name not in _MAY_BE_CUT):
            raise LetterError(
                f"template {approved.name}: {name} has 1 to {room} characters, not {len(value)}"
            )
    rest = iter(value[: _room(place)].strip() for place, value in zip(places, values, strict=True))
    return _PLACES.sub(lambda _place: next(rest), approved.body)


def is_as_registered(text: str, body: str) -> bool:
    """Whether a text is the registered one with something in each place."""
    fixed = [re.escape(part) for part in _PLACES.split(body)]
    rooms = [_room(place) for place in _PLACES.findall(body)]
    pattern = fixed[0] + "".join(f".{{1,{room}}}{part}" for room, part in zip(rooms, fixed[1:], strict=True))
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def _room(place: str) -> int:
    return sum(_ROOM_OF_A_LINK if _LINK.fullmatch(one) else ROOM for one in _ONE.findall(place))
