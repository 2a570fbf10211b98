"""What is done inside the database of a crash test, in processes of its own."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.inboxes import states
from wismo.bench.payloads import number_of
from wismo.notify.models import Message, MessageState, MessagingSettings
from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.plumbing.models import InboxRow, InboxTask, ParkedReaction
from wismo.shops.actions import open_shop, set_source_secrets
from wismo.shops.queries import shop_key
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.models import ScanRecord
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.wiring import WORK

SOURCE = "delhivery"
LEASES = timedelta(minutes=6)  # longer than any: what a killed process held is free again


def wake(shop: int) -> None:
    """Let the shop's quiet hours be a minute far from now, so that no test hangs on when it is run."""
    there = timezone.now().astimezone(ZoneInfo("Asia/Kolkata")) + timedelta(hours=8)
    hours = {"quiet_from": there.time(), "quiet_until": (there + timedelta(minutes=1)).time()}
    MessagingSettings.objects.create(shop_id=shop, **hours)


def prepare(parcels: int) -> dict[str, Any]:
    """A shop with a door, and parcels under way to buyers with an address."""
    shop, now = open_shop(slug="crash", name="Crash", country="IN"), timezone.now()
    wake(shop)
    orders = [
        OrderSnapshot(
            reference=f"o-{n}",
            number=f"#{n}",
            placed_at=now - timedelta(days=3),  # too long ago to confirm it
            country="IN",
            email=f"buyer{n}@example.com",
            lines=(LineSnapshot(title="Ridge mug"),),
        )
        for n in range(parcels)
    ]
    keep_orders(shop, orders, now)
    shipments = [ShipmentSnapshot(f"s-{n}", f"o-{n}", SOURCE, number_of(n)) for n in range(parcels)]
    keep_shipments(shop, shipments, now)
    return {"key": shop_key(shop), "secret": set_source_secrets(shop, [SOURCE])[SOURCE]}


def kept() -> dict[str, Any]:
    """How many payloads there are, how many of them wait, and how many wait that are none."""
    waiting = set(InboxTask.objects.values_list("payload_id", flat=True))
    rows = set(InboxRow.objects.values_list("pk", flat=True))
    return {"payloads": len(rows), "waiting": len(rows & waiting), "without": len(waiting - rows)}


def scans() -> dict[str, Any]:
    """How many scans were read."""
    return {"scans": ScanRecord.objects.count()}


def settle() -> dict[str, Any]:
    """Work until nothing is due, as of now and then past every lease of the dead; what there is then."""
    later = timezone.now() + 2 * LEASES
    for ahead in (timedelta(), LEASES, 2 * LEASES):
        for job in (job for lane in WORK.values() for job in lane):
            while job.run(timezone.now() + ahead):
                pass
    # What asks for a judgement waits for days, and the readers' night for the morning.
    ripe = Message.objects.exclude(state=MessageState.QUEUED, due_at__gt=later)
    return {
        **kept(),
        "inbox": states(),
        "scans": list(ScanRecord.objects.values_list("tracking_number", "code")),
        "messages": {str(pk): state for pk, state in ripe.values_list("pk", "state")},
        "parked": list(ParkedReaction.objects.values_list("handler", "error")),
    }
