"""What an attempt's new state means for its message. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from wismo.notify.journey.model import Journey, NextOn
from wismo.notify.rules.attempts import Tried, after_failure
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.notify.words import Failure

GATE = "receipt"
# Nobody knew whether it was taken, though it may wait to be handed over once more.
_OPEN = frozenset({"sending", "unknown", "queued", "claimed"})
_ON_ITS_WAY = frozenset({"queued", "claimed", "awaiting"})  # to another hand-over
_TAKEN = frozenset({"sending", "unknown", "awaiting", "sent"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as it stands when a receipt for one of its attempts moves that."""

    state: str
    step: int
    last: bool  # whether it is about the last of its attempts
    now: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Then:
    """The verdict to keep, and where the message stands by it; "" for where it stood."""

    verdict: Verdict | None
    state: str = ""
    step: int = 0
    due_at: datetime | None = None


def after_receipt(
    reached: str, failure: Failure | None, code: str, standing: Standing, journey: Journey | None
) -> Then:
    """What follows from an attempt that has reached this state."""
    if reached == "accepted":
        return _accepted(standing, journey)
    if reached in {"delivered", "read"}:
        verdict = Verdict(GATE, Ruling.DONE, Code.READ if reached == "read" else Code.DELIVERED)
        # What comes for an earlier channel once the next one has it is kept, and changes nothing.
        ends = standing.last or standing.state in _ON_ITS_WAY
        return Then(verdict, "sent" if ends else "", standing.step)
    if reached == "failed" and standing.last and standing.state in _TAKEN:
        return _failed(failure, code, standing, journey)
    return Then(None)


def _accepted(standing: Standing, journey: Journey | None) -> Then:
    if standing.state not in _OPEN or not standing.last:
        return Then(None)
    verdict = Verdict(GATE, Ruling.DONE, Code.SENT)
    if journey is None or standing.step + 1 >= len(journey.route):
        return Then(verdict, "sent", standing.step)
    step = journey.route[standing.step]
    if NextOn.NO_DELIVERED not in step.next_on:
        return Then(verdict, "sent", standing.step)
    return Then(verdict, "awaiting", standing.step, standing.now + step.wait)


def _failed(failure: Failure | None, code: str, standing: Standing, journey: Journey | None) -> Then:
    tried = Tried(number=1, step=standing.step, now=standing.now, expires_at=standing.expires_at, waits=())
    if journey is None or standing.step >= len(journey.route):
        verdict = Verdict(GATE, Ruling.STOP, Code.PROVIDER_ERROR.of(code), {"detail": code})
        return Then(verdict, "not_sent", standing.step)
    verdict = replace(after_failure(failure, tried, journey, detail=code), gate=GATE)
    if verdict.ruling is Ruling.WAIT:
        return Then(verdict, "queued", standing.step + 1, standing.now)
    return Then(verdict, "not_sent", standing.step)
