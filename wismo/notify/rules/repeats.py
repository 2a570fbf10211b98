"""Hand-overs that are repeated under the same reference, since nobody can tell what became of them. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from wismo.notify.port import Outcome, Result

# LINE and Resend remember a reference for 24 hours; an hour is kept for clocks and queues.
REMEMBERED = timedelta(hours=23)
_NOT_NOW = frozenset({Result.RETRY, Result.DOWN})


def repeatable(started_at: datetime, now: datetime) -> bool:
    """Whether the provider still knows the reference of a hand-over that began then."""
    return now - started_at < REMEMBERED


def tries_by(started_at: datetime, now: datetime, waits: Sequence[timedelta]) -> int:
    """The number of the try it is now, from 1, of a hand-over that has been repeated after these waits."""
    number, gone = 1, now - started_at
    for wait in waits:
        gone -= wait
        if gone < timedelta():
            break
        number += 1
    return number


def in_doubt(outcome: Outcome) -> Outcome:
    """What an answer to a repetition says of the hand-over: a "not now" says nothing of the first time."""
    return replace(outcome, result=Result.UNKNOWN) if outcome.result in _NOT_NOW else outcome
