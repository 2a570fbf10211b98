"""Whether a message may be sent now: one gate after another, each with the facts it used. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from wismo.notify.journey.conditions import said
from wismo.notify.journey.model import AllOf, Journey, Quiet
from wismo.notify.journey.sense import EXCEPTIONS
from wismo.notify.rules.conditions import broken, holds
from wismo.notify.rules.facts import Facts
from wismo.notify.rules.quiet import Silence, quiet_end
from wismo.notify.rules.reaching import (
    consent_code,
    find_way,
    laundered,
    open_steps,
    refusal,
    suppression,
)
from wismo.notify.rules.verdict import Code, Judgement, Ruling, Verdict
from wismo.notify.words import Kind
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Status

Gate = Callable[[Facts, Journey], Verdict]

# After one of these the parcel's way to the buyer is over, or a case is open, whatever two clocks say.
_FINAL = frozenset({
    Milestone.DELIVERED,
    Milestone.ALL_DELIVERED,
    Milestone.RETURN_STARTED,
    Milestone.RETURNED,
    Happening.RETURN_REQUESTED,
    Happening.CLAIM_OPENED,
})
# What an order's cancellation makes no less true.
_OUTLIVES = frozenset({
    Happening.ORDER_CANCELLED,
    Happening.RETURN_REQUESTED,
    Happening.RETURN_APPROVED,
    Happening.RETURN_REJECTED,
    Happening.RETURN_RECEIVED,
    Happening.REFUNDED,
    Happening.CLAIM_OPENED,
    Happening.CLAIM_SETTLED,
    Happening.TEAM_REPLIED,
    Happening.CONSENT_ASKED,
    Happening.CAMPAIGN,
})
_LATENESS = frozenset({Milestone.DELAYED, Happening.PROMISE_CHANGED, Happening.PROMISE_MISSED})


def condition(facts: Facts, journey: Journey) -> Verdict:
    """The journey is switched on, and all that it asks for is so."""
    if not journey.enabled:
        return Verdict("condition", Ruling.STOP, Code.SWITCHED_OFF, {"version": journey.version})
    seen: dict[str, Any] = {}
    if holds(journey.when, facts.values, seen) is True:
        return Verdict("condition", Ruling.PASS, facts=seen)
    asked = journey.when if isinstance(journey.when, AllOf) else AllOf((journey.when,))
    part = broken(asked, facts.values)
    seen["wanted"] = said(part) if part else said(journey.when)
    return Verdict("condition", Ruling.STOP, Code.CONDITION_FALSE, seen)


def cancelled(facts: Facts, journey: Journey) -> Verdict:
    """An order that was cancelled, or a parcel that never was to be, is not spoken of."""
    if facts.cancelled_at is not None and journey.trigger not in _OUTLIVES:
        seen = {"order_cancelled_at": facts.cancelled_at.isoformat()}
        return Verdict("cancelled", Ruling.STOP, Code.CANCELLED, seen)
    if facts.status is Status.CANCELLED:
        return Verdict("cancelled", Ruling.STOP, Code.CANCELLED, {"status": facts.status.value})
    return Verdict("cancelled", Ruling.PASS)


def leg(facts: Facts, journey: Journey) -> Verdict:
    """A buyer never hears of an arrival while the parcel travels to the merchant."""
    if facts.leg is None or not journey.legs:
        return Verdict("leg", Ruling.PASS)
    if facts.leg in journey.legs:
        return Verdict("leg", Ruling.PASS, facts={"leg": facts.leg.value})
    seen = {"leg": facts.leg.value, "legs": sorted(leg.value for leg in journey.legs)}
    return Verdict("leg", Ruling.STOP, Code.WRONG_LEG, seen)


def superseded(facts: Facts, journey: Journey) -> Verdict:
    """News that later news has overtaken is not news."""
    later = [
        reached
        for reached in facts.milestones
        if reached.milestone in journey.superseded_by
        and (reached.at >= facts.happened_at or reached.milestone in _FINAL)
    ]
    happened_at = facts.happened_at.isoformat()
    if not later:
        return Verdict("superseded", Ruling.PASS, facts={"happened_at": happened_at})
    last = max(later, key=lambda reached: (reached.at, reached.milestone))
    seen = {"milestone": last.milestone, "at": last.at.isoformat(), "happened_at": happened_at}
    return Verdict("superseded", Ruling.STOP, Code.SUPERSEDED.of(last.milestone), seen)


def promise(facts: Facts, journey: Journey) -> Verdict:
    """A delay that has been made good is not announced, nor a new day that a newer one has overtaken."""
    if journey.trigger not in _LATENESS:
        return Verdict("promise", Ruling.PASS)
    if facts.late is False:
        return Verdict("promise", Ruling.STOP, Code.PROMISE_KEPT, {"late": False})
    day, told_on = facts.values.get("event.day"), facts.told_on.isoformat() if facts.told_on else ""
    if day and told_on > day:
        seen = {"day": day, "told_on": told_on, "at": facts.now.isoformat()}
        seen["happened_at"] = facts.happened_at.isoformat()
        return Verdict("promise", Ruling.STOP, Code.SUPERSEDED.of(Happening.PROMISE_CHANGED), seen)
    return Verdict("promise", Ruling.PASS, facts={"late": facts.late})


def moved(facts: Facts, journey: Journey) -> Verdict:
    """A parcel that moves again is not called stalled, and one that was found is not called lost."""
    if journey.trigger is Milestone.STALLED:
        still = facts.stalled is True
        return _moved({"stalled": facts.stalled}, still=still)
    if journey.trigger is Milestone.EXCEPTION:
        status = facts.status.value if facts.status else None
        return _moved({"status": status}, still=status in (journey.statuses or EXCEPTIONS))
    return Verdict("moved", Ruling.PASS)


def _moved(seen: Mapping[str, Any], *, still: bool) -> Verdict:
    if still:
        return Verdict("moved", Ruling.PASS, facts=seen)
    return Verdict("moved", Ruling.STOP, Code.MOVED_AGAIN, seen)


def age(facts: Facts, journey: Journey) -> Verdict:
    """Stale news is worse than none."""
    if facts.expires_at is None:
        return Verdict("age", Ruling.PASS)
    expires_at = facts.expires_at.isoformat()
    if facts.now < facts.expires_at:
        return Verdict("age", Ruling.PASS, facts={"expires_at": expires_at})
    seen = {"happened_at": facts.happened_at.isoformat(), "expired_at": expires_at}
    return Verdict("age", Ruling.STOP, Code.TOO_OLD, seen)


def suppressed(facts: Facts, journey: Journey) -> Verdict:
    """An address that must not be written to is not; a refusal is not got round by another channel."""
    kind, open_to = journey.kind, open_steps(facts, journey)
    found = {step.channel: suppression(reach, kind) for step, reach in open_to}
    barred = {channel: reason for channel, reason in found.items() if reason}
    refused = refusal(facts, journey)
    if refused or (barred and len(barred) == len(open_to)):
        reason = refused or list(barred.values())[-1]
        return Verdict("suppressed", Ruling.STOP, Code.SUPPRESSED.of(reason), barred)
    return Verdict("suppressed", Ruling.PASS, facts=barred)


def consent(facts: Facts, journey: Journey) -> Verdict:
    """Each kind of message goes only where its reader agreed to it, or did not refuse, as the law has it."""
    kind = journey.kind
    open_to = [(s, r) for s, r in open_steps(facts, journey) if not suppression(r, kind)]
    codes = {step.channel: consent_code(reach, kind, facts.country) for step, reach in open_to}
    barred = {channel: code for channel, code in codes.items() if code}
    seen = {"kind": kind.value, **barred}
    if laundered(facts, journey):
        return Verdict("consent", Ruling.STOP, Code.OPTED_OUT, seen)
    if barred and len(barred) == len(open_to):
        opted_out = Code.OPTED_OUT.value in barred.values()
        return Verdict("consent", Ruling.STOP, Code.OPTED_OUT if opted_out else Code.NO_CONSENT, seen)
    return Verdict("consent", Ruling.PASS, facts=seen)


def holdout(facts: Facts, journey: Journey) -> Verdict:
    """Some are not told, always the same ones, so that the effect can be measured. Never who must act."""
    if journey.holdout is None or journey.must_act or not facts.person:
        return Verdict("holdout", Ruling.PASS)
    bucket = bucket_of(journey.holdout.experiment, facts.person)
    held = bucket < round(journey.holdout.percent * 100)
    seen = {"experiment": journey.holdout.experiment, "bucket": bucket, "held_out": held}
    return Verdict("holdout", Ruling.STOP if held else Ruling.PASS, Code.HOLDOUT if held else Code.OK, seen)


def bucket_of(experiment: str, person: str) -> int:
    """Where a person stands in an experiment, 0 to 9999: always at the same place."""
    return int.from_bytes(sha256(f"{experiment}|{person}".encode()).digest()) % 10_000


def cap(facts: Facts, journey: Journey) -> Verdict:
    """Nobody gets more of a group than is bearable. What must be acted on is never capped."""
    if journey.cap is None or journey.must_act:
        return Verdict("cap", Ruling.PASS)
    limit = journey.cap
    since = facts.now - limit.per
    had = sum(sent.group == limit.group and sent.at > since for sent in facts.sent)
    seen = {"group": limit.group, "had": had, "most": limit.most, "hours": limit.per / timedelta(hours=1)}
    if had >= limit.most:
        return Verdict("cap", Ruling.STOP, Code.CAP.of(limit.group), seen)
    return Verdict("cap", Ruling.PASS, facts=seen)


def route(facts: Facts, journey: Journey) -> Verdict:
    """The best channel that can be used now."""
    way = find_way(facts, journey)
    seen: dict[str, Any] = {"skipped": dict(way.skipped)} if way.skipped else {}
    if way.step is not None:
        channel = journey.route[way.step].channel
        seen = {"step": way.step, "channel": channel, "provider": facts.reach[channel].provider, **seen}
        return Verdict("route", Ruling.PASS, facts=seen)
    if way.rests_until and (facts.expires_at is None or way.rests_until < facts.expires_at):
        seen["again_at"] = way.rests_until.isoformat()
        return Verdict("route", Ruling.WAIT, Code.RESTING, seen, way.rests_until)
    told = [(c, code) for c, code in way.skipped.items() if code != Code.NOT_APPLICABLE]
    channel, code = told[-1] if told else (journey.route[-1].channel, str(Code.NOT_APPLICABLE))
    return Verdict("route", Ruling.STOP, code, {**seen, "channel": channel})


def quiet(facts: Facts, journey: Journey) -> Verdict:
    """Nobody is woken for what can wait."""
    way = find_way(facts, journey)
    if way.step is None:
        return Verdict("quiet", Ruling.PASS)
    silence = Silence(
        channel=journey.route[way.step].channel,
        marketing=journey.kind is Kind.MARKETING,
        ignored=journey.quiet is Quiet.IGNORE,
        country=facts.country,
        zones=facts.zones,
        own=facts.quiet,
    )
    end = quiet_end(facts.now, silence, facts.seed)
    local = {facts.now.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None) for zone in facts.zones}
    clocks = [f"{at:%H:%M}" for at in sorted(local)]  # what they show where the reader may be
    if end is None:
        return Verdict("quiet", Ruling.PASS, facts={"clocks": clocks})
    seen = {"clocks": clocks, "again_at": end.isoformat()}
    stale = facts.expires_at is not None and end >= facts.expires_at
    if journey.quiet is Quiet.DEFER_OR_DROP and stale:
        return Verdict("quiet", Ruling.STOP, Code.QUIET_DROP, seen)
    return Verdict("quiet", Ruling.WAIT, Code.QUIET_DEFER, seen, end)


# The fixed order: what is not asked for, not true, or stale; who must not be told; how; when.
GATES: tuple[Gate, ...] = (
    *(condition, cancelled, leg, superseded, promise, moved, age),
    *(suppressed, consent, holdout, cap, route, quiet),
)


def decide(facts: Facts, journey: Journey, gates: Sequence[Gate] = GATES) -> Judgement:
    """Every gate's verdict, up to the first that does not pass."""
    verdicts = []
    step: int | None = None
    for gate in gates:
        verdict = gate(facts, journey)
        verdicts.append(verdict)
        if verdict.ruling is not Ruling.PASS:
            return Judgement(tuple(verdicts))
        step = verdict.facts.get("step", step) if gate is route else step
    return Judgement(tuple(verdicts), step)
