"""Messages that a provider took and will not speak of by itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from wismo.notify.models import Attempt, AttemptState, ChannelAccount


@dataclass(frozen=True, slots=True)
class Unheard:
    """One hand-over whose end is not known."""

    shop_id: int
    provider: str
    reference: str
    provider_id: str
    started_at: datetime


def unheard(
    providers: Collection[str], begun: Sequence[tuple[datetime, datetime]], limit: int
) -> list[Unheard]:
    """Of these providers, what was taken and begun after the first and up to the second of any pair."""
    shops = ChannelAccount.objects.filter(provider__in=providers, enabled=True)
    shop_ids = set(shops.values_list("shop_id", flat=True))
    if not shop_ids:
        return []
    when = reduce(or_, (Q(started_at__gt=after, started_at__lte=until) for after, until in begun))
    rows = Attempt.objects.filter(
        when, shop_id__in=shop_ids, provider__in=providers, state=AttemptState.ACCEPTED
    ).exclude(provider_id="")
    names = ("shop_id", "provider", "reference", "provider_id", "started_at")
    return [Unheard(*told) for told in rows.order_by("-started_at").values_list(*names)[:limit]]
