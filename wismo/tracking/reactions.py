"""What tracking does when an order changes."""

from collections import defaultdict
from collections.abc import Sequence

from wismo.orders.events import OrderRevised
from wismo.tracking.actions.shipments import refold


def follow_orders(events: Sequence[OrderRevised]) -> None:
    """Bring the parcels of revised orders up to the new promise."""
    by_shop: dict[int, list[OrderRevised]] = defaultdict(list)
    for event in events:
        by_shop[event.shop_id].append(event)
    for shop_id, revised in by_shop.items():
        refold(shop_id, [event.order_id for event in revised], max(event.at for event in revised))
