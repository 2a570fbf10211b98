"""Who works on which message: taken for a while by a lease, so that a dead worker's are taken up again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from wismo.notify.models import Message, MessageState
from wismo.notify.words import Lane
from wismo.orders.models import Buyer

# Longer than any one hand-over: six SMTP commands of EMAIL_TIMEOUT (20 s) each, and room.
LEASE = timedelta(minutes=5)


@transaction.atomic
def claim(lanes: Collection[Lane], now: datetime, limit: int) -> list[int]:
    """Due messages that nobody works on, most urgent lane first, leased to the caller until `now + LEASE`.

    Those that waited in vain for a receipt of delivery go on with the next step of their route, and stand in
    the queue with the others: in a backlog of news too, what must be acted on goes first.
    """
    waited = (
        Message.objects
        .select_for_update(skip_locked=True, of=("self",))
        .filter(state=MessageState.AWAITING, lane__in=lanes, due_at__lte=now)
        .order_by("due_at", "id")
        .values_list("pk", flat=True)[:limit]
    )
    if ids := list(waited):
        Message.objects.filter(pk__in=ids).update(step=F("step") + 1, state=MessageState.QUEUED)
    queued = list(
        Message.objects
        .select_for_update(skip_locked=True, of=("self",))
        .filter(state=MessageState.QUEUED, lane__in=lanes, due_at__lte=now)
        .order_by("lane", "due_at", "id")
        .values_list("pk", flat=True)[:limit]
    )
    leased = {"state": MessageState.CLAIMED, "lease_until": now + LEASE}
    Message.objects.filter(pk__among=queued).update(**leased)
    return queued


def take_back(now: datetime) -> int:
    """Claims whose worker died before it handed anything over: due again; how many."""
    ended = Message.objects.filter(state=MessageState.CLAIMED, lease_until__lt=now)
    return ended.update(state=MessageState.QUEUED, lease_until=None)


def lock_buyers(buyer_ids: Collection[int]) -> None:
    """Let nobody else decide about these people until the transaction ends: caps and merges count on it.

    Before their messages, and in the order of their ids, so that two dispatchers never wait for each other.
    """
    rows = Buyer.objects.select_for_update(no_key=True).filter(pk__among=list(buyer_ids)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock(ids: Sequence[int], lease: datetime) -> list[int]:
    """Those of the messages whose lease is still the caller's, locked until the transaction ends.

    The lease is the token: whoever claimed a message later holds a later one.
    """
    return list(
        Message.objects
        .select_for_update(of=("self",))
        .filter(pk__among=list(ids), state=MessageState.CLAIMED, lease_until=lease)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def lock_with_shop(ids: Sequence[int], lease: datetime) -> list[tuple[int, int]]:
    """As `lock`: shop and message."""
    ours = lock(ids, lease)
    return list(Message.objects.filter(pk__in=ours).values_list("shop_id", "pk"))


def lock_mergeable(ids: Sequence[int]) -> list[int]:
    """Those that still wait, locked. Their buyers are locked already, so nobody else judges them now."""
    if not ids:
        return []
    waiting = (MessageState.QUEUED, MessageState.CLAIMED)
    rows = Message.objects.select_for_update(of=("self",)).filter(pk__in=ids, state__in=waiting)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def release(ids: Sequence[int], lease: datetime) -> None:
    """Put back what the caller claimed and did not get to."""
    ours = Message.objects.filter(pk__in=ids, state=MessageState.CLAIMED, lease_until=lease)
    ours.update(state=MessageState.QUEUED, lease_until=None)
