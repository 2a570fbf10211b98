"""Say once of an order that all of it has arrived."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from wismo.orders.actions import hold_orders
from wismo.orders.models import OrderLine
from wismo.plumbing import bulk
from wismo.plumbing.events import announce
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import Shipment
from wismo.tracking.rules.complete import Sent, complete_since
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

_ALL = Milestone.ALL_DELIVERED.value


def tell_all_delivered(shop_ids: Collection[int], order_ids: Collection[int]) -> None:
    """Announce it of those of these orders that are complete now and were not before.

    The parcels that were just delivered are locked by the caller. That it was said stands in the row of the
    last of them, but not among its milestones: those follow from its own scans alone. A constant number of
    statements, however many the orders are.
    """
    parcels = _outbound(shop_ids, order_ids)
    several = [order_id for order_id, rows in parcels.items() if len(rows) > 1]
    if several:
        # A worker with an order's other parcel now waits, and then sees ours. An order of one parcel needs no
        # lock: to hold all of them would meet the orders' API, which locks orders before their parcels.
        hold_orders(shop_ids, several)
        parcels |= _outbound(shop_ids, several)
    ordered = _ordered(shop_ids, [pk for pk, rows in parcels.items() if any(row.items for row in rows)])
    kept, events = [], []
    for order_id, rows in parcels.items():
        at = complete_since([_sent(row) for row in rows], ordered.get(order_id, {}))
        if at is None or any(_ALL in row.retracted.split() for row in rows):
            continue
        last = max((row for row in rows if row.delivered_at), key=lambda row: (row.delivered_at, row.pk))
        kept.append((last.pk, " ".join(sorted({*last.retracted.split(), _ALL}))))
        events.append(
            MilestoneReached(
                shop_id=last.shop_id,
                at=at,
                order_id=order_id,
                shipment_id=last.pk,
                milestone=_ALL,
                episode="",
            )
        )
    bulk.update_rows(Shipment, ("retracted",), kept)
    announce(events)


def _outbound(shop_ids: Collection[int], order_ids: Collection[int]) -> dict[int, list[Shipment]]:
    rows = Shipment.objects.filter(shop_id__in=shop_ids, order__id__among=list(order_ids))
    names = ("shop_id", "order_id", "status", "leg", "delivered_at", "items", "retracted")
    found: dict[int, list[Shipment]] = defaultdict(list)
    for row in rows.exclude(base_leg=Leg.RETURN).order_by("pk").only(*names):
        found[row.order_id].append(row)
    return found


def _ordered(shop_ids: Collection[int], order_ids: Sequence[int]) -> dict[int, Counter[str]]:
    if not order_ids:
        return {}
    rows = OrderLine.objects.filter(shop_id__in=shop_ids, order__id__among=order_ids).exclude(sku="")
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for order_id, sku, quantity in rows.values_list("order_id", "sku", "quantity"):
        found[order_id][sku] += quantity
    return found


def _sent(row: Shipment) -> Sent:
    return Sent(Status(row.status), Leg(row.leg), row.delivered_at, row.items)
