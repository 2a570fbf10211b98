"""Look again at the silent: no news is news, too; and alert a team to the riskiest of its parcels."""

import time
from datetime import datetime, timedelta

from django.db import transaction

from wismo.promise.actions.outlooks import look
from wismo.promise.models import Outlook
from wismo.promise.queries.outlooks import under_promise
from wismo.promise.rules.alerting import FLOOR, Risky, entering, room_for
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Leg

DAILY = timedelta(hours=24)
BATCH = 500
SECONDS = 5.0  # of one sweep; the rest waits for the next


def look_again(now: datetime) -> int:
    """The open parcels that nobody has looked at for a day, as far as time allows; how many."""
    due = Outlook.objects.filter(open=True, looked_at__lte=now - DAILY).order_by("looked_at")
    began, done = time.monotonic(), 0
    while ids := list(due.values_list("shipment_id", flat=True)[:BATCH]):
        look(ids, now)
        done += len(ids)
        if len(ids) < BATCH or time.monotonic() - began > SECONDS:
            break
    return done


def take_up(now: datetime) -> int:
    """Open parcels that nobody has looked at, such as those from before there were outlooks; how many."""
    new = Shipment.objects.filter(ended=False, base_leg=Leg.FORWARD, outlook=None)
    return look(list(new.order_by("pk").values_list("pk", flat=True)[:BATCH]), now)


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
    return new.update(alerted_at=now)
