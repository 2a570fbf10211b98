"""The dispatcher is killed a hundred times under load: what a provider took is never handed over again."""

import random
import time
from typing import Any

import pytest

from tests.crash.nursery import Nursery, Running
from tests.databases import home_on, on_each_engine
from tests.notify.door import Postman
from tests.notify.simulator import Fault, Simulator, a_simulator
from wismo.bench.children import ask, run
from wismo.bench.databases import Environment
from wismo.bench.door import free_port
from wismo.cli.processes import command_line

pytestmark = pytest.mark.slow
KILLS = 100
SHOPS, PARCELS = 6, 90  # shops a way of sending, and messages of each
CHANCES = {Fault.BUSY: 0.02, Fault.BROKEN: 0.02, Fault.SILENT: 0.03, Fault.HANG_UP: 0.02}


@on_each_engine
def test_what_a_provider_took_is_never_handed_over_again_however_often_the_sender_is_killed(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with home_on(engine) as home, a_simulator(chances=CHANCES, delay=0.05) as simulator:
        found, kills = _killed_again_and_again(home, simulator)
    with capsys.disabled():  # the count is for people to read
        print(f"\n{engine}: {kills} kills, {found['attempts']}, {_counts(found)}")  # noqa: T201
    assert kills == KILLS
    _nothing_is_doubled(found, simulator)


def _killed_again_and_again(home: Environment, simulator: Simulator) -> tuple[dict[str, Any], int]:
    port = free_port()
    environment = {
        **home,
        "WISMO_LOG_LEVEL": "CRITICAL",
        "WISMO_PRIVATE_PEERS": "1",
        "WISMO_BASE_URL": f"http://127.0.0.1:{port}",
    }
    run(command_line("migrate"), environment)
    told = {"url": simulator.url, "shops": SHOPS, "parcels": PARCELS}
    ask("tests.notify.inside.prepare", environment, told)
    draw, kills = random.Random(5), 0  # noqa: S311  the same choices each run
    with Nursery(environment) as nursery:
        door, worker = Running(nursery, "serve", "--port", str(port)), Running(nursery, "work")
        door.start()
        worker.start()
        ask("tests.notify.inside.tell", environment, {})
        with Postman(simulator, path="/receipts"):
            while kills < KILLS:
                time.sleep(draw.uniform(0.05, 0.6))
                worker.kill()
                worker.start()
                kills += 1
            worker.close()
            ask("tests.notify.inside.settle", environment, {"rounds": 3})
        found = ask("tests.notify.inside.settle", environment, {"rounds": 60})
        door.close()
    return found, kills


def _counts(found: dict[str, Any]) -> dict[str, int]:
    states: dict[str, int] = {}
    for _, _, state, slug, _ in found["messages"]:
        way = slug.rpartition("-")[0]
        states[f"{way} {state}"] = states.get(f"{way} {state}", 0) + 1
    return dict(sorted(states.items()))


def _nothing_is_doubled(found: dict[str, Any], simulator: Simulator) -> None:
    taken = simulator.orders()
    assert max(taken.values()) == 1  # no order's message was taken twice, whatever the way
    assert len(found["messages"]) == 3 * SHOPS * PARCELS
    unknown = {f"message {pk}" for pk, _, state, _, _ in found["messages"] if state == "unknown"}
    assert set(found["alerts"]) == unknown  # each is a task for a person
    assert {state for _, _, state, _, _ in found["messages"]} <= {"sent", "not_sent", "unknown"}
    assert not [row for row in found["messages"] if row[2] == "unknown" and "idempotent" in row[3]]
    assert not [row for row in found["messages"] if row[2] == "not_sent"]
    told = [row[4] for row in found["messages"] if row[2] == "unknown" and "receipts" in row[3]]
    assert taken.keys().isdisjoint(told)  # a receipt said of all that were taken that they were
