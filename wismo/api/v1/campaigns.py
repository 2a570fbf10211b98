"""Campaigns: drafted, looked at beforehand, started, paused, resumed, ended."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from wismo.api.v1.root import Refused, shop_of
from wismo.notify.actions import campaigns
from wismo.notify.actions.campaigns import CampaignError, Told
from wismo.notify.queries import audience
from wismo.notify.queries.campaigns import CampaignFacts, came_of, campaign_of
from wismo.notify.queries.campaigns import campaigns as listed

router = Router(tags=["campaigns"])
T = TypeVar("T")
WHO = "API"  # as the audit names the shop's own systems


class CampaignIn(Schema):
    """What a campaign says to whom.

    `audience` are conditions as in a journey's `when`, about customer.* facts; all of them hold.
    `values` are what the journey's texts say by name: title, text, offer, product; and the button's link.
    """

    name: str
    journey: str
    audience: list[dict[str, Any]] = []
    values: dict[str, str]
    per_minute: int = 600
    starts_at: datetime | None = None


class CameOut(Schema):
    """What became of a campaign's messages."""

    sent: int
    delivered: int
    clicked: int
    waiting: int
    unknown: int
    held_out: int
    not_sent: dict[str, int]
    costs: dict[str, str]


class CampaignOut(Schema):
    """A campaign: a draft, or running, paused, done, ended."""

    id: int
    name: str
    journey: str
    audience: list[Any]
    values: dict[str, str]
    per_minute: int
    state: str
    queued: int
    starts_at: datetime | None
    created_at: datetime
    finished_at: datetime | None


class CampaignWhole(CampaignOut):
    """A campaign with what came of it."""

    came: CameOut


class ShareOut(Schema):
    """How many of an audience one channel could reach."""

    channel: str
    account: bool
    addresses: int
    agreed: int
    goes_by: int


class SampleOut(Schema):
    """One buyer of the audience: by which channel they would be told, or the code of what bars it."""

    buyer: int
    channel: str
    code: str


class PreviewOut(Schema):
    """Whom a campaign would reach now. Of a large shop, `weighed` buyers stand for all."""

    buyers: int
    weighed: int
    audience: int
    reachable: int
    barred: dict[str, int]
    channels: list[ShareOut]
    samples: list[SampleOut]


class Act(StrEnum):
    """What can be done with a campaign."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


@router.post("", response={201: CampaignOut})
def post_campaign(request: HttpRequest, told: CampaignIn) -> Status[CampaignOut]:
    """Draft a campaign. Nobody hears of it before it is started."""
    shop_id = shop_of(request)
    made = _sound(lambda: campaigns.draft(shop_id, _told(told), who=WHO, now=timezone.now()))
    return Status(201, _out(_found(shop_id, made)))


@router.put("/{campaign_id}", response=CampaignOut)
def put_campaign(request: HttpRequest, campaign_id: int, told: CampaignIn) -> CampaignOut:
    """Put this in place of a draft."""
    shop_id = shop_of(request)
    found = _found(shop_id, campaign_id)
    now = timezone.now()
    if not _sound(lambda: campaigns.change(shop_id, campaign_id, _told(told), who=WHO, now=now)):
        raise Refused(HTTPStatus.CONFLICT, [f"state: only a draft is changed, and this one is {found.state}"])
    return _out(_found(shop_id, campaign_id))


@router.get("", response=list[CampaignOut])
def get_campaigns(request: HttpRequest) -> list[CampaignOut]:
    """The last hundred campaigns, the newest first."""
    return [_out(facts) for facts in listed(shop_of(request))]


@router.get("/{campaign_id}", response=CampaignWhole)
def get_campaign(request: HttpRequest, campaign_id: int) -> CampaignWhole:
    """One campaign, and what came of it."""
    shop_id = shop_of(request)
    facts = _found(shop_id, campaign_id)
    came = came_of(shop_id, campaign_id)
    told = CameOut(
        sent=came.sent,
        delivered=came.delivered,
        clicked=came.clicked,
        waiting=came.waiting,
        unknown=came.unknown,
        held_out=came.held_out,
        not_sent=dict(came.not_sent),
        costs={currency: f"{amount:f}" for amount, currency in came.costs},
    )
    return CampaignWhole(**_out(facts).dict(), came=told)


@router.get("/{campaign_id}/preview", response=PreviewOut)
def get_preview(request: HttpRequest, campaign_id: int) -> PreviewOut:
    """Whom it would reach now, by which channels, and five of them."""
    shop_id = shop_of(request)
    facts = _found(shop_id, campaign_id)
    try:
        seen = audience.preview(shop_id, facts.plan, timezone.now())
    except (LookupError, ValueError) as error:
        raise Refused(HTTPStatus.CONFLICT, [f"journey: it can no longer be followed: {error}"]) from error
    return PreviewOut(
        buyers=seen.buyers,
        weighed=seen.weighed,
        audience=seen.audience,
        reachable=seen.reachable,
        barred=dict(seen.barred),
        channels=[ShareOut(**{name: getattr(one, name) for name in _SHARE}) for one in seen.shares],
        samples=[SampleOut(buyer=one.buyer_id, channel=one.way, code=one.bar) for one in seen.samples],
    )


_SHARE = ("channel", "account", "addresses", "agreed", "goes_by")


@router.post("/{campaign_id}/{act}", response=CampaignOut)
def post_act(request: HttpRequest, campaign_id: int, act: Act) -> CampaignOut:
    """Start a draft, pause what runs, resume what is paused, or end either for good."""
    shop_id, now = shop_of(request), timezone.now()
    found = _found(shop_id, campaign_id)
    does: Callable[..., bool] = getattr(campaigns, act.value)
    if not _sound(lambda: does(shop_id, campaign_id, who=WHO, now=now)):
        raise Refused(HTTPStatus.CONFLICT, [f"state: one that is {found.state} cannot {act.value}"])
    return _out(_found(shop_id, campaign_id))


@router.delete("/{campaign_id}", response={204: None})
def delete_campaign(request: HttpRequest, campaign_id: int) -> Status[None]:
    """Throw a draft away."""
    shop_id = shop_of(request)
    found = _found(shop_id, campaign_id)
    if not campaigns.discard(shop_id, campaign_id, who=WHO, now=timezone.now()):
        raise Refused(
            HTTPStatus.CONFLICT, [f"state: only a draft is thrown away, and this one is {found.state}"]
        )
    return Status(204, None)


def _told(told: CampaignIn) -> Told:
    return Told(told.name, told.journey, told.audience, told.values, told.per_minute, told.starts_at)


def _found(shop_id: int, campaign_id: int) -> CampaignFacts:
    facts = campaign_of(shop_id, campaign_id) if 0 < campaign_id < 1 << 63 else None
    if facts is None:
        raise Refused(HTTPStatus.NOT_FOUND, [f"campaign: the shop has no campaign {campaign_id}"])
    return facts


def _sound(act: Callable[[], T]) -> T:
    try:
        return act()
    except CampaignError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, error.problems) from error


def _out(facts: CampaignFacts) -> CampaignOut:
    return CampaignOut(
        id=facts.id,
        name=facts.name,
        journey=facts.journey,
        audience=list(facts.audience),
        values=dict(facts.values),
        per_minute=facts.per_minute,
        state=facts.state,
        queued=facts.queued,
        starts_at=facts.starts_at,
        created_at=facts.created_at,
        finished_at=facts.finished_at,
    )
