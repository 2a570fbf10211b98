"""A shop's campaigns: what they say, how far they are, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from wismo.notify.journey.model import Journey, Subject
from wismo.notify.models import Attempt, AttemptState, Campaign, Message, MessageState
from wismo.notify.queries.audience import Plan
from wismo.notify.queries.journeys import journeys_on
from wismo.notify.rules.pacing import Pace
from wismo.notify.rules.verdict import Code
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.price import amount_of

LISTED = 100
_TAKEN = (AttemptState.ACCEPTED, AttemptState.DELIVERED, AttemptState.READ)
_ARRIVED = (AttemptState.DELIVERED, AttemptState.READ)
_SENT = (MessageState.SENT, MessageState.AWAITING)
OPEN = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign as it stands."""

    id: int
    name: str
    journey: str
    audience: Sequence[Any]
    values: Mapping[str, str] = field(repr=False)
    per_minute: int
    state: str  # draft, running, paused, done; ended where a person ended it before all were told
    queued: int
    starts_at: datetime | None  # moves on by the time it was paused
    by: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def plan(self) -> Plan:
        """What it says to whom."""
        return Plan(self.journey, self.audience, self.values)


def campaigns(shop_id: int) -> list[CampaignFacts]:
    """The shop's campaigns, the newest first."""
    return [_facts(row) for row in Campaign.objects.filter(shop_id=shop_id).order_by("-pk")[:LISTED]]


def campaign_of(shop_id: int, campaign_id: int) -> CampaignFacts | None:
    """One campaign; None where the shop has none of that id."""
    row = Campaign.objects.filter(shop_id=shop_id, pk=campaign_id).first()
    return _facts(row) if row else None


def _facts(row: Campaign) -> CampaignFacts:
    return CampaignFacts(
        id=row.pk,
        name=row.name,
        journey=row.journey,
        audience=row.audience,
        values=row.values,
        per_minute=row.per_minute,
        state=row.state,
        queued=row.queued,
        starts_at=row.starts_at,
        by=row.by,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def campaign_journeys(shop_id: int) -> tuple[Journey, ...]:
    """The journeys a campaign can be told by, the shop's own too."""
    return journeys_on(shop_id, Happening.CAMPAIGN, Subject.BUYER)


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a campaign's messages."""

    sent: int  # taken by a provider
    delivered: int  # as the provider says; not all of them do
    clicked: int
    waiting: int  # still to be sent
    unknown: int
    held_out: int  # not told on purpose, to measure by
    not_sent: Mapping[str, int]  # the others, by code
    costs: tuple[tuple[Decimal, str], ...]  # by currency, as far as prices were entered


def came_of(shop_id: int, campaign_id: int) -> Came:
    """What became of the messages, in three queries."""
    rows = Message.objects.filter(shop_id=shop_id, campaign_id=campaign_id).order_by()
    found = list(rows.values_list("state", "code").annotate(n=Count("pk"), clicks=Count("clicked_at")))
    stopped = {code: n for state, code, n, _ in found if state == MessageState.NOT_SENT}
    made = Attempt.objects.filter(shop_id=shop_id, message__campaign_id=campaign_id).order_by()
    arrived = made.filter(state__in=_ARRIVED).aggregate(n=Count("message_id", distinct=True))
    return Came(
        sent=sum(n for state, _, n, _ in found if state in _SENT),
        delivered=arrived["n"],
        clicked=sum(clicks for *_, clicks in found),
        waiting=sum(n for state, _, n, _ in found if state in OPEN),
        unknown=sum(n for state, _, n, _ in found if state == MessageState.UNKNOWN),
        held_out=stopped.pop(Code.HOLDOUT.value, 0),
        not_sent=dict(sorted(stopped.items(), key=lambda pair: (-pair[1], pair[0]))),
        costs=_costs(made),
    )


def _costs(made: Any) -> tuple[tuple[Decimal, str], ...]:
    paid = made.filter(Q(state__in=_TAKEN) & Q(cost_micros__isnull=False))
    sums = paid.values_list("currency").annotate(total=Sum("cost_micros")).order_by("currency")
    return tuple((amount_of(total), currency) for currency, total in sums)


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign that runs, as its worker needs it."""

    id: int
    shop_id: int
    plan: Plan
    place: int
    pace: Pace


def running(now: datetime) -> list[Standing]:
    """The campaigns of all shops that have begun."""
    rows = Campaign.objects.filter(state="running", starts_at__lte=now).order_by("pk")
    return [
        Standing(
            id=row.pk,
            shop_id=row.shop_id,
            plan=Plan(row.journey, row.audience, row.values),
            place=row.place,
            pace=Pace(row.starts_at or now, row.queued, row.per_minute),
        )
        for row in rows
    ]


def halted() -> list[tuple[int, str]]:
    """Campaigns of all shops that were paused or ended, while messages of theirs may wait: id and state."""
    rows = Campaign.objects.filter(Q(state="paused") | Q(state="ended", finished_at=None)).order_by("pk")
    return list(rows.values_list("pk", "state"))
