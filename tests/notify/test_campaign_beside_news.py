"""A campaign of thousands delays nobody's "out for delivery": real worker, real provider, both databases."""

import time
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.crash.nursery import Nursery, Running
from tests.databases import home_on, on_each_engine
from tests.notify.simulator import Simulator, a_simulator
from wismo.bench.children import ask, run
from wismo.cli.processes import command_line

pytestmark = [pytest.mark.slow]
CROWD, PARCELS, EVERY = 3000, 40, 0.25
PER_SECOND, BURST = 100, 200  # as channel.toml has it of the shop's own sender


@on_each_engine
def test_what_is_out_for_delivery_goes_first_while_a_campaign_of_thousands_is_sent(engine: str) -> None:
    with home_on(engine) as home, a_simulator() as provider:
        environment = {**home, "WISMO_PRIVATE_PEERS": "1", "WISMO_LOG_LEVEL": "WARNING"}
        run(command_line("migrate"), environment)
        told = {"url": f"{provider.url}/idempotent", "crowd": CROWD, "parcels": PARCELS}
        ask("tests.notify.crowd.gather", environment, told)
        with Nursery(environment) as nursery:
            worker = Running(nursery, "work")
            with closing(worker):
                worker.start()
                wait_for(lambda: len(advertised(provider)) >= BURST)
                said = ask("tests.notify.crowd.news", environment, {"every": EVERY})
                left = CROWD - len(advertised(provider))
                wait_for(lambda: said.keys() <= arrivals(provider).keys())
                worker.kill()
    arrived = arrivals(provider)
    late = sorted(arrived[order] - at for order, at in said.items())
    print(f"{engine}: late by {late[len(late) // 2]:.2f} s in the middle, {late[-1]:.2f} s at most")  # noqa: T201
    assert left > 0  # the campaign was under way all the time
    assert late[-1] < 5
    assert late[len(late) // 2] < 2
    assert {order for order, n in provider.orders().items() if order and n > 1} == set()
    assert busiest(provider, 5) <= BURST + 5 * PER_SECOND


def advertised(provider: Simulator) -> list[float]:
    """When each message of the campaign came."""
    return [one.at for one in provider.taken if one.told["journey"] == "sale"]


def arrivals(provider: Simulator) -> dict[str, float]:
    """When the provider had each order's news."""
    return {one.order: one.at for one in provider.taken if one.told["journey"] == "out_for_delivery"}


def busiest(provider: Simulator, seconds: float) -> int:
    """The most messages that came within so many seconds."""
    at = sorted(one.at for one in provider.taken)
    return max(sum(start <= other < start + seconds for other in at) for start in at[::10])


def wait_for(so: Callable[[], bool]) -> None:
    """Until it is so; a minute at most."""
    until = time.monotonic() + 60
    while not so():
        assert time.monotonic() < until, "it never was"
        time.sleep(0.05)
