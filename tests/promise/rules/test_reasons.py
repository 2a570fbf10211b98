"""Reasons in plain words."""

import string
from datetime import date
from typing import Any

import pytest

from wismo.promise.rules.reasons import SENTENCES, say


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        ("preorder", {"available": "2026-12-15"}, "The goods are there on Tuesday 15 December 2026."),
        ("preorder", {"available": date(2026, 12, 15)}, "The goods are there on Tuesday 15 December 2026."),
        (
            "closed_day",
            {"day": "2026-12-25", "why": "Christmas Day", "next": "2026-12-28"},
            "The warehouse does not work on Friday 25 December 2026 (Christmas Day); "
            "it goes on on Monday 28 December 2026.",
        ),
        (
            "calibrated",
            {"level": 0.95, "asked": 0.9712},
            "To have 95 % arrive in time there, we ask for 97.1 %: so it came out lately.",
        ),
        (
            "unknown_holidays",
            {"calendars": ["XX", "YY"]},
            "We know no holidays of XX, YY: such days count as working days.",
        ),
        ("a code of long ago", {}, "a code of long ago"),
        ("preorder", {}, "preorder"),
    ],
)
def test_a_reason_is_a_sentence(code: str, facts: dict[str, Any], sentence: str) -> None:
    assert say(code, facts) == sentence


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_can_be_said_with_the_facts_it_names(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    told = say(code, dict.fromkeys(names, ""))
    assert told.endswith(".")
    assert "{" not in told
