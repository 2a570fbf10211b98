"""The REST API: keys, orders, shipments, and what it says to what is wrong."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.makers import NOW, a_shop
from wismo.orders.models import Order
from wismo.plumbing import tokens
from wismo.shops.actions import issue_api_key, revoke_api_key
from wismo.shops.models import ApiKey
from wismo.tracking.models import Shipment

pytestmark = pytest.mark.django_db
ORDER = {
    "reference": "o-1",
    "number": "#1001",
    "placed_at": "2026-11-20T09:00:00+01:00",
    "country": "DE",
    "email": "lena@example.com",
    "total": {"amount": "12.50", "currency": "EUR"},
    "promised_on": "2026-11-27",
    "lines": [{"title": "Ridge mug", "sku": "MUG", "quantity": 2}],
}
SHIPMENT = {"reference": "s-1", "order_reference": "o-1", "carrier": "UPS", "tracking_number": "1z 999-1"}


class Caller:
    """A shop system with a key."""

    def __init__(self, shop_id: int, client: Client) -> None:
        self.key = issue_api_key(shop_id, "test")
        self.client = client

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        answer = self.client.post(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={"authorization": f"Bearer {self.key}"},
        )
        return answer.status_code, answer.json()

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {self.key}"})
        return answer.status_code, answer.json()


@pytest.fixture
def caller(client: Client) -> Caller:
    return Caller(a_shop(), client)


def test_an_order_is_created_then_updated_by_the_same_reference(caller: Caller) -> None:
    status, first = caller.post("orders", ORDER)
    assert (status, first["created"], first["reference"]) == (201, True, "o-1")
    status, again = caller.post("orders", {**ORDER, "city": "Munich"})
    assert (status, again["created"], again["id"]) == (200, False, first["id"])
    order = Order.objects.get()
    assert (order.city, order.total_minor, order.currency) == ("Munich", 1250, "EUR")


def test_the_answer_carries_the_shoppers_page(caller: Caller) -> None:
    _, kept = caller.post("orders", ORDER)
    token = kept["tracking_page"].rpartition("/t/")[2]
    ids = tokens.read("track", token, max_age=timedelta(days=1))
    assert ids == (Order.objects.get().shop_id, kept["id"])


def test_a_shipment_joins_its_order_and_is_updated_by_the_same_reference(caller: Caller) -> None:
    caller.post("orders", ORDER)
    status, first = caller.post("shipments", SHIPMENT)
    assert (status, first["created"]) == (201, True)
    status, again = caller.post("shipments", {**SHIPMENT, "tracking_number": "1Z9992"})
    assert (status, again["id"]) == (200, first["id"])
    parcel = Shipment.objects.get()
    assert (parcel.carrier, parcel.tracking_number) == ("ups", "1Z9992")
    status, order = caller.get("orders/o-1")
    assert status == 200
    assert [(p["tracking_number"], p["status"], p["late"]) for p in order["parcels"]] == [
        ("1Z9992", "unknown", False)
    ]


def test_a_shipment_of_an_order_not_there_says_to_post_the_order_first(caller: Caller) -> None:
    status, problem = caller.post("shipments", SHIPMENT)
    assert status == 409
    assert problem["problems"] == [
        {"where": "order_reference", "what": "the shop has no order 'o-1'; post the order first"}
    ]


def test_every_wrong_field_is_named_and_nothing_is_kept(caller: Caller) -> None:
    status, problem = caller.post("orders", {**ORDER, "country": "ZZ", "email": "lena", "timezone": "Mars"})
    assert status == 422
    assert [entry["where"] for entry in problem["problems"]] == ["country", "email", "timezone"]
    status, problem = caller.post("orders", {**ORDER, "placed_at": "yesterday", "lines": [{"quantity": "x"}]})
    assert status == 422
    assert [entry["where"] for entry in problem["problems"]] == [
        "placed_at",
        "lines.0.title",
        "lines.0.quantity",
    ]
    status, problem = caller.post("orders", {**ORDER, "total": {"amount": "12.505", "currency": "EUR"}})
    assert problem["problems"] == [{"where": "total", "what": "'12.505' has more decimals than EUR has (2)"}]
    assert Order.objects.count() == 0


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', '{"reference": "\\u0000"}', "{}"])
def test_a_body_that_is_no_order_is_refused_plainly(caller: Caller, body: str) -> None:
    status, problem = caller.post("orders", body)
    assert status in {400, 422}
    assert problem["problems"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"total": {"amount": "1e5000", "currency": "EUR"}}, "total"),
        ({"total": {"amount": "1e999999999", "currency": "EUR"}}, "total"),
        ({"total": {"amount": "12", "currency": "\ud800"}}, "total"),
        ({"reference": "o\ud800"}, "reference"),
        ({"name": "L\udfff"}, "name"),
        ({"name": "L\x00"}, "name"),
        ({"email": "l\x00@example.com"}, "email"),
        ({"country": "\ud800\ud800"}, "country"),
        ({"timezone": "\x00"}, "timezone"),
        ({"lines": [{"title": "Mug", "sku": "\x00"}]}, "lines.0.sku"),
        ({"lines": [{"title": "\ud800"}]}, "lines.0.title"),
        ({"lines": [{"title": "Mug", "quantity": 10**300}]}, "lines"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at"),
        ({"placed_at": "9999-12-31T23:59:59-12:00"}, "placed_at"),
        ({"placed_at": 10**300}, "placed_at"),
        ({"cancelled_at": "1999-12-31T23:59:59Z"}, "cancelled_at"),
        ({"updated_at": "2101-01-01T00:00:00Z"}, "updated_at"),
        ({"promised_on": "0001-01-01"}, "promised_on"),
        ({"promised_on": "9999-12-31"}, "promised_on"),
    ],
)
def test_whatever_an_order_holds_is_kept_or_refused_by_its_field(
    caller: Caller, changes: dict[str, Any], where: str
) -> None:
    status, problem = caller.post("orders", {**ORDER, **changes})
    assert (status, [entry["where"] for entry in problem["problems"]]) == (422, [where])
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reference": "s\ud800"}, "reference"),
        ({"order_reference": "o\x00"}, "order_reference"),
        ({"tracking_number": "1Z\x00"}, "tracking_number"),
        ({"carrier": "\ud800"}, "carrier"),
        ({"shipped_at": "0001-01-01T00:00:00+14:00"}, "shipped_at"),
        ({"shipped_at": "9999-12-31T23:59:59-12:00"}, "shipped_at"),
        ({"items": [{"sku": "\x00"}]}, "items"),
    ],
)
def test_whatever_a_shipment_holds_is_kept_or_refused_by_its_field(
    caller: Caller, changes: dict[str, Any], where: str
) -> None:
    caller.post("orders", ORDER)
    status, problem = caller.post("shipments", {**SHIPMENT, **changes})
    assert (status, [entry["where"].split(".")[0] for entry in problem["problems"]]) == (422, [where])
    assert not Shipment.objects.exists()


def test_a_reference_may_be_an_address_with_slashes(caller: Caller) -> None:
    reference = "gid://shopify/Order/1"
    assert caller.post("orders", {**ORDER, "reference": reference})[0] == 201
    status, order = caller.get(f"orders/{quote(reference, safe='')}")
    assert (status, order["reference"]) == (200, reference)


def test_an_order_told_late_is_answered_but_changes_nothing(caller: Caller) -> None:
    _, first = caller.post("orders", {**ORDER, "updated_at": "2026-11-20T10:00:00Z"})
    late = {**ORDER, "city": "Rome", "updated_at": "2026-11-20T09:59:59Z"}
    status, again = caller.post("orders", late)
    assert (status, again) == (200, {**first, "created": False})
    assert Order.objects.get().city == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[" * 200_000, 400),
        ('{"reference": ' + "9" * 5000 + "}", 400),
        (b"\xff\xfe", 400),
        ("x" * 3_000_000, 413),
    ],
    ids=["deep", "digits", "bytes", "long"],
)
def test_a_body_made_to_break_a_reader_is_refused(caller: Caller, body: str | bytes, status: int) -> None:
    told, problem = caller.post("orders", body)
    assert (told, problem["problems"][0]["where"]) == (status, "body")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wismo_\xe9",
        "Bearer wismo_\udce9",
        "Bearer wismo_unknown",
        "Basic d2lzbW8=",
        "Bearer \x00",
    ],
)
def test_without_a_known_key_the_answer_is_always_the_same(client: Client, authorization: str) -> None:
    answer = client.post(
        "/api/v1/orders", "{}", content_type="application/json", headers={"authorization": authorization}
    )
    assert answer.status_code == 401
    assert answer.json() == {
        "title": "Unauthorized",
        "status": 401,
        "problems": [{"where": "authorization", "what": "send a valid key as Authorization: Bearer wismo_…"}],
    }


def test_a_key_is_kept_as_a_hash_and_ends_when_it_is_revoked(caller: Caller) -> None:
    row = ApiKey.objects.get()
    assert caller.key not in (row.digest, row.hint, row.name)
    assert revoke_api_key(row.shop_id, caller.key, NOW) == 1
    assert caller.post("orders", ORDER)[0] == 401


def test_one_shops_key_never_sees_another_shops_orders(client: Client) -> None:
    mine, other = Caller(a_shop("mine"), client), Caller(a_shop("other"), client)
    mine.post("orders", ORDER)
    assert other.get("orders/o-1")[0] == 404
    assert other.post("shipments", SHIPMENT)[0] == 409


def test_the_description_is_served_and_asks_nothing_of_a_third_party(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert sorted(answer.json()["paths"]) == [
        "/api/v1/buyers/consents",
        "/api/v1/buyers/find",
        "/api/v1/buyers/{buyer_id}",
        "/api/v1/buyers/{buyer_id}/addresses",
        "/api/v1/buyers/{buyer_id}/feed-token",
        "/api/v1/campaigns",
        "/api/v1/campaigns/{campaign_id}",
        "/api/v1/campaigns/{campaign_id}/preview",
        "/api/v1/campaigns/{campaign_id}/{act}",
        "/api/v1/carts",
        "/api/v1/feedback",
        "/api/v1/happenings",
        "/api/v1/orders",
        "/api/v1/orders/{reference}",
        "/api/v1/promises/quote",
        "/api/v1/promises/widget",
        "/api/v1/shipments",
    ]
