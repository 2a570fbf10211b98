"""A journey as the engine knows it: which fact becomes which message, by which way. Pure."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from wismo.notify.words import Kind, Lane, ReplyAction
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg
from wismo.vocabulary.toml.notes import TextError


class JourneyError(TextError):
    """A journey is not one we can follow."""


class Subject(StrEnum):
    """What a message is about, and so what it is told of only once."""

    ORDER = "order"
    SHIPMENT = "shipment"
    CART = "cart"
    BUYER = "buyer"


class Operator(StrEnum):
    """What can be asked of a fact."""

    IS = "=="
    IS_NOT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"  # a list holds the value
    EXISTS = "exists"  # the value says whether it must


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of one fact, such as order.country in ["DE", "AT"]."""

    fact: str  # dotted, of the closed list in journey/facts.py
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one holds; none at all holds too."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    part: "Condition"


Condition = Ask | AllOf | AnyOf | Not
ALWAYS = AllOf()


@dataclass(frozen=True, slots=True)
class Wait:
    """How long after the fact it is due: a span, then working days at the destination, then a local time."""

    span: timedelta = timedelta()
    business_days: int = 0
    until: time | None = None  # the next such time on the reader's clock


class Quiet(StrEnum):
    """What becomes of a message in the reader's quiet hours."""

    IGNORE = "ignore"  # it is as urgent at night: a parcel at the door
    DEFER = "defer"  # at their end, if it is still true then
    DEFER_OR_DROP = "defer_or_drop"  # at their end, unless it would be stale by then


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many messages of a group to one buyer in a span; more are dropped."""

    group: str
    most: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Holdout:
    """So many in a hundred buyers are not told, always the same ones, so that the effect can be measured."""

    experiment: str
    percent: float


class NextOn(StrEnum):
    """When the next channel of a route follows."""

    FAILED = "failed"  # refused for good, or a receipt says it failed
    UNREACHABLE = "unreachable"  # no address, or not reachable there
    NO_DELIVERED = "no_delivered"  # no receipt of delivery within the step's wait


@dataclass(frozen=True, slots=True)
class Step:
    """One channel of a route."""

    channel: str
    when: Condition = ALWAYS
    wait: timedelta = timedelta()  # for a receipt, where NO_DELIVERED is asked
    next_on: frozenset[NextOn] = frozenset({NextOn.FAILED, NextOn.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One rule: when something happens, tell the buyer, unless it has become stale or untrue by then."""

    key: str
    version: int
    trigger: Milestone | Happening
    subject: Subject
    kind: Kind
    lane: Lane
    legs: frozenset[Leg] = frozenset()  # of a shipment; empty otherwise
    statuses: frozenset[str] = frozenset()  # of the milestone `exception`: lost, damaged, held; empty: all
    enabled: bool = True
    when: Condition = ALWAYS
    wait: Wait = Wait()
    collapse: timedelta | None = None  # messages of one order within it become one
    max_age: timedelta | None = None  # counted from when it was due; None: never stale by age
    superseded_by: frozenset[Milestone | Happening] = frozenset()
    quiet: Quiet = Quiet.DEFER
    cap: Cap | None = None
    holdout: Holdout | None = None
    must_act: bool = False  # the shopper has to do something: never held out, never capped
    replies: tuple[ReplyAction, ...] = ()  # offered as buttons, in this order
    route: tuple[Step, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels of its route, best first."""
        return tuple(step.channel for step in self.route)
