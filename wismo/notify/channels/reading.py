"""Reading what anybody may have written: part by part, and with no other failure than Unreadable. Pure."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from wismo.notify.port import Heard, HeardBroken, Unreadable

# What code that reads a payload as its provider documents it raises on one that is otherwise. Times out of
# the calendar are OverflowError and OSError; too deep a nesting is RecursionError.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError)


def json_of(body: bytes) -> Any:
    """What a body says as JSON; Unreadable where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is not JSON") from error


def each(parts: object, read_one: Callable[[Any], list[Heard]], *, named: str) -> list[Heard]:
    """What every part says. A broken one is listed as such and holds up none of the others.

    Unreadable where there are none, or not one can be read; `named` says what they are.
    """
    if not isinstance(parts, list):
        raise Unreadable(f"not a list of {named}")
    found = [one for place, part in enumerate(parts) for one in _read(part, place, read_one, named)]
    if found and all(isinstance(one, HeardBroken) for one in found):
        raise Unreadable("; ".join(one.why for one in found if isinstance(one, HeardBroken))[:500])
    return found


def _read(part: Any, place: int, read_one: Callable[[Any], list[Heard]], named: str) -> list[Heard]:
    try:
        return read_one(part)
    except Unreadable as error:
        why = str(error)
    except BROKEN as error:
        why = type(error).__name__  # its words may quote what somebody wrote
    return [HeardBroken(_key(part, place), f"no. {place + 1} of {named}: {why}")]


def _key(part: Any, place: int) -> str:
    try:
        told = json.dumps(part, sort_keys=True)
    except BROKEN:
        told = str(place)
    return f"broken:{place}:{hashlib.sha256(told.encode()).hexdigest()[:32]}"
