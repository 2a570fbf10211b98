"""The situations every look at the tracking page should cover, each as rows."""

from collections.abc import Callable
from datetime import datetime

from tests.trackpage.rows import WAY, Told, a_parcel, an_order, day_in, link
from wismo.shops.models import Shop
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status


def on_time(shop: Shop, now: datetime) -> str:
    """Out for delivery on the promised day."""
    order = an_order(shop, now)
    a_parcel(order, now)
    return link(order)


def late(shop: Shop, now: datetime) -> str:
    """Two days late, with a reason and a time nobody gave a zone for."""
    order = an_order(shop, now)
    told = (Told(3, Status.DELAYED, "Lyon", "Missed connection", zone_known=False), *WAY[2:])
    a_parcel(order, now, told, eta=day_in(now, 2), late=True, reason=Reason.CARRIER_MISROUTED)
    return link(order)


def split(shop: Shop, now: datetime) -> str:
    """One parcel out for delivery, the other late."""
    order = an_order(shop, now)
    a_parcel(order, now)
    a_parcel(order, now, WAY[2:], number="1Z999AA10123456785", eta=day_in(now, 1), late=True)
    return link(order)


def rto(shop: Shop, now: datetime) -> str:
    """Back at the shop, which the carrier calls delivered."""
    order = an_order(shop, now)
    told = (
        Told(1, Status.DELIVERED, "Porto", "Delivered to shipper"),
        Told(30, Status.OUT_FOR_DELIVERY, "Porto", "Out for delivery"),
        Told(52, Status.IN_TRANSIT, "Lyon", "Return in transit"),
    )
    a_parcel(order, now, told, leg=Leg.RTO, reason=Reason.BUYER_NOT_AVAILABLE)
    return link(order)


def pre_dispatch(shop: Shop, now: datetime) -> str:
    """No parcel yet."""
    return link(an_order(shop, now, promised_in=3))


def no_scans(shop: Shop, now: datetime) -> str:
    """A parcel nobody has scanned, promised for the day after tomorrow."""
    order = an_order(shop, now, promised_in=2)
    a_parcel(order, now, ())
    return link(order)


def delivered(shop: Shop, now: datetime) -> str:
    """At the door, on the day."""
    order = an_order(shop, now)
    a_parcel(order, now, (Told(1, Status.DELIVERED, "Munich", "Delivered, front door"), *WAY))
    return link(order)


def tried(shop: Shop, now: datetime) -> str:
    """Nobody was there."""
    order = an_order(shop, now)
    told = (Told(2, Status.FAILED_ATTEMPT, "Munich", "Receiver not available"), *WAY)
    a_parcel(order, now, told, reason=Reason.BUYER_NOT_AVAILABLE)
    return link(order)


def lost(shop: Shop, now: datetime) -> str:
    """The carrier gave up."""
    order = an_order(shop, now, promised_in=-9)
    a_parcel(order, now, (Told(5, Status.LOST, "", "Package lost"), *WAY[2:]), late=True)
    return link(order)


SCENES: dict[str, Callable[[Shop, datetime], str]] = {
    scene.__name__: scene
    for scene in (on_time, late, split, rto, pre_dispatch, no_scans, delivered, tried, lost)
}
