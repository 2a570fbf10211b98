"""What no journey may be, however well it is written: a check of its parts against each other. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from wismo.notify.journey.model import Journey, NextOn, Quiet, Subject
from wismo.notify.words import Kind, Lane
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

# What these say is only true of a parcel that travels to the buyer.
TO_BUYER = frozenset({
    Milestone.PICKED_UP,
    Milestone.IN_TRANSIT,
    Milestone.CUSTOMS,
    Milestone.ARRIVED_LOCAL,
    Milestone.OUT_FOR_DELIVERY,
    Milestone.FAILED_ATTEMPT,
    Milestone.AVAILABLE_FOR_PICKUP,
    Milestone.DELIVERED,
    Milestone.ALL_DELIVERED,
    Milestone.DELAYED,
})
EXCEPTIONS = frozenset({Status.LOST.value, Status.DAMAGED.value, Status.HELD.value})
_ORDER, _PARCEL = frozenset({Subject.ORDER}), frozenset({Subject.SHIPMENT})
_CASE = frozenset({Subject.ORDER, Subject.SHIPMENT})
_ABOUT: dict[Milestone | Happening, frozenset[Subject]] = {
    Milestone.ORDER_CONFIRMED: _ORDER,
    Milestone.PACKED: _ORDER,
    Milestone.ALL_DELIVERED: _ORDER,
    Happening.ORDER_CANCELLED: _ORDER,
    Happening.CART_CHANGED: frozenset({Subject.CART}),
    Happening.CAMPAIGN: frozenset({Subject.BUYER}),
    Happening.CONSENT_ASKED: frozenset({Subject.BUYER}),
    Happening.TEAM_REPLIED: frozenset({Subject.ORDER, Subject.BUYER}),
    Happening.FEEDBACK_GIVEN: frozenset({Subject.ORDER, Subject.BUYER}),
}
_OFFERS = frozenset({Happening.CART_CHANGED, Happening.CAMPAIGN})
MOST_REPLIES = 3  # WhatsApp: three reply buttons


def senseless(journey: Journey) -> Iterator[tuple[str, str]]:
    """Each contradiction as the key it is at, and what to write."""
    yield from _about(journey)
    yield from _kind(journey)
    yield from _must_act(journey)
    yield from _rest(journey)
    yield from _route(journey)


def _about(journey: Journey) -> Iterator[tuple[str, str]]:
    trigger, subject = journey.trigger, journey.subject
    fits = _ABOUT.get(trigger, _CASE)
    if subject not in fits:
        yield "subject", f'{trigger.value} is told of subject = "{" or ".join(sorted(fits))}"'
        return
    if (subject is Subject.SHIPMENT) != bool(journey.legs):
        yield "legs", 'name at least one for subject = "shipment", none for others'
    elif subject is Subject.SHIPMENT and trigger in TO_BUYER and journey.legs != {Leg.FORWARD}:
        yield "legs", f'{trigger.value} is only true on ["forward"]'
    if journey.statuses and trigger is not Milestone.EXCEPTION:
        yield "on.status", 'only milestone = "exception" has a status'
    elif not journey.statuses <= EXCEPTIONS:
        yield "on.status", f"an exception is one of {', '.join(sorted(EXCEPTIONS))}"
    if trigger in journey.superseded_by:
        yield "superseded_by", f"{trigger.value} cannot be overtaken by itself"


def _kind(journey: Journey) -> Iterator[tuple[str, str]]:
    kind, lane = journey.kind, journey.lane
    if kind is Kind.MARKETING and lane is not Lane.MARKETING:
        yield "lane", 'what is marketing goes by lane = "marketing"'
    elif kind is Kind.FEEDBACK and lane is not Lane.FEEDBACK:
        yield "lane", 'what asks for feedback goes by lane = "feedback"'
    elif kind is Kind.TRANSACTIONAL and lane in {Lane.FEEDBACK, Lane.MARKETING}:
        yield "lane", "what is transactional goes by action, delivery or info"
    if journey.trigger in _OFFERS and kind is not Kind.MARKETING:
        yield "kind", f'what {journey.trigger.value} starts is an offer: write "marketing"'
    if kind is not Kind.TRANSACTIONAL and journey.quiet is Quiet.IGNORE:
        yield "quiet", f"nothing that is {kind.value} is urgent at night: write defer or defer_or_drop"


def _must_act(journey: Journey) -> Iterator[tuple[str, str]]:
    if not journey.must_act:
        return
    if journey.kind is not Kind.TRANSACTIONAL:
        yield "must_act", f"nobody must act on what is {journey.kind.value}"
    if journey.holdout:
        yield "holdout", "who must act is never held out: leave out holdout, or must_act"
    if journey.cap:
        yield "cap", "what must be acted on is never capped: leave out cap, or must_act"


def _rest(journey: Journey) -> Iterator[tuple[str, str]]:
    if journey.collapse and journey.subject is not Subject.SHIPMENT:
        yield "collapse", 'only messages of subject = "shipment" come several to an order'
    if journey.quiet is Quiet.DEFER_OR_DROP and journey.max_age is None:
        yield "quiet", "defer_or_drop needs a max_age by which it would be stale"
    if len(journey.replies) > MOST_REPLIES:
        yield "replies", f"{MOST_REPLIES} at most: WhatsApp shows no more buttons"
    if len(set(journey.replies)) < len(journey.replies):
        yield "replies", "each once"


def _route(journey: Journey) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for place, step in enumerate(journey.route):
        if step.channel in seen:
            yield f"route[{place}].channel", f"{step.channel} is in the route before"
        seen.add(step.channel)
        if bool(step.wait) != (NextOn.NO_DELIVERED in step.next_on):
            yield f"route[{place}].wait", 'a wait and next_on = ["no_delivered"] go together'
    for place, (step, _next) in enumerate(pairwise(journey.route)):
        if not step.next_on:
            yield f"route[{place}].next_on", "it leads to no other channel: take away those below it"
    if journey.route and journey.route[-1].wait:
        yield f"route[{len(journey.route) - 1}].wait", "no channel follows the last one"
