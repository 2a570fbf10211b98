"""What waits for a person of the team: counted in one query, as every page of the console shows it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from wismo.notify.models import Conversation, Message, MessageState, TeamAlert
from wismo.shops.models import Shop


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How many of each."""

    alerts: int  # open
    conversations: int  # that somebody should answer
    doubtful: int  # messages of which nobody knows whether they arrived


def waiting_counts(shop_id: int) -> WaitingCounts:
    """Of this shop. Each is read from an index that holds little else."""
    counts = (
        _count(TeamAlert.objects.filter(closed_at=None)),
        _count(Conversation.objects.filter(open=True)),
        _count(Message.objects.filter(state=MessageState.UNKNOWN)),
    )
    row: tuple[int, int, int] = Shop.objects.filter(pk=shop_id).values_list(*counts).get()
    return WaitingCounts(*row)


def _count(rows: Any) -> Coalesce:
    mine = rows.filter(shop=OuterRef("pk")).order_by().values("shop").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(mine, output_field=IntegerField()), 0)
