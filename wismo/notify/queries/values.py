"""The dotted facts that conditions ask for: see journey/facts.py."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from wismo.notify.journey.model import AllOf, AnyOf, Ask, Condition, Journey
from wismo.orders.models import Order, OrderLine
from wismo.vocabulary.money import exponent
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

Row = Mapping[str, Any]
Values = dict[str, Any]
_BY_COUNT = frozenset({"customer.orders", "customer.country", "customer.last_order_days"})


@dataclass(frozen=True, slots=True)
class Custom:
    """How often a buyer bought, and when and from where the last time."""

    orders: int = 0
    last_at: datetime | None = None
    country: str = ""


def customs(
    journeys: Collection[Journey], shop_ids: Collection[int], buyer_ids: Collection[int]
) -> dict[int, Custom]:
    """By buyer; asked of the database only where a condition of these journeys wants it."""
    asked = frozenset(fact for journey in journeys for fact in asked_by(journey))
    return customs_for(asked, shop_ids, buyer_ids)


def customs_for(
    asked: frozenset[str], shop_ids: Collection[int], buyer_ids: Collection[int]
) -> dict[int, Custom]:
    """By buyer; asked of the database only where these facts want it."""
    if not _BY_COUNT & asked:
        return {}
    rows = Order.objects.filter(shop_id__in=shop_ids, buyer__id__among=list(buyer_ids))
    counts = rows.order_by().values("buyer_id").annotate(n=Count("pk"), last=Max("pk"))
    found = {row["buyer_id"]: (row["n"], row["last"]) for row in counts}
    last = Order.objects.filter(pk__among=[pk for _, pk in found.values()])
    told = {pk: (at, country) for pk, at, country in last.values_list("pk", "placed_at", "country")}
    never = dict.fromkeys(set(buyer_ids) - found.keys(), Custom())
    return never | {buyer: Custom(n, *told[pk]) for buyer, (n, pk) in found.items() if pk in told}


def asked_by(journey: Journey) -> frozenset[str]:
    """The facts a journey's conditions ask for."""
    conditions = [journey.when, *(step.when for step in journey.route)]
    return frozenset(fact for condition in conditions for fact in facts_in(condition))


def facts_in(condition: Condition) -> Iterator[str]:
    """The facts a condition asks for."""
    if isinstance(condition, Ask):
        yield condition.fact
        return
    parts = condition.parts if isinstance(condition, AllOf | AnyOf) else (condition.part,)
    for part in parts:
        yield from facts_in(part)


def of_order(
    row: Row, lines: Sequence[OrderLine], parcels: Sequence[Row], shop_country: str, now: datetime
) -> Values:
    """Facts of an order; `row` has the order's columns as order__…, `parcels` are all of its own."""
    out = outbound(parcels)
    delivered = sum(parcel["delivered_at"] is not None for parcel in out)
    return {
        "order.country": row["order__country"],
        "order.postcode": row["order__postcode"],
        "order.city": row["order__city"],
        "order.currency": row["order__currency"],
        "order.total": major(row["order__total_minor"], row["order__currency"]),
        "order.cross_border": row["order__country"] != shop_country,
        "order.tags": row["order__tags"],
        "order.cash_on_delivery": row["order__cash_on_delivery"],
        "order.promised": row["order__promised_on"] is not None,
        "order.lines": len(lines),
        "order.items": sum(line.quantity for line in lines),
        "order.skus": [line.sku for line in lines if line.sku],
        "order.age_days": (now - row["order__placed_at"]).days,
        "order.parcels": len(out),
        "order.delivered": delivered,
        "order.all_delivered": bool(out) and delivered == len(out),
    }


def outbound(parcels: Sequence[Row]) -> list[Row]:
    """The parcels that were sent to the buyer and not called off."""
    return [
        parcel
        for parcel in parcels
        if parcel["base_leg"] not in {leg.value for leg in TO_MERCHANT}
        and parcel["status"] != Status.CANCELLED
    ]


def of_parcel(parcel: Row) -> Values:
    """Facts of a parcel."""
    return {
        "parcel.carrier": parcel["carrier"],
        "parcel.leg": Leg(parcel["leg"]).value,
        "parcel.status": parcel["status"],
        "parcel.reason": parcel["reason"],
        "parcel.late": parcel["late"],
        "parcel.stalled": parcel["silent"] == "stalled",
        "parcel.attempts": parcel["attempts"],
        "parcel.pieces": parcel["pieces"],
    }


def of_cart(row: Row) -> Values:
    """Facts of a cart; `row` has its columns as cart__…."""
    return {
        "cart.total": major(row["cart__total_minor"], row["cart__currency"]),
        "cart.currency": row["cart__currency"],
        "cart.items": sum(int(line.get("quantity", 1)) for line in row["cart__lines"]),
    }


def of_customer(buyer: Row | None, custom: Custom | None, now: datetime) -> Values:
    """Facts of a buyer; how often they bought only where it was asked."""
    found: Values = {}
    if buyer is not None:
        found = {"customer.language": buyer["language"], "customer.tags": buyer["tags"]}
    if custom is not None:
        found["customer.orders"] = custom.orders
    if custom is not None and custom.last_at is not None:
        found["customer.country"] = custom.country
        found["customer.last_order_days"] = (now - custom.last_at).days
    return found


def major(minor: int | None, currency: str) -> float | None:
    """An amount in the currency's major unit."""
    return None if minor is None or not currency else minor / 10 ** exponent(currency)
