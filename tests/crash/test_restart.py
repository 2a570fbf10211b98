"""The database goes away under load and comes back: nothing is lost, and all go on by themselves."""

import pytest

from tests.clusters import Cluster, a_cluster
from tests.crash.house import House, a_house
from tests.databases import home_at
from wismo.bench.children import ask
from wismo.bench.databases import NoDatabase

pytestmark = [pytest.mark.slow, pytest.mark.own_database]
RESTARTS = 5


def test_a_database_that_loses_power_again_and_again_takes_nothing_along_and_is_never_restarted_for() -> None:
    try:
        with (
            a_cluster(options="-c fsync=off") as cluster,
            home_at(cluster.url) as home,
            a_house(home) as house,
        ):
            _restart_again_and_again(cluster, house)
            house.settle()
    except NoDatabase as reason:
        pytest.skip(f"not tried: {reason}")
    house.nothing_is_lost_or_doubled()
    assert set(house.carrier.refused) == {(503, "30")}
    assert len(house.mail.taken) > RESTARTS


def _restart_again_and_again(cluster: Cluster, house: House) -> None:
    """Five times under load; then the worker, which nobody started again, reads on."""
    house.server.start()
    house.worker.start()
    with house.carrier as carrier:
        for _ in range(RESTARTS):
            carrier.wait_for(60)
            cluster.restart()
        read = _scans(house)
        carrier.wait_for(60)
        assert any(_scans(house) > read for _ in range(60)), "the worker reads no more"
    for running in (house.server, house.worker):
        running.kill()


def _scans(house: House) -> int:
    return int(ask("tests.crash.inside.scans", house.environment, {})["scans"])
