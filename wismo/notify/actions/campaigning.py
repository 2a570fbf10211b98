"""What a campaign does while it runs: queues who is next, holds back or drops what waits. In batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F, QuerySet

from wismo.notify.actions.alerts import Alert, AlertKind, raise_alert
from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.actions.queue import Draft, queue
from wismo.notify.journey.model import Journey
from wismo.notify.models import Campaign, Message, MessageState
from wismo.notify.queries.campaigns import OPEN
from wismo.notify.rules.pacing import Pace
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.notify.words import Lane
from wismo.plumbing.bulk import update_rows

WAVE = 5000  # messages a transaction
HELD = datetime(2999, 1, 1, tzinfo=UTC)  # when what is held back is due: never, until its campaign goes on


@dataclass(frozen=True, slots=True)
class Next:
    """Who is told next, and how far the buyers were looked through for them."""

    journey: Journey
    buyer_ids: Sequence[int]  # by id
    seen_from: int  # the campaign's place when the looking began
    seen_to: int


def _locked(campaign_id: int) -> Campaign | None:
    """The campaign while it runs, locked: whoever pauses it waits, and whoever else works on it goes by."""
    rows = Campaign.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=campaign_id, state="running").first()


def pace_of(row: Campaign, now: datetime) -> Pace:
    """Its pace, with no free slot in the past."""
    return Pace(row.starts_at or now, row.queued, row.per_minute).from_now(now)


@transaction.atomic
def queue_next(campaign_id: int, found: Next, now: datetime) -> int | None:
    """Queue these buyers' messages and move the campaign's place; how many, None where somebody else did.

    Both in one transaction: after a crash at any moment nobody is left out, and nobody is told twice.
    """
    row = _locked(campaign_id)
    if row is None or row.place != found.seen_from:
        return None
    pace = pace_of(row, now)
    room = pace.room(now)
    ours = found.buyer_ids[:room]
    place = found.seen_to if len(found.buyer_ids) <= room else (ours[-1] if ours else row.place)
    drafts = [
        Draft(
            row.shop_id,
            found.journey,
            now,
            buyer_id=buyer_id,
            campaign_id=row.pk,
            due_at=pace.slot(row.queued + at),
        )
        for at, buyer_id in enumerate(ours)
    ]
    queue(drafts, now)
    Campaign.objects.filter(pk=row.pk).update(
        place=place, queued=F("queued") + len(ours), starts_at=pace.starts_at
    )
    return len(ours)


@transaction.atomic
def release(campaign_id: int, journey: Journey, now: datetime) -> int:
    """Give what was held back new times, before anybody else is told; how many."""
    row = _locked(campaign_id)
    if row is None:
        return 0
    pace = pace_of(row, now)
    rows = Message.objects.select_for_update(of=("self",)).filter(
        lane=Lane.MARKETING, campaign_id=row.pk, state=MessageState.QUEUED, due_at=HELD
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: min(pace.room(now), WAVE)])
    if not ids:
        return 0
    age, slots = journey.max_age, [pace.slot(row.queued + at) for at in range(len(ids))]
    told = [(pk, due_at, due_at + age if age else None, "") for pk, due_at in zip(ids, slots, strict=True)]
    update_rows(Message, ("due_at", "expires_at", "code"), told)
    Campaign.objects.filter(pk=row.pk).update(starts_at=pace.again(len(ids)).starts_at)
    return len(ids)


@transaction.atomic
def hold_back(campaign_id: int, limit: int) -> int:
    """Hold back messages of a paused campaign, the next due first; how many."""
    waiting = _waiting(campaign_id).filter(due_at__lt=HELD)
    ids = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    # Without an end: how long it lies is the team's choice, and it is given a new one.
    return Message.objects.filter(pk__in=ids, state=MessageState.QUEUED).update(due_at=HELD, expires_at=None)


@transaction.atomic
def drop(campaign_id: int, limit: int, now: datetime) -> int:
    """End messages of a campaign that was ended, the next due first; how many. With the last it is closed."""
    waiting = _waiting(campaign_id).order_by("due_at", "pk").values_list("pk", "shop_id")
    found = list(waiting[:limit])
    said = Verdict("campaign", Ruling.STOP, Code.BY_HAND, {"campaign": "ended"})
    Message.objects.filter(pk__in=[pk for pk, _ in found]).update(
        state=MessageState.NOT_SENT, code=Code.BY_HAND, lease_until=None, finished_at=now
    )
    decide([Judged(shop_id, pk, said) for pk, shop_id in found], now)
    row = None if found else Campaign.objects.filter(pk=campaign_id, finished_at=None).first()
    if row is not None and not _is_open(row):
        Campaign.objects.filter(pk=campaign_id, state="ended").update(finished_at=now)
    return len(found)


def _waiting(campaign_id: int) -> "QuerySet[Message]":
    locked = Message.objects.select_for_update(skip_locked=True, of=("self",))
    return locked.filter(campaign_id=campaign_id, state=MessageState.QUEUED, lane=Lane.MARKETING)


def _is_open(row: Campaign) -> bool:
    """Whether a message of it may still be sent."""
    return Message.objects.filter(shop_id=row.shop_id, campaign_id=row.pk, state__in=OPEN).exists()


@transaction.atomic
def finish(campaign_id: int, now: datetime) -> bool:
    """Close a campaign that has nobody left to tell, once its messages have left; whether it is closed."""
    row = _locked(campaign_id)
    if row is None or _is_open(row):
        return False
    return Campaign.objects.filter(pk=row.pk).update(state="done", finished_at=now) > 0


@transaction.atomic
def halt(campaign_id: int, why: str, now: datetime) -> None:
    """Pause a campaign that can no longer be followed, and tell the team."""
    row = _locked(campaign_id)
    if row is not None:
        Campaign.objects.filter(pk=row.pk).update(state="paused")
        text = f"The campaign {row.name} is paused: {why}."
        raise_alert(Alert(row.shop_id, AlertKind.CAMPAIGN, f"campaign {row.pk}", text), now)
