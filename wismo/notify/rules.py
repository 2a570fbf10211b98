"""Whether a message may still be sent, and what an attempt means. Pure: facts in, verdict out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from wismo.notify.journey import Journey
from wismo.notify.port import Outcome, Result
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

# After one of these the parcel's way to the buyer is over, whatever the clocks of two scans say.
_FINAL = frozenset({
    Milestone.DELIVERED,
    Milestone.ALL_DELIVERED,
    Milestone.RETURN_STARTED,
    Milestone.RETURNED,
})


class Code(StrEnum):
    """Why a message was, or was not, sent: the closed list. Two carry a detail after a colon."""

    SENT = "sent"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"  # superseded:<milestone>
    WRONG_LEG = "wrong_leg"
    PROMISE_KEPT = "promise_kept"
    TOO_OLD = "too_old"
    NO_ADDRESS = "no_address"
    RENDER_ERROR = "render_error"
    RETRY = "retry"
    PROVIDER_ERROR = "provider_error"  # provider_error:<the provider's code>
    UNKNOWN = "unknown"

    def of(self, detail: str) -> str:
        """The code with its detail, as it is stored."""
        return f"{self.value}:{detail}"


class Ruling(StrEnum):
    """What a verdict does to its message."""

    PASS = "pass"  # noqa: S105  # a word, not a secret
    STOP = "stop"  # it will not be sent
    WAIT = "wait"  # it will be tried again
    DONE = "done"  # it was handed over, or nobody can tell


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's decision: what it does, its code, and the facts it used."""

    gate: str
    ruling: Ruling
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    again_at: datetime | None = None  # where the ruling is WAIT


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone of the order or parcel, with when it was reached."""

    milestone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the gates look at, as it stands at `now`. Holds nothing about a person."""

    now: datetime
    happened_at: datetime
    expires_at: datetime | None
    cancelled_at: datetime | None  # the order
    leg: Leg | None  # the parcel's three; None where the message is about an order
    status: Status | None
    late: bool | None
    milestones: tuple[Reached, ...]  # of the parcel; of all outbound parcels for an order
    usable_address: bool  # the buyer has one that the message's channel can reach


Gate = Callable[[Facts, Journey], Verdict | None]


def cancelled(facts: Facts, journey: Journey) -> Verdict | None:
    """An order that was cancelled, or a parcel that never was to be, is not spoken of."""
    if facts.cancelled_at is not None:
        seen = {"order_cancelled_at": facts.cancelled_at.isoformat()}
        return Verdict("cancelled", Ruling.STOP, Code.CANCELLED, seen)
    if facts.status is Status.CANCELLED:
        return Verdict("cancelled", Ruling.STOP, Code.CANCELLED, {"status": facts.status})
    return None


def wrong_leg(facts: Facts, journey: Journey) -> Verdict | None:
    """A buyer never hears of an arrival while the parcel travels to the merchant."""
    if facts.leg is None or facts.leg in journey.legs:
        return None
    seen = {"leg": facts.leg, "legs": sorted(journey.legs)}
    return Verdict("leg", Ruling.STOP, Code.WRONG_LEG, seen)


def superseded(facts: Facts, journey: Journey) -> Verdict | None:
    """News that later news has overtaken is not news."""
    later = [
        reached
        for reached in facts.milestones
        if reached.milestone in journey.superseded_by
        and (reached.at >= facts.happened_at or reached.milestone in _FINAL)
    ]
    if not later:
        return None
    last = max(later, key=lambda reached: (reached.at, reached.milestone))
    seen = {
        "milestone": last.milestone,
        "at": last.at.isoformat(),
        "happened_at": facts.happened_at.isoformat(),
    }
    return Verdict("superseded", Ruling.STOP, Code.SUPERSEDED.of(last.milestone), seen)


def promise_kept(facts: Facts, journey: Journey) -> Verdict | None:
    """A delay that has been made good is not announced."""
    if journey.milestone is not Milestone.DELAYED or facts.late is not False:
        return None
    return Verdict("promise", Ruling.STOP, Code.PROMISE_KEPT, {"late": False})


def too_old(facts: Facts, journey: Journey) -> Verdict | None:
    """Stale news is worse than none."""
    if facts.expires_at is None or facts.now < facts.expires_at:
        return None
    seen = {"happened_at": facts.happened_at.isoformat(), "expired_at": facts.expires_at.isoformat()}
    return Verdict("age", Ruling.STOP, Code.TOO_OLD, seen)


def no_address(facts: Facts, journey: Journey) -> Verdict | None:
    """There must be somewhere to send it."""
    if facts.usable_address:
        return None
    return Verdict("address", Ruling.STOP, Code.NO_ADDRESS, {"channel": journey.route[0]})


# The fixed order: what is no longer true, then what is stale, then what cannot be reached.
GATES: tuple[Gate, ...] = (cancelled, wrong_leg, superseded, promise_kept, too_old, no_address)


def decide(facts: Facts, journey: Journey) -> Verdict:
    """The first gate's verdict that stops the message, or leave to send it."""
    for gate in GATES:
        verdict = gate(facts, journey)
        if verdict is not None:
            return verdict
    return Verdict("send", Ruling.PASS, facts={"passed": [gate.__name__ for gate in GATES]})


def after_attempt(outcome: Outcome, attempt: int, facts: Facts, waits: tuple[timedelta, ...]) -> Verdict:
    """What the channel's answer to attempt number `attempt` (from 1) means at `facts.now`.

    A retry waits `waits[attempt - 1]`, later ones the last of them, and only while the news is still fresh.
    """
    seen = {"attempt": attempt, "detail": outcome.detail}
    if outcome.result is Result.SENT:
        return Verdict("send", Ruling.DONE, Code.SENT, seen)
    if outcome.result is Result.UNKNOWN:
        return Verdict("send", Ruling.DONE, Code.UNKNOWN, seen)
    if outcome.result is Result.REFUSED:
        return Verdict("send", Ruling.STOP, Code.PROVIDER_ERROR.of(outcome.detail), seen)
    again = facts.now + waits[min(attempt, len(waits)) - 1]
    if facts.expires_at is not None and again >= facts.expires_at:
        seen["expires_at"] = facts.expires_at.isoformat()
        return Verdict("send", Ruling.STOP, Code.PROVIDER_ERROR.of(outcome.detail), seen)
    return Verdict("send", Ruling.WAIT, Code.RETRY, {**seen, "again_at": again.isoformat()}, again)
