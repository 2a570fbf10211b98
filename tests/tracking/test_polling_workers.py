"""Several workers, and workers that die: no parcel is asked about twice at once, and none is forgotten."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

import pytest

from tests.databases import home_on, on_each_engine
from tests.peers import Asked, Peer, Scripted, a_peer
from tests.tracking.acme import told
from tests.tracking.askers import NUMBERS
from wismo.bench.children import ask, run
from wismo.bench.databases import Environment
from wismo.cli.processes import command_line
from wismo.tracking.actions.polls import LEASE

pytestmark = pytest.mark.slow


@dataclass
class Carrier(Peer):
    """Answers for whatever number it is asked."""

    def answer_to(self, asked: Asked) -> Scripted:
        """In transit."""
        super().answer_to(asked)
        return told(asked.path.partition("n=")[2])

    def numbers(self) -> Counter[str]:
        """How often it was asked for each."""
        return Counter(asked.path.partition("n=")[2] for asked in self.asked)


@contextmanager
def a_world(engine: str) -> Iterator[tuple[Carrier, Environment]]:
    """A carrier that listens, and a database with parcels to ask it about."""
    with home_on(engine) as home, a_peer(Carrier()) as carrier:
        assert isinstance(carrier, Carrier)
        environment = {**home, "WISMO_PRIVATE_PEERS": "1"}
        run(command_line("migrate"), environment)
        assert ask("tests.tracking.askers.prepare", environment, {"peer": carrier.url}) == {"taken": 120}
        yield carrier, environment


def _work(carrier: Carrier, environment: Environment, ahead: float = 0) -> int:
    told = {"peer": carrier.url, "ahead": ahead}
    asked: int = ask("tests.tracking.askers.work", environment, told)["asked"]
    return asked


@on_each_engine
def test_two_workers_share_the_work_and_never_ask_for_the_same_number(engine: str) -> None:
    with a_world(engine) as (carrier, environment):
        with ThreadPoolExecutor(2) as both:
            asked = [worker.result() for worker in [both.submit(_work, carrier, environment) for _ in "12"]]
        assert sum(asked) == len(NUMBERS)
        assert carrier.numbers() == Counter(NUMBERS)
        assert ask("tests.tracking.askers.found", environment, {}) == {
            "answered": NUMBERS,
            "payloads": len(NUMBERS),
            "failures": 0,
        }


@on_each_engine
def test_a_worker_killed_between_question_and_commit_loses_nothing_and_is_followed_by_another(
    engine: str,
) -> None:
    with a_world(engine) as (carrier, environment):
        carrier.held, first = Event(), Event()
        carrier.on_asked = first.set
        command = [sys.executable, "-m", "wismo.bench.children", "tests.tracking.askers.work"]
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, text=True) as doomed:
            assert doomed.stdin is not None
            json.dump({"peer": carrier.url, "ahead": 0}, doomed.stdin)
            doomed.stdin.close()
            assert first.wait(60), "it asked"
            doomed.kill()
        carrier.held.set()
        interrupted = set(carrier.numbers())
        _work(carrier, environment, LEASE.total_seconds() + 1)
        assert 0 < len(interrupted) < len(NUMBERS)
        assert set(carrier.numbers()) == set(NUMBERS)
        assert {number for number, times in carrier.numbers().items() if times == 2} == interrupted
        assert ask("tests.tracking.askers.found", environment, {}) == {
            "answered": NUMBERS,
            "payloads": len(NUMBERS),
            "failures": 0,
        }
