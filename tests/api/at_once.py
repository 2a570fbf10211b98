"""What many clients do at the same moment, in a process of its own with a real database."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client

from tests.makers import NOW, a_parcel, a_scan, a_shop, an_order
from wismo.orders.actions import keep_orders
from wismo.orders.models import Buyer, Order
from wismo.orders.rules import OrderSnapshot
from wismo.plumbing.models import EventRow, ParkedReaction
from wismo.shops.actions import issue_api_key
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Status

ORDER = {
    "reference": "o-1",
    "number": "#1001",
    "placed_at": "2026-11-24T09:00:00+01:00",
    "country": "DE",
    "lines": [{"title": "Ridge mug"}],
}
SHIPMENT = {"reference": "s-1", "order_reference": "o-1", "carrier": "ups", "tracking_number": "1Z999"}


def post_one_order(clients: int, known_buyer: str) -> dict[str, Any]:
    """Each client posts the same new order; what was answered and what is kept."""
    shop = a_shop()
    if known_buyer:
        keep_orders(shop, [an_order("earlier", email=known_buyer)], NOW)
    statuses = _post(shop, "orders", {**ORDER, "email": "lena@example.com"}, clients)
    return {
        "statuses": sorted(statuses),
        "orders": Order.objects.filter(reference="o-1").count(),
        "buyers": Buyer.objects.count(),
        "placed": EventRow.objects.filter(
            name="OrderPlaced", facts__order_id=Order.objects.get(reference="o-1").pk
        ).count(),
    }


def post_one_shipment(clients: int) -> dict[str, Any]:
    """Each client posts the same new shipment."""
    shop = a_shop()
    keep_orders(shop, [an_order("o-1")], NOW)
    statuses = _post(shop, "shipments", SHIPMENT, clients)
    return {"statuses": sorted(set(statuses)), "shipments": Shipment.objects.count()}


def change_and_scan(rounds: int, orders: int) -> dict[str, Any]:
    """Two clients change the same orders from either end while the pipeline moves their parcels."""
    shop = a_shop()
    for n in range(orders):
        a_parcel(shop, f"1Z{n}")
    there = [
        replace(an_order(f"o-1Z{n}", email=f"b{n}@example.com"), promised_on=NOW.date())
        for n in range(orders)
    ]
    back = [replace(order, name="Someone", promised_on=None) for order in reversed(there)]

    def scan() -> None:
        for turn in range(rounds):
            at = NOW + timedelta(minutes=turn)
            scans = [a_scan(Status.IN_TRANSIT, at, number=f"1Z{n}") for n in range(orders)]
            record_scans([Received(shop, "r", NOW, one) for one in scans], NOW)

    def change(batch: Sequence[OrderSnapshot]) -> None:
        for _ in range(rounds):
            keep_orders(shop, batch, NOW)

    failed = _at_once([lambda: change(there), lambda: change(back), scan])
    return {"failed": failed, "parked": list(ParkedReaction.objects.values_list("error", flat=True))}


def _post(shop: int, path: str, body: dict[str, Any], clients: int) -> list[int]:
    key, statuses = issue_api_key(shop, "test"), list[int]()

    def post() -> None:
        answer = Client(raise_request_exception=False).post(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={"authorization": f"Bearer {key}"},
        )
        statuses.append(answer.status_code)

    assert _at_once([post] * clients) == []
    return statuses


def _at_once(tasks: Sequence[Callable[[], object]]) -> list[str]:
    """Run each in a thread of its own, all from the same moment; what went wrong."""
    start, failed = threading.Barrier(len(tasks)), list[str]()

    def run(task: Callable[[], object]) -> None:
        start.wait()
        try:
            task()
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed
