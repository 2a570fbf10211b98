"""Delivery dates in the shapes checkouts ask for: Shopify's carrier service and WooCommerce's shipping rates.

Shopify's words are those of its page on the DeliveryCarrierService object; WooCommerce's are the arguments of
`WC_Shipping_Method::add_rate`. Prices are the shop's own: none is made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from wismo.promise.rules.question import Answer, Item, Question
from wismo.vocabulary.money import Money, exponent

_SUBUNITS = 2  # digits: Shopify multiplies by 100 what has no smaller unit


class Shape(StrEnum):
    """Whose checkout asks."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


@dataclass(frozen=True, slots=True)
class Offer:
    """A service at a price, with what it promises. An answer without a day is offered without one."""

    answer: Answer
    name: str  # as the shopper reads it
    price: Money
    text: str = ""  # what is said beside it, "Arrives by Friday"
    promise: str = ""  # the answer's id, which the order shall bring


def question_of_shopify(told: Mapping[str, Any], at: datetime) -> Question:
    """What Shopify's callback asks, the body's JSON being `told`. ValueError where it has no destination."""
    rate = told.get("rate")
    there = rate.get("destination") if isinstance(rate, Mapping) else None
    if not isinstance(rate, Mapping) or not isinstance(there, Mapping):
        raise ValueError("rate.destination: an object with a country")  # noqa: TRY004  # the caller's text, not ours
    items = [item for item in rate.get("items") or [] if isinstance(item, Mapping)]
    return Question(
        at=at,
        country=str(there.get("country") or "").upper(),
        region=str(there.get("province") or "").upper(),
        postcode=str(there.get("postal_code") or ""),
        items=tuple(
            Item(sku=str(item.get("sku") or ""), quantity=int(item.get("quantity") or 1)) for item in items
        ),
    )


def rates_of(offers: Sequence[Offer], shape: Shape) -> Any:
    """The offers as the checkout reads them: Shopify's `{"rates": […]}`, or WooCommerce's list of rates."""
    if shape is Shape.SHOPIFY:
        return {"rates": [_shopify(offer) for offer in offers]}
    return [_woocommerce(offer) for offer in offers]


def _shopify(offer: Offer) -> dict[str, str]:
    days = {"min_delivery_date": offer.answer.earliest, "max_delivery_date": offer.answer.latest}
    return {
        "service_name": offer.name,
        "service_code": offer.answer.service,
        "description": offer.text,
        "currency": offer.price.currency,
        "total_price": str(offer.price.minor * 10 ** max(0, _SUBUNITS - exponent(offer.price.currency))),
        **{name: _noon(day) for name, day in days.items() if day},
    }


def _noon(day: date) -> str:
    """The day as a moment, for Shopify takes no less: at noon in UTC it is that day from Samoa to Tokyo."""
    return f"{day} 12:00:00 +0000"


def _woocommerce(offer: Offer) -> dict[str, Any]:
    days = {"delivery_from": offer.answer.earliest, "delivery_until": offer.answer.latest}
    told = {name: day.isoformat() for name, day in days.items() if day}
    return {
        "id": f"wismo:{offer.answer.service}",
        "label": offer.name,
        "cost": f"{offer.price.amount:f}",
        # Copied by WooCommerce into the order's shipping line.
        "meta_data": {**told, **({"promise": offer.promise} if offer.promise else {})},
    }
