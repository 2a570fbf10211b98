"""The disk is full: nothing is kept by halves, nothing kept is lost, and all go on once there is room."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.clusters import a_cluster
from tests.crash.disks import FullFor, NoDisk, SmallDisk, a_small_disk
from tests.crash.house import House, a_house
from tests.databases import home_at, home_on, on_each_engine
from wismo.bench.children import ask
from wismo.bench.databases import Environment, NoDatabase

pytestmark = pytest.mark.slow
TIMES = 3
SIZES = {"sqlite": 48, "postgresql": 192}  # megabytes: what an empty database takes, and room
# In one piece, which is there from the start: PostgreSQL itself gives up where its log cannot grow.
LOG = ("--wal-segsize=64",)
SETTINGS = "-c fsync=off -c min_wal_size=128MB -c max_wal_size=256MB"


@on_each_engine
def test_on_a_full_disk_the_door_answers_503_and_keeps_nothing_by_halves(engine: str) -> None:
    with _house_on_a_small_disk(engine) as (house, disk):
        house.server.start()
        _fill_again_and_again(house, disk)
        kept = ask("tests.crash.inside.kept", house.environment, {})
        house.settle()
    assert (kept["waiting"], kept["without"]) == (kept["payloads"], 0)
    house.nothing_is_lost_or_doubled()
    assert set(house.carrier.refused) == {(503, "30")}


@on_each_engine
def test_a_worker_goes_on_by_itself_when_a_full_disk_has_room_again(engine: str) -> None:
    with _house_on_a_small_disk(engine) as (house, disk):
        house.server.start()
        house.worker.start()
        _fill_again_and_again(house, disk)
        house.worker.kill()
        house.settle()
    house.nothing_is_lost_or_doubled()
    assert set(house.carrier.refused) == {(503, "30")}


def _fill_again_and_again(house: House, disk: SmallDisk | FullFor) -> None:
    """Under load: nothing more is kept while the disk is full, and it goes on once there is room."""
    with house.carrier as carrier:
        for _ in range(TIMES):
            carrier.wait_for(60)
            disk.fill()
            carrier.wait_for_refusals(60)
            disk.free()
        carrier.wait_for(60)


@contextmanager
def _house_on_a_small_disk(engine: str) -> Iterator[tuple[House, SmallDisk | FullFor]]:
    """Where none may be mounted, SQLite's server and worker meet a limit on what they write instead."""
    with ExitStack() as held:
        try:
            disk = held.enter_context(a_small_disk(SIZES[engine]))
        except NoDisk as reason:
            if engine == "postgresql":
                pytest.skip(f"not tried on {engine}: {reason}")
            house = held.enter_context(a_house(held.enter_context(home_on(engine))))
            yield house, FullFor([house.server, house.worker])
            return
        home = held.enter_context(_home(engine, disk.folder))
        yield held.enter_context(a_house(home)), disk


@contextmanager
def _home(engine: str, folder: Path) -> Iterator[Environment]:
    """SQLite's home, or a whole PostgreSQL server, in that folder."""
    with ExitStack() as held:
        if engine == "sqlite":
            yield held.enter_context(home_at("sqlite:///wismo.sqlite3", folder))
            return
        try:
            cluster = held.enter_context(a_cluster(folder, initdb=LOG, options=SETTINGS))
        except NoDatabase as reason:
            pytest.skip(f"not tried on {engine}: {reason}")
        yield held.enter_context(home_at(cluster.url))
