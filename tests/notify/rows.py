"""Rows of a shop with one order and one parcel, as the tests of messages need them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine

from wismo.notify.models import Message, MessageState
from wismo.notify.reactions import start_order_journeys, start_shipment_journeys
from wismo.orders.events import OrderPlaced
from wismo.orders.models import Buyer, Order, OrderLine
from wismo.shops.models import Brand, Shop
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import Shipment
from wismo.tracking.rules.summary import micros, pack_reached

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def make_shop(slug: str = "halden", **brand: Any) -> Shop:
    """A shop with its brand."""
    shop = Shop.objects.create(
        key=f"key-{slug}", slug=slug, name="Halden & Rue", country="DE", timezone="Europe/Berlin"
    )
    defaults = {
        "name": "Halden & Rue",
        "languages": ["en", "ja", "ko", "hi", "ar"],
        "from_email": "orders@halden.example",
        "support_email": "help@halden.example",
    }
    Brand.objects.create(shop=shop, **{**defaults, **brand})
    return shop


def make_order(shop: Shop, number: str = "HR-20418", **changes: Any) -> Order:
    """An order of two lines by Lina, to Munich, promised for the 26th."""
    of_buyer = {"email": "lina@buyer.example", "language": "en"}
    of_buyer |= {key: changes.pop(key) for key in list(changes) if key in of_buyer}
    buyer = Buyer.objects.create(shop=shop, name="Lina B", **of_buyer)
    defaults = {"country": "DE", "timezone": "Europe/Berlin", "promised_on": date(2026, 11, 26)}
    order = Order.objects.create(
        shop=shop,
        buyer=buyer,
        reference=number,
        number=number,
        placed_at=NOON - 24 * HOUR,
        **{**defaults, **changes},
    )
    OrderLine.objects.create(shop=shop, order=order, position=1, title="Tall vase", variant="Chalk white")
    OrderLine.objects.create(shop=shop, order=order, position=2, sku="MUG", title="Ribbed mug", quantity=2)
    return order


def kept(milestones: dict[str, datetime]) -> str:
    """Milestones as a parcel's row keeps them."""
    return pack_reached({name: micros(at) for name, at in milestones.items()})


def make_parcel(order: Order, reference: str = "p1", **changes: Any) -> Shipment:
    """A forward parcel of all the order holds, under way."""
    defaults: dict[str, Any] = {
        "carrier": "ups",
        "tracking_number": "1Z999AA10123456784",
        "status": "in_transit",
        "created_at": NOON - 20 * HOUR,
    }
    return Shipment.objects.create(
        shop_id=order.shop_id, order=order, reference=reference, **{**defaults, **changes}
    )


def reached(parcel: Shipment, milestone: str, at: datetime = NOON, episode: str = "") -> MilestoneReached:
    """The event tracking announces."""
    return MilestoneReached(parcel.shop_id, at, parcel.order_id, parcel.pk, milestone, episode)


def tell(parcel: Shipment, milestone: str, at: datetime = NOON, episode: str = "") -> Message:
    """The message a milestone starts, queued."""
    with time_machine.travel(max(at, NOON), tick=False):
        start_shipment_journeys([reached(parcel, milestone, at, episode)])
    return Message.objects.get(shipment=parcel, trigger=milestone, episode=episode)


def tell_order(order: Order, at: datetime = NOON) -> Message:
    """The confirmation of an order, queued."""
    with time_machine.travel(max(at, NOON), tick=False):
        start_order_journeys([OrderPlaced(order.shop_id, at, order.pk)])
    return Message.objects.get(order=order, journey="order_confirmed")


def codes(message: Message) -> list[tuple[str, str, str]]:
    """Gate, outcome and code of its decisions, in order."""
    return list(message.decisions.order_by("pk").values_list("gate", "outcome", "code"))


def state(message: Message) -> tuple[MessageState, str]:
    """Where it is now, and why."""
    message.refresh_from_db()
    return MessageState(message.state), message.code
