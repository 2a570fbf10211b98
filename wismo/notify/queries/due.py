"""Whether there is anything to do."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from wismo.notify.models import Message, MessageState
from wismo.notify.words import Lane


def anything_due(lanes: Collection[Lane], now: datetime) -> bool:
    """Whether a dispatcher of these lanes has a message to send; one look, no lock."""
    due = Q(state__in=(MessageState.QUEUED,), lane__in=lanes, due_at__lte=now)
    if Message.objects.filter(due).exists():
        return True
    return Message.objects.filter(state=MessageState.AWAITING, lane__in=lanes, due_at__lte=now).exists()


def anything_left(now: datetime) -> bool:
    """Whether a lease has ended: its worker died, or waits for a receipt in vain."""
    held = (MessageState.CLAIMED, MessageState.SENDING)
    return Message.objects.filter(state__in=held, lease_until__lt=now).exists()
