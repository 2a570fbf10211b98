"""An answer that does not say whose it is, with what was asked around it.

`{"asked": {"number": "…", "answer": …}}`: an answer in JSON stands there as it is, one in XML or HTML as a
text, which is read as the pack's payload says. `on`, the day it was asked, stands there only for carriers
whose times have no year: it makes every day's answer another one.
"""

import json
from datetime import date
from typing import Any

from wismo.carriers.characters import Undecodable, characters
from wismo.carriers.decoding import from_json, is_markup


def lay_around(body: bytes, number: str, on: date | None = None) -> bytes:
    """The answer in its envelope. Whatever the bytes: what cannot be read is kept as a text."""
    asked = {"number": number} | ({"on": on.isoformat()} if on else {})
    return json.dumps({"asked": {**asked, "answer": _value(body)}}).encode()


def markup_in(data: Any) -> str | None:
    """The text of XML or HTML in an envelope; None where it is no envelope, or holds another answer."""
    asked = data.get("asked") if isinstance(data, dict) else None
    answer = asked.get("answer") if isinstance(asked, dict) else None
    return answer if isinstance(answer, str) and answer.lstrip()[:1] == "<" else None


def with_answer(data: Any, answer: Any) -> Any:
    """The envelope with this in the place of its answer."""
    return {**data, "asked": {**data["asked"], "answer": answer}}


def _value(body: bytes) -> Any:
    if not is_markup(body):
        try:
            return from_json(body)
        except Undecodable:
            pass
    try:
        return characters(body, errors="replace")
    except Undecodable:
        return body.decode("utf-8", "replace")
