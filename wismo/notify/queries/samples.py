"""What a text is tried on: an order of the shop's, or a made-up one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from wismo.carriers.registry import carrier_name
from wismo.notify.port import LetterItem
from wismo.notify.wording import Texts, day_in, time_in
from wismo.notify.wording.variables import made_up
from wismo.orders.models import OrderLine
from wismo.orders.queries import spellings_of
from wismo.shops.queries import BrandFacts
from wismo.tracking.models import Shipment
from wismo.tracking.queries.contents import contents
from wismo.tracking.queries.expected import expected_on
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.status import Leg


@dataclass(frozen=True, slots=True)
class Sample:
    """The facts of one order that a text may speak of. Nothing about a person."""

    number: str
    carrier: str
    tracking_number: str
    expected: date | None
    promised: date | None
    happened_at: datetime
    zone: tzinfo
    delivered: int
    total: int
    items: tuple[LetterItem, ...]

    def values(self, texts: Texts, brand: str, *, count: int) -> Mapping[str, Any]:
        """As variables, in the language of these texts; what this order does not know is made up."""
        local = self.happened_at.astimezone(self.zone)
        return made_up(texts, brand, count=count) | {
            "number": self.number,
            "carrier": self.carrier,
            "day": day_in(texts, self.expected),
            "promised": day_in(texts, self.promised),
            "date": day_in(texts, local.date()),
            "time": time_in(texts, self.happened_at, self.zone),
            "delivered": self.delivered,
            "total": max(self.total, count),
        }


MADE_UP_ITEMS = (LetterItem("Oslo lamp", "Oak", 1), LetterItem("Linen throw", "Sand", 2))


def sample_of(shop_id: int, number: str, brand: BrandFacts) -> Sample | None:
    """The newest parcel of the order of this number; None where there is none."""
    rows = Shipment.objects.filter(shop_id=shop_id, order__number__in=spellings_of(number))
    parcel = rows.select_related("order", "outlook").order_by("-pk").first()
    if parcel is None:
        return None
    order = parcel.order
    sisters = Shipment.objects.filter(shop_id=shop_id, order=order, base_leg=Leg.FORWARD)
    ended = [at for at in sisters.values_list("delivered_at", flat=True)]
    lines = list(OrderLine.objects.filter(shop_id=shop_id, order=order))
    found = contents(parcel.items, lines)
    outlook = getattr(parcel, "outlook", None)
    as_told = expected_on(parcel.eta, order.promised_on, late=parcel.late)
    return Sample(
        number=order.number,
        carrier=carrier_name(parcel.carrier),
        tracking_number=parcel.tracking_number,
        expected=outlook.shown_on if outlook else as_told,
        promised=order.promised_on,
        happened_at=parcel.status_at or parcel.created_at,
        zone=zone_of(order.timezone) or zone_of(brand.timezone) or UTC,
        delivered=sum(at is not None for at in ended),
        total=len(ended),
        items=tuple(LetterItem(item.title, item.variant, item.quantity) for item in found),
    )
