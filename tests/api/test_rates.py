"""Delivery dates in the shapes checkouts ask for."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.makers import NOW
from tests.shared import FOLDER, needs_shared
from wismo.api.rates import Offer, Shape, question_of_shopify, rates_of
from wismo.promise.rules.question import Answer, Item, Question
from wismo.vocabulary.money import Money

ANSWER = Answer(service="standard", earliest=date(2026, 11, 26), latest=date(2026, 11, 28))
OFFER = Offer(ANSWER, "Standard", Money(495, "EUR"), "Arrives by Saturday", "1abc")
NO_DAY = Offer(Answer(service="freight"), "Freight", Money(3000, "JPY"))
CALLBACK: dict[str, Any] = {  # as on Shopify's page on the DeliveryCarrierService object, shortened
    "rate": {
        "origin": {"country": "CA", "postal_code": "K2P1L4", "province": "ON"},
        "destination": {"country": "CA", "postal_code": "K1M1M4", "province": "ON", "name": "Bob Norman"},
        "items": [
            {"name": "Short Sleeve T-Shirt", "sku": "TS-1", "quantity": 2, "grams": 1000, "price": 1999},
            {"name": "Gift card", "sku": None, "quantity": 1},
        ],
        "currency": "CAD",
        "locale": "en",
    }
}


def test_shopify_reads_days_as_moments_and_prices_in_hundredths() -> None:
    assert rates_of([OFFER, NO_DAY], Shape.SHOPIFY) == {
        "rates": [
            {
                "service_name": "Standard",
                "service_code": "standard",
                "description": "Arrives by Saturday",
                "currency": "EUR",
                "total_price": "495",
                "min_delivery_date": "2026-11-26 12:00:00 +0000",
                "max_delivery_date": "2026-11-28 12:00:00 +0000",
            },
            {
                "service_name": "Freight",
                "service_code": "freight",
                "description": "",
                "currency": "JPY",
                "total_price": "300000",  # 3,000 yen: Shopify multiplies what has no smaller unit
            },
        ]
    }


def test_shopifys_callback_is_a_question() -> None:
    assert question_of_shopify(CALLBACK, NOW) == Question(
        at=NOW, country="CA", region="ON", postcode="K1M1M4", items=(Item("TS-1", quantity=2), Item())
    )


@pytest.mark.parametrize("told", [{}, {"rate": []}, {"rate": {"destination": "CA"}}, {"rate": None}])
def test_a_callback_without_a_destination_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"rate.destination: an object with a country"):
        question_of_shopify(told, NOW)


def test_woocommerce_keeps_the_days_and_the_id_with_the_orders_shipping_line() -> None:
    assert rates_of([OFFER, NO_DAY], Shape.WOOCOMMERCE) == [
        {
            "id": "wismo:standard",
            "label": "Standard",
            "cost": "4.95",
            "meta_data": {"delivery_from": "2026-11-26", "delivery_until": "2026-11-28", "promise": "1abc"},
        },
        {"id": "wismo:freight", "label": "Freight", "cost": "3000", "meta_data": {}},
    ]


@needs_shared
def test_what_woocommerce_keeps_fits_its_own_schema() -> None:
    schema = json.loads(
        (FOLDER / "contracts/woocommerce/orders.schema.5.8.0.json").read_text(encoding="utf-8")
    )
    args = next(one["args"] for one in schema["endpoints"] if "POST" in one["methods"])
    line = args["shipping_lines"]["items"]["properties"]
    (rate,) = rates_of([OFFER], Shape.WOOCOMMERCE)
    assert line["total"]["type"] == "string"
    assert Decimal(rate["cost"]) == OFFER.price.amount
    assert {"key", "value"} <= set(line["meta_data"]["items"]["properties"])
    assert {type(value) for value in rate["meta_data"].values()} == {str}
