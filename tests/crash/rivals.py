"""Workers that fight for the same rows, each in a process of its own."""

import os
import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tests.crash.inside import SOURCE, prepare
from wismo.bench.payloads import WAY, push
from wismo.notify.jobs import dispatch
from wismo.notify.queries.due import anything_due, anything_left
from wismo.notify.words import Lane
from wismo.plumbing import inbox, limits
from wismo.plumbing.models import EventRow, InboxRow, InboxTask
from wismo.shops.models import Shop

BATCH = 20
CODES = (WAY[2], WAY[5], WAY[7])
AN_HOUR = timedelta(hours=1)


def fill(parcels: int, rivals: int) -> dict[str, Any]:
    """Once all rivals are there, each scan of so many parcels is told twice, crosswise, at one moment."""
    prepare(parcels)
    (shop,) = Shop.objects.values_list("pk", flat=True)
    while len(list(_ready().glob("*"))) < rivals:
        time.sleep(0.01)
    now = timezone.now()
    moments = [(code, now - AN_HOUR + timedelta(minutes=step)) for step, code in enumerate(CODES)]
    bodies = [push(parcel, code, at) for parcel in range(parcels) for code, at in moments] * 2
    random.Random(3).shuffle(bodies)  # noqa: S311  the same order each run
    with transaction.atomic():
        for body in bodies:
            inbox.keep(shop, SOURCE, body, headers={}, now=now)
    return {"shop": shop}


def fight(payloads: int) -> dict[str, Any]:
    """Work and send, as long as there is anything to do; how many payloads fell to this one."""
    _ready().mkdir(exist_ok=True)
    (_ready() / str(os.getpid())).touch()
    worked = 0
    while InboxRow.objects.count() < payloads or InboxTask.objects.exists() or _anything_to_send():
        worked += inbox.work(timezone.now(), BATCH)
        dispatch(timezone.now())
    return {"worked": worked}


def _anything_to_send() -> bool:
    now = timezone.now()
    return anything_due(tuple(Lane), now) or anything_left(now)


def told(shop: int) -> dict[str, Any]:
    """What was counted and announced."""
    reached = EventRow.objects.filter(name="MilestoneReached")
    facts = reached.values_list("facts", flat=True)
    return {
        "duplicates": limits.total(shop, "duplicates", timezone.now() - timedelta(days=2)),
        "announced": reached.count(),
        "different": len({(told["shipment_id"], told["milestone"], told["episode"]) for told in facts}),
    }


def _ready() -> Path:
    return settings.HOME / "ready"
