"""What a gate says: its ruling, a code of the closed list, and the facts it used. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Why a message was, or was not, sent: the closed list. Some carry a detail after a colon."""

    OK = "ok"  # the gate lets it pass
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    ANSWERED = "answered"  # by one of its buttons
    DUPLICATE = "duplicate"
    MERGED = "merged"  # told together with another message
    CANCELLED = "cancelled"
    SWITCHED_OFF = "switched_off"
    CONDITION_FALSE = "condition_false"
    WRONG_LEG = "wrong_leg"
    SUPERSEDED = "superseded"  # superseded:<milestone>
    PROMISE_KEPT = "promise_kept"
    MOVED_AGAIN = "moved_again"  # no longer stalled, or no longer an exception
    TOO_OLD = "too_old"
    SUPPRESSED = "suppressed"  # suppressed:<reason>
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    HOLDOUT = "holdout"
    CAP = "cap"  # cap:<group>
    NO_ADDRESS = "no_address"
    NOT_APPLICABLE = "not_applicable"  # the shop has no account, or the step's condition is false
    UNREACHABLE = "unreachable"
    TEMPLATE_UNAPPROVED = "template_unapproved"
    WINDOW_CLOSED = "window_closed"
    QUIET_DEFER = "quiet_defer"
    QUIET_DROP = "quiet_drop"
    RATE_WAIT = "rate_wait"
    RESTING = "resting"  # the provider's circuit is open
    RENDER_ERROR = "render_error"
    RETRY = "retry"
    NEXT_CHANNEL = "next_channel"
    PROVIDER_ERROR = "provider_error"  # provider_error:<the provider's code>
    UNKNOWN = "unknown"
    BY_HAND = "by_hand"  # a person of the team decided

    def of(self, detail: str) -> str:
        """The code with its detail, as it is stored."""
        return f"{self.value}:{detail}"[:60]


class Ruling(StrEnum):
    """What a verdict does to its message."""

    PASS = "pass"  # noqa: S105  # a word, not a secret
    STOP = "stop"  # it will not be sent
    WAIT = "wait"  # it will be tried again
    DONE = "done"  # it was handed over, or nobody can tell


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's decision: what it does, its code, and the facts it used. Nothing about a person."""

    gate: str
    ruling: Ruling
    code: str = Code.OK
    facts: Mapping[str, Any] = field(default_factory=dict)
    again_at: datetime | None = None  # where the ruling is WAIT


@dataclass(frozen=True, slots=True)
class Judgement:
    """All gates' verdicts in their order, up to the first that does not pass."""

    verdicts: tuple[Verdict, ...]
    step: int | None = None  # of the route; None unless it passed

    @property
    def last(self) -> Verdict:
        """The verdict that counts."""
        return self.verdicts[-1]

    @property
    def passed(self) -> bool:
        """Whether it may be handed over now."""
        return self.last.ruling is Ruling.PASS
