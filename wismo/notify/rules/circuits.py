"""When a provider that refuses or does not answer is left alone, and for how long. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wismo.notify.port import Outcome, Result
from wismo.notify.words import Failure

OPENS_AT = 5  # failures in a row, where one of the account's own making counts twice
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(minutes=30)
_OURS = 2


def weight(outcome: Outcome) -> int:
    """How much an answer speaks against the provider or our account there; 0 where it speaks for it."""
    if outcome.result in {Result.DOWN, Result.UNKNOWN}:
        return 1
    if outcome.failure is Failure.CONFIG:
        return _OURS
    return 1 if outcome.failure is Failure.BROKEN else 0


def after(failures: int, answers: Sequence[Outcome]) -> int:
    """The failures in a row after these answers of about the same time: a good one ends them."""
    weights = [weight(outcome) for outcome in answers]
    if not all(weights):
        return 0
    if failures >= OPENS_AT:
        return min(failures + 1, 1000)  # what was tried after a pause failed, too
    return min(failures + sum(weights), OPENS_AT)


def rests_until(failures: int, now: datetime) -> datetime | None:
    """Until when the account rests after so many failures in a row; None where it does not."""
    if failures < OPENS_AT:
        return None
    doubled: int = 2 ** min(failures - OPENS_AT, 10)
    return now + min(_FIRST * doubled, _LONGEST)
