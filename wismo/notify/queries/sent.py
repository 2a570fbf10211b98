"""What buyers were told lately, for caps to count."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from wismo.notify.journey.model import Journey
from wismo.notify.models import Message, MessageState
from wismo.notify.queries.setups import Setup
from wismo.notify.rules.facts import SentBefore

_TOLD = (MessageState.SENDING, MessageState.AWAITING, MessageState.SENT, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message a buyer had, or may have had."""

    pk: int
    before: SentBefore


def sent_before(
    journeys: Sequence[Journey], setups: Mapping[int, Setup], buyer_ids: Collection[int], now: datetime
) -> dict[int, list[Sent]]:
    """By buyer, the messages of capped groups within the longest cap; no query where no journey has one."""
    caps = [journey.cap for journey in journeys if journey.cap and not journey.must_act]
    if not caps:
        return {}
    since: datetime = now - max((cap.per for cap in caps), default=timedelta())
    rows = Message.objects.filter(buyer__id__among=list(buyer_ids), state__in=_TOLD).filter(
        Q(finished_at__gte=since) | Q(finished_at=None)
    )
    found: dict[int, list[Sent]] = defaultdict(list)
    names = ("pk", "shop_id", "buyer_id", "journey", "finished_at")
    for pk, shop_id, buyer_id, key, at in rows.order_by("pk").values_list(*names):
        journey = setups[shop_id].library.by_key.get(key) if shop_id in setups else None
        if journey is not None and journey.cap is not None:
            found[buyer_id].append(Sent(pk, SentBefore(journey.cap.group, at or now)))
    return dict(found)
