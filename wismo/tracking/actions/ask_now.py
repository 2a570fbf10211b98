"""A person wants to know now: the parcel is asked about in the next round, as its account's gate lets it."""

from datetime import datetime, timedelta

from django.db.models import Q

from wismo.tracking.models import Poll

AGAIN = timedelta(minutes=5)  # after an answer; a carrier that has just spoken has nothing to add


def ask_now(shop_id: int, shipment_id: int, now: datetime) -> bool:
    """Bring the next question about the shop's parcel forward; whether that changed anything.

    A parcel that rests, that is due already, or that was answered for just now stays as it is. Rate, quota,
    pause and circuit of the account hold as ever.
    """
    waiting = Poll.objects.filter(shop_id=shop_id, shipment_id=shipment_id, due_at__gt=now)
    ripe = waiting.filter(Q(answered_at=None) | Q(answered_at__lte=now - AGAIN))
    return ripe.update(due_at=now) > 0
