"""Which channel of a route may reach the reader now, and what bars each of the others. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wismo.notify.journey.model import Journey, NextOn, Step
from wismo.notify.rules.conditions import holds
from wismo.notify.rules.consent import Need, allows, needed
from wismo.notify.rules.facts import Choice, Facts, Reach
from wismo.notify.rules.verdict import Code
from wismo.notify.words import Kind

# Reasons of a suppression by which a person said no: no other channel is tried against that.
REFUSALS = frozenset({"stop", "complaint", "person", "unsubscribed", "blocked"})
_NO_WAY = frozenset({Code.NO_ADDRESS, Code.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Way:
    """The step of a route that is taken, or why there is none."""

    step: int | None
    skipped: Mapping[str, str]  # channel -> code, in the route's order
    rests_until: datetime | None = None  # of a skipped channel, the first that is well again


def open_steps(facts: Facts, journey: Journey, *, since: int | None = None) -> list[tuple[Step, Reach]]:
    """The steps the shop has an account for and the reader an address: from `since`, else those untried."""
    found = []
    for step in journey.route[facts.step if since is None else since :]:
        reach = facts.reach.get(step.channel)
        if reach is not None and reach.provider and reach.has_address:
            found.append((step, reach))
    return found


def suppression(reach: Reach, kind: Kind) -> str:
    """The reason why nothing of this kind may go there; "" for none."""
    return reach.suppressed.get("all") or reach.suppressed.get(kind) or ""


def choice_of(reach: Reach, kind: Kind) -> Choice | None:
    """What the reader said of this kind there; what they did not confirm when asked to, they did not say."""
    choice = reach.choices.get(kind)
    return None if choice is not None and choice.granted and not choice.confirmed else choice


def consent_code(reach: Reach, kind: Kind, country: str) -> str:
    """Why the reader's consent does not reach so far; "" where it does."""
    need, choice = needed(reach.channel, kind, country), choice_of(reach, kind)
    granted = None if choice is None else choice.granted
    if need is Need.NONE or allows(need, granted=granted, confirmed=True):
        return ""
    return str(Code.OPTED_OUT if granted is False else Code.NO_CONSENT)


def refusal(facts: Facts, journey: Journey) -> str:
    """By what the reader said no on one channel, where another would get round it; "" for nothing.

    Facts of their own order may go another way; what asks or offers may not, tried steps included. Where what
    they said is known with its time, `laundered` weighs it.
    """
    kind = journey.kind
    if kind is Kind.TRANSACTIONAL:
        return ""
    silent = [reach for _, reach in open_steps(facts, journey, since=0) if kind not in reach.choices]
    return next((reason for reach in silent if (reason := suppression(reach, kind)) in REFUSALS), "")


def laundered(facts: Facts, journey: Journey) -> bool:
    """The same of choices: whether one channel was refused, and none agreed to then or since."""
    if journey.kind is Kind.TRANSACTIONAL:
        return False
    open_to = open_steps(facts, journey, since=0)
    choices = [choice for _, reach in open_to if (choice := choice_of(reach, journey.kind))]
    refused = max((choice.at for choice in choices if not choice.granted), default=None)
    agreed = max((choice.at for choice in choices if choice.granted), default=None)
    return refused is not None and (agreed is None or agreed < refused)


def find_way(facts: Facts, journey: Journey) -> Way:
    """The first step that can be taken now, with what bars those before it."""
    skipped: dict[str, str] = {}
    rests: list[datetime] = []
    for place in range(facts.step, len(journey.route)):
        step = journey.route[place]
        code = _bar(step, facts, journey)
        if not code:
            return Way(place, skipped)
        skipped[step.channel] = str(code)
        reach = facts.reach.get(step.channel)
        if code == Code.RESTING and reach is not None and reach.resting_until is not None:
            rests.append(reach.resting_until)
        if code in _NO_WAY and NextOn.UNREACHABLE not in step.next_on:
            break
    return Way(None, skipped, min(rests, default=None))


def _bar(step: Step, facts: Facts, journey: Journey) -> str:
    """Why a step cannot be taken; "" where it can."""
    reach = facts.reach.get(step.channel)
    if reach is None or not reach.provider or not _wanted(step, facts.values):
        return Code.NOT_APPLICABLE
    if not reach.has_address:
        return Code.NO_ADDRESS
    return _barred(reach, facts, journey.kind)


def _wanted(step: Step, values: Mapping[str, Any]) -> bool:
    return holds(step.when, values) is True


def _barred(reach: Reach, facts: Facts, kind: Kind) -> str:
    if reason := suppression(reach, kind):
        return Code.SUPPRESSED.of(reason)
    if code := consent_code(reach, kind, facts.country):
        return code
    if reach.trouble:
        return Code.UNREACHABLE
    if reach.needs_template and not reach.window_open and reach.template != "approved":
        return Code.TEMPLATE_UNAPPROVED if reach.template else Code.WINDOW_CLOSED
    if reach.resting_until is not None and reach.resting_until > facts.now:
        return Code.RESTING
    return ""
