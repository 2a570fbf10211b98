"""Orders as the tracking page meets them: rows, made around a given moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from wismo.orders.models import Buyer, Order, OrderLine
from wismo.plumbing import tokens
from wismo.shops.models import Brand, Shop
from wismo.tracking.models import ScanRecord, Shipment
from wismo.vocabulary.status import Leg, Status

BERLIN = ZoneInfo("Europe/Berlin")
LANGUAGES = [tag for tag, _ in settings.LANGUAGES]


@dataclass(frozen=True)
class Told:
    """A scan of a parcel, so many hours ago."""

    hours: float
    status: Status
    place: str = ""
    text: str = ""
    zone_known: bool = True


WAY = (
    Told(4, Status.OUT_FOR_DELIVERY, "Munich", "Out For Delivery Today"),
    Told(7, Status.ARRIVED_LOCAL, "Munich", "Arrived at Facility"),
    Told(15, Status.IN_TRANSIT, "Lyon", "Departed from Facility"),
    Told(31, Status.IN_TRANSIT, "Lyon", "Arrived at Facility"),
    Told(74, Status.PICKED_UP, "Porto", "Pickup scan"),
    Told(80, Status.INFO_RECEIVED, "", "Shipper created a label"),
)


def a_shop(slug: str = "halden", **changes: object) -> Shop:
    """The shop Halden & Rue with its brand."""
    shop = Shop.objects.create(
        key=f"key-{slug}", slug=slug, name="Halden & Rue", country="DE", timezone="Europe/Berlin"
    )
    facts: dict[str, object] = {
        "name": "Halden & Rue",
        "colour": "#1f5d4c",
        "languages": LANGUAGES,
        "support_email": "help@halden.example",
        "support_url": "https://halden.example/help",
        "returns_url": "https://halden.example/returns",
        "privacy_url": "https://halden.example/privacy",
    }
    Brand.objects.create(shop=shop, **{**facts, **changes})
    return shop


def an_order(shop: Shop, now: datetime, *, promised_in: int = 0, number: str = "HR-20418") -> Order:
    """Lena's vase and mugs, to Munich; promised so many days from now."""
    email = f"lena.{number.lower()}@example.com"
    buyer = Buyer.objects.create(shop=shop, email=email, name="Lena Brandt", language="en")
    order = Order.objects.create(
        shop=shop,
        buyer=buyer,
        reference=number,
        number=number,
        placed_at=now - timedelta(days=5),
        country="DE",
        postcode="80331",
        city="Munich",
        timezone="Europe/Berlin",
        promised_on=day_in(now, promised_in),
    )
    things = [("VASE", "Stoneware vase, tall", "Chalk white", 1), ("MUG", "Ridge mug", "Fern green", 2)]
    OrderLine.objects.bulk_create(
        OrderLine(
            shop=shop, order=order, position=at, sku=sku, title=title, variant=variant, quantity=quantity
        )
        for at, (sku, title, variant, quantity) in enumerate(things)
    )
    return order


def a_parcel(
    order: Order,
    now: datetime,
    told: tuple[Told, ...] = WAY,
    *,
    number: str = "1Z999AA10123456784",
    **columns: Any,
) -> Shipment:
    """A parcel as the fold of these scans would leave it, and the scans."""
    newest = told[0] if told else None
    at = now - timedelta(hours=newest.hours) if newest else None
    status = newest.status if newest else Status.UNKNOWN
    leg = columns.get("leg", Leg.FORWARD)
    parcel = Shipment.objects.create(
        shop=order.shop,
        order=order,
        reference=f"{order.reference}-{number}",
        carrier="ups",
        tracking_number=number,
        created_at=now - timedelta(days=4),
        status=status,
        status_at=at,
        last_scan_at=at,
        delivered_at=at if status is Status.DELIVERED and leg is Leg.FORWARD else None,
        ended=status in {Status.DELIVERED, Status.RETURNED},
        **columns,
    )
    ScanRecord.objects.bulk_create(_scan(parcel, scan, now, leg) for scan in told)
    return parcel


def day_in(now: datetime, days: int) -> date:
    """So many days from now, in Berlin."""
    return (now.astimezone(BERLIN) + timedelta(days=days)).date()


def _scan(parcel: Shipment, told: Told, now: datetime, leg: Leg) -> ScanRecord:
    return ScanRecord(
        shop_id=parcel.shop_id,
        shipment=parcel,
        key=f"{parcel.pk}-{told.hours}",
        source="ups",
        carrier="ups",
        tracking_number=parcel.tracking_number,
        code=told.status,
        text=told.text,
        status=told.status,
        leg=leg,
        reason="",
        at=now - timedelta(hours=told.hours),
        offset=60 if told.zone_known else None,
        occurred_raw="",
        tz_source="offset" if told.zone_known else "unknown",
        place=told.place,
        received_at=now,
        receipt="",
    )


def link(order: Order) -> str:
    """The address of the order's page."""
    return f"/t/{tokens.make('track', order.shop_id, order.pk)}"
