"""What tracking does when an order changes, or its last parcel arrives."""

from collections import defaultdict
from collections.abc import Sequence

from wismo.orders.events import OrderRevised
from wismo.tracking.actions.complete import tell_all_delivered
from wismo.tracking.actions.shipments import refold
from wismo.tracking.events import MilestoneReached
from wismo.vocabulary.milestone import Milestone


def follow_orders(events: Sequence[OrderRevised]) -> None:
    """Bring the parcels of revised orders up to the new promise."""
    by_shop: dict[int, list[OrderRevised]] = defaultdict(list)
    for event in events:
        by_shop[event.shop_id].append(event)
    for shop_id, revised in by_shop.items():
        refold(shop_id, [event.order_id for event in revised], max(event.at for event in revised))


def complete_orders(events: Sequence[MilestoneReached]) -> None:
    """Where a parcel arrived, see whether it was its order's last."""
    arrived = [event for event in events if event.milestone == Milestone.DELIVERED]
    if arrived:
        tell_all_delivered({event.shop_id for event in arrived}, {event.order_id for event in arrived})
