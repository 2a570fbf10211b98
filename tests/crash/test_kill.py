"""The power goes at any moment: what was answered 202 is not lost, and nobody is told anything twice."""

import random

import pytest

from tests.crash.house import House, a_house
from tests.databases import home_on, on_each_engine

pytestmark = pytest.mark.slow
KILLS = 100


@on_each_engine
def test_whatever_is_killed_whenever_nothing_acknowledged_is_lost_and_nothing_is_told_twice(
    engine: str,
) -> None:
    with home_on(engine) as home, a_house(home) as house:
        kills = _kill_again_and_again(house)
        house.settle()
    assert kills >= KILLS
    house.nothing_is_lost_or_doubled()
    assert len(house.mail.taken) > KILLS


def _kill_again_and_again(house: House) -> int:
    """Under load: kill the server, the worker or both, and start them again; how many were killed."""
    draw, kills = random.Random(100), 0  # noqa: S311  the same choices each run
    server, worker = house.server, house.worker
    for running in (server, worker):
        running.start()
    with house.carrier as carrier:
        while kills < KILLS:
            carrier.wait_for(draw.randrange(1, 60))
            for running in draw.choice([[server], [worker], [server, worker]]):
                running.kill()
                running.start()
                kills += 1
    for running in (server, worker):
        running.kill()
    return kills
