"""All that the gates look at, as it stands at one moment. Pure, and holds nothing about a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from wismo.notify.words import Kind
from wismo.vocabulary.status import Leg, Status


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone of the order or parcel, with when it was reached."""

    milestone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader said of one kind of message on one channel."""

    granted: bool
    confirmed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """How one channel of the route could reach the buyer now."""

    channel: str
    provider: str = ""  # of the shop's account in use; "" where it has none
    has_address: bool = False
    trouble: str = ""  # unreachable, invalid, gone; "" for none
    suppressed: Mapping[str, str] = field(default_factory=dict)  # scope ("all" or a Kind) -> reason
    choices: Mapping[Kind, Choice] = field(default_factory=dict)
    resting_until: datetime | None = None  # the provider's circuit is open until then
    needs_template: bool = False  # this channel speaks only by approved texts, outside its window
    template: str = ""  # state of the approved text for this journey: approved, pending, …; "" for none
    window_open: bool = False  # the reader wrote within the provider's 24 hours


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A message of a capped group that this buyer had."""

    group: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is so about one message at `now`."""

    now: datetime
    happened_at: datetime
    due_at: datetime  # when it was to be sent, after its waits
    expires_at: datetime | None
    cancelled_at: datetime | None = None  # the order; or the cart was bought or emptied
    leg: Leg | None = None  # the parcel's; None where the message is about something else
    status: Status | None = None
    late: bool | None = None
    stalled: bool | None = None
    told_on: date | None = None  # the last later day that was announced of the parcel
    milestones: tuple[
        Reached, ...
    ] = ()  # of the parcel; of all outbound parcels for an order; and happenings
    values: Mapping[str, Any] = field(default_factory=dict)  # dotted facts for conditions: journey/facts.py
    country: str = ""  # where the reader is
    zones: tuple[tzinfo, ...] = ()  # the reader's; several where we only know one of them is right
    person: str = ""  # what hold-outs are drawn by: the digest of the buyer; "" where there is none
    reach: Mapping[str, Reach] = field(default_factory=dict)  # by channel, all of the route's
    sent: tuple[SentBefore, ...] = ()  # within the journey's cap
    step: int = 0  # of the route: steps before it were tried
    seed: int = 0  # the message's own: what its small delays are drawn from
    quiet: tuple[time, time] | None = None  # the shop's own quiet hours, on the reader's clock
