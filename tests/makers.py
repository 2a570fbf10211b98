"""Rows and values for tests, made by the product's own actions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.shops.actions import open_shop
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Scan, Status, TzSource

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """A shop's order with one parcel."""

    shop_id: int
    order_id: int
    shipment_id: int


def a_shop(slug: str = "halden") -> int:
    """A shop in Germany; its id."""
    return open_shop(slug=slug, name="Halden & Rue", country="DE", languages=["en", "ja"])


def an_order(
    reference: str = "o-1",
    *,
    promised_on: date | None = None,
    email: str = "lena@example.com",
    country: str = "DE",
    timezone: str = "",
) -> OrderSnapshot:
    """An order of two mugs, to Munich."""
    return OrderSnapshot(
        reference=reference,
        number=reference.upper(),
        placed_at=NOW - timedelta(days=3),
        country=country,
        timezone=timezone,
        email=email,
        name="Lena Braun",
        language="en",
        postcode="80331",
        city="Munich",
        promised_on=promised_on,
        lines=(LineSnapshot(title="Ridge mug", sku="MUG", quantity=2),),
    )


def a_parcel(
    shop_id: int,
    number: str = "1Z999",
    *,
    carrier: str = "ups",
    promised_on: date | None = None,
    leg: Leg = Leg.FORWARD,
) -> Told:
    """An order with one registered parcel; order and shipment are named after the number."""
    (order,) = keep_orders(shop_id, [an_order(f"o-{number}", promised_on=promised_on)], NOW)
    snapshot = ShipmentSnapshot(f"s-{number}", f"o-{number}", carrier, number, leg)
    (shipment,) = keep_shipments(shop_id, [snapshot], NOW)
    assert shipment.shipment_id is not None
    return Told(shop_id, order.order_id, shipment.shipment_id)


def a_scan(
    status: Status | None,
    at: datetime,
    *,
    number: str = "1Z999",
    carrier: str = "ups",
    leg: Leg = Leg.FORWARD,
    reason: Reason | None = None,
    eta: date | None = None,
    correction: bool = False,
    source: str = "",
    key: str = "",
) -> Scan:
    """What a carrier said; the same words at the same time are the same scan."""
    code = status.value if status else "XX"
    told = f"{carrier}|{number}|{at.isoformat()}|{code}|{leg}|{reason}|{eta}|{correction}"
    return Scan(
        source=source or carrier,
        carrier=carrier,
        tracking_number=number,
        key=key or sha256(told.encode()).hexdigest()[:32],
        code=code,
        text=code.replace("_", " "),
        status=status,
        leg=leg,
        reason=reason,
        occurred_at=at,
        occurred_raw=at.isoformat(),
        tz_source=TzSource.OFFSET,
        eta=eta,
        correction=correction,
    )
