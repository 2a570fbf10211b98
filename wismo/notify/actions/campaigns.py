"""What a team does with campaigns: drafts, starts, pauses, resumes and ends them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.notify.actions.campaigning import WAVE, drop, hold_back
from wismo.notify.actions.limits import forget_bookings
from wismo.notify.journey.conditions import read_audience
from wismo.notify.journey.model import JourneyError
from wismo.notify.models import Campaign
from wismo.notify.queries.campaign_words import value_problems
from wismo.notify.queries.campaigns import campaign_journeys
from wismo.notify.rules.pacing import FASTEST, Pace
from wismo.plumbing import audit
from wismo.vocabulary.calendar import is_plausible_moment
from wismo.vocabulary.text import can_keep, is_line

LONGEST_NAME, MOST_CONDITIONS = 120, 20


class CampaignError(ValueError):
    """A campaign cannot be as it was told: all problems, each as "field: what to do"."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Told:
    """A campaign as a person or the shop's system tells it."""

    name: str
    journey: str
    audience: Sequence[Any]  # conditions as in a journey's `when`, all of which hold
    values: Mapping[str, str] = field(repr=False)
    per_minute: int = 600
    starts_at: datetime | None = None  # None: as soon as it is started


def problems(shop_id: int, told: Told) -> list[str]:
    """All that is wrong with it, each as "field: what to do"."""
    keys = [journey.key for journey in campaign_journeys(shop_id)]
    wrong = []
    if not told.name.strip() or len(told.name) > LONGEST_NAME or not is_line(told.name):
        wrong.append(f"name: one line of 1 to {LONGEST_NAME} characters")
    if not 1 <= told.per_minute <= FASTEST:
        wrong.append(f"per_minute: 1 to {FASTEST}")
    if told.starts_at is not None and not is_plausible_moment(told.starts_at):
        wrong.append("starts_at: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00")
    wrong += _audience_problems(told.audience)
    if told.journey not in keys:
        return [*wrong, f"journey: one that a campaign starts: {', '.join(keys)}"]
    return wrong + value_problems(shop_id, told.journey, _given(told.values))


def _audience_problems(audience: Sequence[Any]) -> list[str]:
    if len(audience) > MOST_CONDITIONS or not can_keep(str(audience)):
        return [f"audience: {MOST_CONDITIONS} conditions at most"]
    try:
        read_audience(audience)
    except JourneyError as error:
        return [f"{problem.key or 'audience'}: {problem.says}" for problem in error.problems]
    return []


def _given(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _row(shop_id: int, told: Told) -> dict[str, Any]:
    """What is kept of it; CampaignError where it cannot be."""
    wrong = problems(shop_id, told)
    if wrong:
        raise CampaignError(wrong)
    return {
        "name": told.name.strip(),
        "journey": told.journey,
        "audience": list(told.audience),
        "values": _given(told.values),
        "per_minute": told.per_minute,
        "starts_at": told.starts_at,
    }


@transaction.atomic
def draft(shop_id: int, told: Told, *, who: str, now: datetime) -> int:
    """Keep a campaign that nobody hears of yet; its id. CampaignError where it cannot be so."""
    kept = Campaign.objects.create(shop_id=shop_id, by=who, created_at=now, **_row(shop_id, told))
    _trace(shop_id, kept.pk, "drafted a campaign", who, now)
    return kept.pk


@transaction.atomic
def change(shop_id: int, campaign_id: int, told: Told, *, who: str, now: datetime) -> bool:
    """Put this in place of a draft; whether it still was one. CampaignError where it cannot be so."""
    row = _row(shop_id, told)
    return _step(shop_id, campaign_id, {"draft"}, lambda _: row, "changed a campaign", (who, now))


@transaction.atomic
def discard(shop_id: int, campaign_id: int, *, who: str, now: datetime) -> bool:
    """Throw a draft away; whether it still was one."""
    gone = Campaign.objects.filter(shop_id=shop_id, pk=campaign_id, state="draft").delete()[0] > 0
    if gone:
        _trace(shop_id, campaign_id, "threw a campaign away", who, now)
    return gone


@transaction.atomic
def start(shop_id: int, campaign_id: int, *, who: str, now: datetime) -> bool:
    """Let a draft run, from its time on; whether it still was one. CampaignError where it cannot any more."""

    def begun(row: Campaign) -> dict[str, Any]:
        told = Told(row.name, row.journey, row.audience, row.values, row.per_minute, row.starts_at)
        _row(shop_id, told)
        return {"state": "running", "starts_at": max(row.starts_at or now, now)}

    return _step(shop_id, campaign_id, {"draft"}, begun, "started a campaign", (who, now))


@transaction.atomic
def pause(shop_id: int, campaign_id: int, *, who: str, now: datetime) -> bool:
    """Send no more of it until it is resumed; whether it ran. What has left cannot be stopped."""
    paused = _step(
        shop_id, campaign_id, {"running"}, lambda _: {"state": "paused"}, "paused a campaign", (who, now)
    )
    if paused:
        hold_back(campaign_id, WAVE)  # the next to leave; the worker holds the rest
        forget_bookings(shop_id)
    return paused


@transaction.atomic
def resume(shop_id: int, campaign_id: int, *, who: str, now: datetime) -> bool:
    """Go on where it was paused; whether it was."""

    def on(row: Campaign) -> dict[str, Any]:
        pace = Pace(row.starts_at or now, row.queued, row.per_minute).from_now(now)
        return {"state": "running", "starts_at": pace.starts_at}

    return _step(shop_id, campaign_id, {"paused"}, on, "resumed a campaign", (who, now))


@transaction.atomic
def end(shop_id: int, campaign_id: int, *, who: str, now: datetime) -> bool:
    """End it for good: nobody else is told; whether it ran or was paused."""
    ended = _step(
        shop_id,
        campaign_id,
        {"running", "paused"},
        lambda _: {"state": "ended"},
        "ended a campaign",
        (who, now),
    )
    if ended:
        drop(campaign_id, WAVE, now)
        forget_bookings(shop_id)
    return ended


def _step(
    shop_id: int,
    campaign_id: int,
    states: Collection[str],
    then: Callable[[Campaign], dict[str, Any]],
    did: str,
    by: tuple[str, datetime],
) -> bool:
    """Change a campaign that is in one of these states, and say who did; whether it was."""
    rows = Campaign.objects.select_for_update(of=("self",)).filter(shop_id=shop_id, pk=campaign_id)
    row = rows.filter(state__in=states).first()
    if row is None:
        return False
    Campaign.objects.filter(pk=row.pk).update(**then(row))
    _trace(shop_id, campaign_id, did, *by)
    return True


def _trace(shop_id: int, campaign_id: int, did: str, who: str, now: datetime) -> None:
    audit.record(shop_id, who=who, did=did, subject=f"campaign {campaign_id}", now=now)
