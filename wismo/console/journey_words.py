"""A journey as sentences, for people who did not write it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wismo.console import words
from wismo.notify.channels import passports
from wismo.notify.journey.model import (
    ALWAYS,
    AllOf,
    AnyOf,
    Ask,
    Condition,
    Journey,
    NextOn,
    Operator,
    Quiet,
    Step,
    Subject,
    Wait,
)
from wismo.notify.words import Kind, Lane
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone

_NAMES = {"csat": "How was the delivery (CSAT)", "nps": "Would you recommend us (NPS)"}
_ORDER = (*Milestone, *Happening)
KIND = {
    Kind.TRANSACTIONAL: "About their order: sent without asking, and free of any offer",
    Kind.FEEDBACK: "Asks for a judgement: can be refused",
    Kind.MARKETING: "Advertising: only to those who agreed",
}
SUBJECT = {Subject.ORDER: "order", Subject.SHIPMENT: "parcel", Subject.CART: "cart", Subject.BUYER: "shopper"}
LANE = {
    Lane.ACTION: "before all others: the shopper has to act",
    Lane.DELIVERY: "right after what needs an act",
    Lane.INFO: "after what is being delivered",
    Lane.FEEDBACK: "after all news",
    Lane.MARKETING: "last of all",
}
QUIET = {
    Quiet.IGNORE: "are not minded: it matters at night too",
    Quiet.DEFER: "are minded: it waits until they are over",
    Quiet.DEFER_OR_DROP: "are minded: it waits until they are over, unless it would be old news then",
}
_OPERATOR = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.LESS: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.MORE: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.CONTAINS: "has",
}
_NEXT = {
    NextOn.FAILED: "it failed there",
    NextOn.UNREACHABLE: "the shopper cannot be reached there",
    NextOn.NO_DELIVERED: "no delivery was reported within {}",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a rule, under its heading."""

    name: str
    says: str


def journey_word(key: str) -> str:
    """A journey by the name it goes by."""
    return _NAMES.get(key, words.plain(key))


def in_order(journey: Journey) -> tuple[int, int, str]:
    """Where it stands among all: news first, in the order of a parcel's way, and advertising last."""
    return list(Kind).index(journey.kind), _ORDER.index(journey.trigger), journey.key


def trigger_words(journey: Journey) -> str:
    """What starts it: "Out for delivery"."""
    named = words.milestone_words(journey.trigger.value)
    told = named if named != journey.trigger.value else words.plain(named)
    if journey.statuses:
        return f"{told}: {' or '.join(words.plain(status).lower() for status in sorted(journey.statuses))}"
    return told


def channel_word(channel: str) -> str:
    """A channel by the name it goes by."""
    passport = passports().get(channel)
    return passport.name if passport else channel


def rule_in_words(journey: Journey) -> list[Line]:
    """Every part of the rule that does something, in the order in which it is asked."""
    return [Line(name, says) for name, tell in _LINES if (says := tell(journey))]


def _starts(journey: Journey) -> str:
    legs = " or ".join(words.LEG[leg].lower() for leg in sorted(journey.legs))
    only = f", of a parcel that goes {legs}" if legs else ""
    return f"{trigger_words(journey)}{only}. Told once for each {SUBJECT[journey.subject]}."


def _waits(journey: Journey) -> str:
    parts = _wait(journey.wait)
    if journey.collapse:
        parts.append(f"gathers what happens within {span(journey.collapse)} into one message")
    return f"{', then '.join(parts)}.".capitalize() if parts else ""


def _wait(wait: Wait) -> list[str]:
    parts = [f"waits {span(wait.span)}"] if wait.span else []
    if wait.business_days:
        plural = "" if wait.business_days == 1 else "s"
        parts.append(f"waits {wait.business_days} working day{plural} of the destination")
    if wait.until:
        parts.append(f"waits until {wait.until:%H:%M} on the reader’s clock")
    return parts


def _only_if(journey: Journey) -> str:
    return "" if journey.when == ALWAYS else f"{condition_words(journey.when)}. Asked when it is sent."


def _drops(journey: Journey) -> str:
    overtaken = sorted(words.plain(fact.value).lower() for fact in journey.superseded_by)
    parts = [f"one of these came later: {', '.join(overtaken)}"] if overtaken else []
    if journey.max_age:
        parts.append(f"it is older than {span(journey.max_age)}")
    return f"If {'; or '.join(parts)}." if parts else ""


def _caps(journey: Journey) -> str:
    if journey.must_act:
        return "None: the shopper has to act."
    cap = journey.cap
    return f"{cap.most} of the group “{cap.group}” to one shopper in {span(cap.per)}." if cap else ""


def _holds_out(journey: Journey) -> str:
    held = journey.holdout
    return f"{held.percent:g} in 100 shoppers, for the experiment “{held.experiment}”." if held else ""


def _replies(journey: Journey) -> str:
    return f"{', '.join(words.plain(reply.value) for reply in journey.replies)}." if journey.replies else ""


_LINES: tuple[tuple[str, Callable[[Journey], str]], ...] = (
    ("Starts on", _starts),
    ("Kind", lambda journey: f"{KIND[journey.kind]}."),
    ("Waits", _waits),
    ("Only if", _only_if),
    ("Dropped", _drops),
    ("Never told", _holds_out),
    ("At most", _caps),
    ("Quiet hours", lambda journey: f"They {QUIET[journey.quiet]}."),
    ("Goes", lambda journey: f"{LANE[journey.lane].capitalize()}."),
    ("Answers", _replies),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of the route, in words."""

    channel: str
    name: str
    condition: str
    then: str  # when the next follows; "" of the last


def route_in_words(journey: Journey) -> list[Way]:
    """The channels in their order."""
    last = len(journey.route) - 1
    return [
        Way(
            channel=step.channel,
            name=channel_word(step.channel),
            condition="" if step.when == ALWAYS else f"only if {condition_words(step.when)}",
            then="" if at == last else _then(step),
        )
        for at, step in enumerate(journey.route)
    ]


def _then(step: Step) -> str:
    if step.next_on == Step(step.channel).next_on:
        return ""  # as the page says of all
    reasons = [_NEXT[reason].format(span(step.wait)) for reason in sorted(step.next_on)]
    return f"the next, if {' or '.join(reasons)}" if reasons else ""


def condition_words(condition: Condition) -> str:
    """A condition as a clause."""
    if isinstance(condition, Ask):
        return _ask(condition)
    if isinstance(condition, AllOf):
        return " and ".join(_inner(part) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return " or ".join(_inner(part) for part in condition.parts)
    return f"not ({condition_words(condition.part)})"


def _inner(condition: Condition) -> str:
    told = condition_words(condition)
    return f"({told})" if isinstance(condition, AllOf | AnyOf) else told


def _ask(ask: Ask) -> str:
    fact = ask.fact.replace(".", "’s ").replace("_", " ")
    if ask.operator is Operator.EXISTS:
        return f"the {fact} is {'known' if ask.value else 'not known'}"
    return f"the {fact} {_OPERATOR[ask.operator]} {_value(ask.value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value)
    return str(value)


def span(length: timedelta) -> str:
    """`90 seconds`, `10 minutes`, `4 hours`, `2 days`."""
    seconds = int(length.total_seconds())
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
