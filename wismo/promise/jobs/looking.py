"""Look at parcels with news, and again at the silent: no news is news, too. Alert a team to the riskiest."""

import time
from datetime import datetime

from django.db import transaction

from wismo.promise.actions.due import NEWS, look_apart, look_at_due
from wismo.promise.models import Outlook
from wismo.promise.queries.outlooks import under_promise
from wismo.promise.rules.alerting import FLOOR, Risky, entering, room_for
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Leg

BATCH = 500
SECONDS = 5.0  # of one sweep


def look_again(now: datetime) -> int:
    """The parcels there is news of, and the open ones that nobody has looked at for a day; how many.

    As far as time allows: the rest waits for the next sweep.
    """
    began, done = time.monotonic(), 0
    while looked := look_at_due(now, BATCH):
        done += looked
        if looked < BATCH or time.monotonic() - began > SECONDS:
            break
    return done


def take_up(now: datetime) -> int:
    """Open parcels that nobody has looked at, such as those from before there were outlooks; how many."""
    new = Shipment.objects.filter(ended=False, base_leg=Leg.FORWARD, outlook=None)
    return look_apart(list(new.order_by("pk").values_list("pk", flat=True)[:BATCH]), now)


def alert(now: datetime) -> int:
    """Note which parcels have become the riskiest of their shops, within the budget; how many."""
    new = Outlook.objects.filter(open=True, risk__gte=FLOOR, alerted_at__isnull=True)
    shops = list(new.order_by("shop_id").values_list("shop_id", flat=True).distinct())
    return sum(_alert_shop(shop_id, under_way, now) for shop_id, under_way in under_promise(shops).items())


@transaction.atomic
def _alert_shop(shop_id: int, under_way: int, now: datetime) -> int:
    room = room_for(under_way)
    risky = Outlook.objects.filter(shop_id=shop_id, open=True, risk__gte=FLOOR).order_by("-risk", "pk")
    rows = risky.values_list("pk", "risk", "alerted_at")[:room]
    told = [Risky(pk, risk or 0.0, alerted=at is not None) for pk, risk, at in rows]
    new = Outlook.objects.filter(shop_id=shop_id, pk__in=entering(told, room), alerted_at__isnull=True)
    new = new.filter(looked_at__gt=NEWS)  # what there is news of may be at the door: looked at first
    return new.update(alerted_at=now)
