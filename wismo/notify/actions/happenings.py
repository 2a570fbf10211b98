"""What was told of orders and carts is kept, for what it overtakes."""

from collections.abc import Sequence

from wismo.notify.events import HappeningTold
from wismo.notify.models import HappeningRow
from wismo.plumbing.bulk import insert_new

_NAMES = ("shop", "order", "cart", "name", "episode", "at")


def keep(events: Sequence[HappeningTold]) -> None:
    """Each once, in one statement; what is about neither an order nor a cart overtakes nothing."""
    rows = [
        (
            *(event.shop_id, event.order_id, None if event.order_id else event.cart_id),
            *(event.name, event.episode, event.at),
        )
        for event in events
        if event.order_id or event.cart_id
    ]
    insert_new(HappeningRow, _NAMES, rows)
