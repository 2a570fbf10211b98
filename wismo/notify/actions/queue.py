"""A fact starts its journeys: each is one message, queued once, of which nothing is judged yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.journey.model import Journey, Subject, Wait
from wismo.notify.models import Message, MessageState
from wismo.notify.queries.readers import Reader, readers
from wismo.notify.rules.schedule import due
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.plumbing.bulk import insert_new

_AT_ONCE = Wait()
_NOWHERE = Reader()
_NAMES = (
    *("shop", "buyer", "order", "shipment", "cart", "campaign", "journey", "version", "trigger", "episode"),
    *("dedupe_key", "collapse_key", "lane", "facts", "channel", "happened_at", "due_at", "expires_at"),
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A journey started by a fact: the message it makes, unless that thing was told already."""

    shop_id: int
    journey: Journey
    at: datetime  # when it happened
    order_id: int | None = None
    shipment_id: int | None = None
    cart_id: int | None = None
    buyer_id: int | None = None
    campaign_id: int | None = None
    episode: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # of the event
    due_at: datetime | None = None  # where somebody else spaces them out: a campaign
    told_as: str = ""  # the news, where two journeys may tell the same: whichever is first tells it

    @property
    def about(self) -> str:
        """What the message is told of only once."""
        subject = self.journey.subject
        if subject is Subject.SHIPMENT:
            return f"shipment:{self.shipment_id}"
        if subject is Subject.ORDER:
            return f"order:{self.order_id}"
        return f"cart:{self.cart_id}" if subject is Subject.CART else f"buyer:{self.buyer_id}"

    @property
    def dedupe_key(self) -> str:
        """What makes two messages the same thing told twice."""
        if self.told_as:
            return self.told_as
        campaign = f"campaign:{self.campaign_id}" if self.campaign_id else ""
        return "|".join(part for part in (self.journey.key, self.about, campaign, self.episode) if part)

    @property
    def collapse_key(self) -> str:
        """What makes two messages one: the same journey of one order."""
        if self.journey.collapse is None or self.order_id is None:
            return ""
        return f"{self.journey.key}|order:{self.order_id}"


def queue(drafts: Sequence[Draft], now: datetime) -> None:
    """Queue each thing once; one queued before gets a `duplicate` decision. Three statements at most.

    One more where a journey waits for a time of day or for working days at the destination.
    """
    if not drafts:
        return
    keyed = [(draft.shop_id, draft.dedupe_key, draft) for draft in drafts]
    known = {
        (shop_id, key): pk
        for shop_id, key, pk in Message.objects.filter(
            shop_id__in={draft.shop_id for draft in drafts}, dedupe_key__among=[key for _, key, _ in keyed]
        ).values_list("shop_id", "dedupe_key", "pk")
    }
    # A thing told twice within one batch is one row: the unique key leaves the second out.
    new = [(draft, key) for shop, key, draft in keyed if (shop, key) not in known]
    clocks = readers([draft.order_id for draft, _ in new if draft.order_id and _by_clock(draft.journey.wait)])
    insert_new(
        Message,
        _NAMES,
        [_row(draft, key, clocks.get(draft.order_id or 0, _NOWHERE), now) for draft, key in new],
    )
    repeats = [(known[shop, key], draft) for shop, key, draft in keyed if (shop, key) in known]
    carts = [(pk, draft) for pk, draft in repeats if draft.journey.subject is Subject.CART]
    _postpone(carts, now)
    decide([_repeat(pk, draft) for pk, draft in repeats if draft.journey.subject is not Subject.CART], now)


def _postpone(changed: Sequence[tuple[int, Draft]], now: datetime) -> None:
    """A cart that was changed again is not left yet: its message waits anew."""
    for pk, draft in changed:
        due_at, age = _due(draft, _NOWHERE, now), draft.journey.max_age
        waiting = Message.objects.filter(pk=pk, state=MessageState.QUEUED, happened_at__lt=draft.at)
        waiting.update(happened_at=draft.at, due_at=due_at, expires_at=due_at + age if age else None)


def _by_clock(wait: Wait) -> bool:
    return wait.until is not None or wait.business_days > 0


def _repeat(message_id: int, draft: Draft) -> Judged:
    seen = {"happened_at": draft.at.isoformat()}
    return Judged(draft.shop_id, message_id, Verdict("dedupe", Ruling.STOP, Code.DUPLICATE, seen))


def _row(draft: Draft, key: str, reader: Reader, now: datetime) -> tuple[object, ...]:
    journey = draft.journey
    due_at = draft.due_at or _due(draft, reader, now)
    if draft.collapse_key and journey.collapse is not None:
        due_at += journey.collapse
    expires_at = due_at + journey.max_age if journey.max_age is not None else None
    about = (draft.shop_id, draft.buyer_id, draft.order_id, draft.shipment_id, draft.cart_id)
    rule = (draft.campaign_id, journey.key, journey.version, journey.trigger.value, draft.episode)
    plan = (key, draft.collapse_key, int(journey.lane), dict(draft.facts), journey.route[0].channel)
    return (*about, *rule, *plan, draft.at, due_at, expires_at, now)


def _due(draft: Draft, reader: Reader, now: datetime) -> datetime:
    # A carrier's clock that runs ahead neither delays a message nor keeps it fresh.
    at, wait = min(draft.at, now), draft.journey.wait
    if wait == _AT_ONCE:
        return at
    return due(at, wait, reader.zone, reader.country)
