"""What the answer to a hand-over, or a later receipt, means for its message. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from wismo.notify.journey.model import Journey, NextOn
from wismo.notify.port import Outcome, Result
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.notify.words import Failure, Kind

MOST = 50  # attempts on one channel of a message that never expires
_NEXT_ON = {
    Failure.ADDRESS: frozenset({NextOn.UNREACHABLE, NextOn.FAILED}),
    Failure.INVALID: frozenset({NextOn.UNREACHABLE, NextOn.FAILED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A hand-over: which of the message's on this channel, from 1, by which step of the route, and when."""

    number: int
    step: int
    now: datetime
    expires_at: datetime | None
    waits: tuple[timedelta, ...]  # after the first failure, the second, …; the last stays
    seed: int = 0  # the message's own


def after_attempt(outcome: Outcome, tried: Tried, journey: Journey) -> Verdict:
    """The verdict on a hand-over.

    DONE with `again_at`: it was taken, and the next channel follows then unless it is told to be delivered.
    WAIT with NEXT_CHANNEL: the step after `tried.step` follows at once. WAIT with RETRY: the same one again.
    """
    seen = {"attempt": tried.number, "detail": outcome.detail}
    if outcome.result is Result.UNKNOWN:
        return Verdict("send", Ruling.DONE, Code.UNKNOWN, seen)
    if outcome.result is Result.SENT:
        return Verdict("send", Ruling.DONE, Code.SENT, seen, _follows_at(outcome, tried, journey))
    if outcome.result is Result.REFUSED:
        return after_failure(outcome.failure, tried, journey, detail=outcome.detail)
    again = tried.now + pause(tried, outcome.again_after)
    late = tried.expires_at is not None and again >= tried.expires_at
    if late or tried.number >= MOST:
        return after_failure(Failure.BROKEN, tried, journey, detail=outcome.detail)
    seen["again_at"] = again.isoformat()
    return Verdict("send", Ruling.WAIT, Code.RETRY, seen, again)


def after_failure(failure: Failure | None, tried: Tried, journey: Journey, *, detail: str) -> Verdict:
    """The verdict on a message that this channel will not deliver: the next of its route, or the end."""
    seen = {"attempt": tried.number, "detail": detail, "failure": failure.value if failure else ""}
    refused = failure is Failure.OPTED_OUT
    if _leads_on(failure, tried.step, journey) and _fresh(tried):
        seen |= {"step": tried.step + 1, "next": journey.route[tried.step + 1].channel}
        return Verdict("send", Ruling.WAIT, Code.NEXT_CHANNEL, seen, tried.now)
    code = str(Code.OPTED_OUT) if refused else Code.PROVIDER_ERROR.of(detail)
    return Verdict("send", Ruling.STOP, code, seen)


def _leads_on(failure: Failure | None, step: int, journey: Journey) -> bool:
    if step + 1 >= len(journey.route):
        return False
    # To go round a refusal by another channel would be to launder it; facts of their own order may.
    if failure is Failure.OPTED_OUT and journey.kind is not Kind.TRANSACTIONAL:
        return False
    wanted = _NEXT_ON.get(failure, frozenset({NextOn.FAILED})) if failure else frozenset({NextOn.FAILED})
    return bool(wanted & journey.route[step].next_on)


def _fresh(tried: Tried) -> bool:
    return tried.expires_at is None or tried.now < tried.expires_at


def _follows_at(outcome: Outcome, tried: Tried, journey: Journey) -> datetime | None:
    """When the next channel follows, where this step waits for a receipt of delivery."""
    step = journey.route[tried.step]
    last = tried.step + 1 >= len(journey.route)
    if outcome.delivered or last or NextOn.NO_DELIVERED not in step.next_on:
        return None
    return tried.now + step.wait


def pause(tried: Tried, asked: timedelta | None) -> timedelta:
    """How long to wait before the same channel is tried again: as long as the provider asks at least.

    Up to a quarter more, drawn from the message, so that those which failed together do not return together.
    """
    usual = tried.waits[min(tried.number, len(tried.waits)) - 1]
    wait = max(usual, asked) if asked is not None else usual
    drawn = int.from_bytes(sha256(f"retry|{tried.seed}|{tried.number}".encode()).digest()[:4]) / 2**32
    return wait * (1 + drawn / 4)
