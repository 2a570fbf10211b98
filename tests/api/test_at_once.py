"""Clients that come at the same moment: one row, one announcement, and nobody is turned away."""

from typing import Any

import pytest

from tests.databases import home_on, on_each_engine
from wismo.bench.children import ask, run
from wismo.cli.processes import command_line

pytestmark = pytest.mark.slow
CLIENTS = 20


def asked(engine: str, what: str, **told: Any) -> dict[str, Any]:
    """What came of it, on a new database of that engine."""
    with home_on(engine) as home:
        run(command_line("migrate"), home)
        return ask(f"tests.api.at_once.{what}", {**home, "WISMO_ALLOWED_HOSTS": "testserver"}, told)


@on_each_engine
@pytest.mark.parametrize("known_buyer", ["", "lena@example.com"], ids=["new-buyer", "known-buyer"])
def test_one_new_order_posted_by_many_at_once_is_created_once(engine: str, known_buyer: str) -> None:
    assert asked(engine, "post_one_order", clients=CLIENTS, known_buyer=known_buyer) == {
        "statuses": [*[200] * (CLIENTS - 1), 201],
        "orders": 1,
        "buyers": 1,
        "placed": 1,
    }


@on_each_engine
def test_one_new_shipment_posted_by_many_at_once_is_one_row(engine: str) -> None:
    found = asked(engine, "post_one_shipment", clients=CLIENTS)
    assert found["shipments"] == 1
    assert set(found["statuses"]) <= {200, 201}


@on_each_engine
def test_orders_changed_from_either_end_while_their_parcels_move_never_wait_in_a_circle(engine: str) -> None:
    assert asked(engine, "change_and_scan", rounds=12, orders=40) == {"failed": [], "parked": []}
