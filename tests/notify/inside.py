"""What is done inside the database of the dispatcher's crash test, in processes of its own."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tests.notify.senders import SECRET, gateway_values, publish
from wismo.notify.actions.accounts import set_account
from wismo.notify.models import Attempt, Message, TeamAlert
from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.plumbing.events import announce
from wismo.shops.actions import open_shop
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import Shipment
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.wiring import WORK

LEASES = timedelta(minutes=6)  # longer than any: what a killed process held is free again
WAYS = {"idempotent": "webhook", "receipts": "sms", "blind": "sms"}  # of the simulator, and their channel


def prepare(url: str, shops: int, parcels: int) -> dict[str, Any]:
    """So many shops a way, each with so many parcels of which nothing was told yet."""
    now = timezone.now()
    for way, channel in WAYS.items():
        for at in range(shops):
            slug = f"{way}-{at}"
            shop_id = open_shop(slug=slug, name="Crash", country="DE", synthetic=True)
            publish(shop_id, channel)
            values = {"url": f"{url}/{way}", "secret": SECRET}
            if channel == "sms":
                values = gateway_values(f"{url}/{way}")
            set_account(shop_id, _PROVIDER[channel], values, who="test", now=now)
            first = 10_000 * list(WAYS).index(way) + at * parcels
            keep_orders(shop_id, [_order(f"{slug}-{n}", first + n) for n in range(parcels)], now)
            keep_shipments(
                shop_id,
                [
                    ShipmentSnapshot(f"s-{n}", f"{slug}-{n}", "ups", f"1Z999AA1{n:010d}")
                    for n in range(parcels)
                ],
                now,
            )
    Message.objects.all().delete()  # of the orders themselves nothing is told here
    return {}


_PROVIDER = {"webhook": "webhook", "sms": "sms_gateway"}


def _order(number: str, n: int) -> OrderSnapshot:
    return OrderSnapshot(
        reference=number,
        number=number,
        placed_at=timezone.now() - timedelta(days=3),
        country="DE",
        email=f"{number}@example.com",
        phone=f"+4915112{n:06d}",
        lines=(LineSnapshot(title="Ridge mug"),),
    )


def tell() -> dict[str, Any]:
    """Every parcel was delivered: so many messages are due at once."""
    now = timezone.now()
    told = Shipment.objects.order_by("reference", "pk").values_list("shop_id", "order_id", "pk")
    events = [MilestoneReached(shop, now, order, pk, "delivered", "") for shop, order, pk in told]
    for at in range(0, len(events), 500):
        with transaction.atomic():
            announce(events[at : at + 500])
    return {"messages": Message.objects.count()}


def open_messages() -> dict[str, Any]:
    """How many are still to be sent."""
    return {"open": Message.objects.filter(state__in=("queued", "claimed")).count()}


def settle(rounds: int) -> dict[str, Any]:
    """Work until nothing is due, as of now, past every lease of the dead, and then on; what there is then."""
    for ahead in (timedelta(minutes=2), *(turn * LEASES for turn in range(1, rounds + 1))):
        for job in (job for lane in WORK.values() for job in lane):
            while job.run(timezone.now() + ahead):
                pass
    rows = Message.objects.values_list("pk", "order__number", "state", "shop__slug", "order__buyer__phone")
    alerts = TeamAlert.objects.filter(kind="unknown", closed_at=None).values_list("subject", flat=True)
    return {
        "messages": [list(row) for row in rows],
        "alerts": list(alerts),
        "attempts": dict(Counter(Attempt.objects.values_list("state", flat=True))),
    }
