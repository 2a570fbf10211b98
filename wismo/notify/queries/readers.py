"""Where readers are, and what their clocks show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, tzinfo

from django.db.models import OuterRef, Subquery

from wismo.orders.models import Buyer, Order
from wismo.vocabulary.calendar import only_zone, zone_of, zones_in


@dataclass(frozen=True, slots=True)
class Reader:
    """The place where a message is read."""

    country: str = ""
    zones: tuple[tzinfo, ...] = (UTC,)  # several where we only know that one of them is right

    @property
    def zone(self) -> tzinfo:
        """The likeliest of its zones."""
        return self.zones[0]


def reader_of(timezone: str, country: str, shop_timezone: str) -> Reader:
    """By the destination's zone, else those of its country, else the shop's."""
    known = zone_of(timezone) if timezone else None
    names = [only_zone(country)] if only_zone(country) else zones_in(country)
    of_country = tuple(zone for name in names if (zone := zone_of(name)))
    shops = zone_of(shop_timezone) if shop_timezone else None
    return Reader(country, (known,) if known else of_country or ((shops,) if shops else (UTC,)))


def readers(order_ids: Collection[int]) -> dict[int, Reader]:
    """Where each order goes, in one query; in none where nothing is asked."""
    if not order_ids:
        return {}
    rows = Order.objects.filter(pk__among=list(set(order_ids)))
    told = rows.values_list("pk", "timezone", "country", "shop__timezone")
    return {pk: reader_of(zone, country, shop_zone) for pk, zone, country, shop_zone in told}


def homes(shop_ids: Collection[int], buyer_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Zone and country of these buyers by where their last order went, in one query."""
    if not buyer_ids:
        return {}
    last = Order.objects.filter(buyer=OuterRef("pk")).order_by("-pk")
    rows = Buyer.objects.filter(shop_id__in=shop_ids, pk__among=list(buyer_ids)).annotate(
        zone=Subquery(last.values("timezone")[:1]), country=Subquery(last.values("country")[:1])
    )
    found = rows.values_list("pk", "zone", "country")
    return {pk: (zone or "", country) for pk, zone, country in found if country}
