"""The power goes at any moment: what was answered 202 is not lost, and nobody is told anything twice."""

import os
import random
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.crash.world import Carrier, MailServer
from tests.databases import home_on, on_each_engine
from wismo.bench.children import ask, run
from wismo.bench.databases import Environment
from wismo.bench.door import free_port
from wismo.cli.processes import command_line

pytestmark = pytest.mark.slow
ROUNDS = 20
PARCELS = 400


@dataclass
class Running:
    """A `wismo` command that is killed and started again."""

    command: list[str]
    environment: Environment
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, in a process group of its own: the server has children."""
        self.process = subprocess.Popen(self.command, env=self.environment, start_new_session=True)

    def kill(self) -> None:
        """No time for a last word, for it and its children."""
        assert self.process is not None
        assert self.process.poll() is None, (
            f"{self.command[3:]} ended by itself with {self.process.returncode}"
        )
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@on_each_engine
def test_whatever_is_killed_whenever_nothing_acknowledged_is_lost_and_nothing_is_told_twice(
    engine: str,
) -> None:
    mail = MailServer()
    with home_on(engine) as home, _listening(mail):
        environment = {**home, "WISMO_SMTP_PORT": str(mail.port), "WISMO_LOG_LEVEL": "CRITICAL"}
        run(command_line("migrate"), environment)
        door = ask("tests.crash.inside.prepare", environment, {"parcels": PARCELS})
        carrier = Carrier(port=free_port(), parcels=PARCELS, **door)
        draw = random.Random(20)  # noqa: S311  the same twenty rounds each run
        _kill_again_and_again(carrier, environment, draw)
        found = ask("tests.crash.inside.settle", environment, {})

    assert {found["inbox"][receipt] for receipt in carrier.receipts} == {"done"}
    assert set(found["inbox"].values()) == {"done"}  # also what was kept and never acknowledged
    assert sorted(map(tuple, found["scans"])) == sorted(carrier.told)
    assert found["parked"] == []
    states = found["messages"]
    assert set(states.values()) <= {"sent", "not_sent", "unknown"}
    assert set(mail.taken.values()) == {1}
    sent = {message for message, state in states.items() if state == "sent"}
    unknown = {message for message, state in states.items() if state == "unknown"}
    assert sent <= mail.taken.keys() <= sent | unknown
    assert len(sent) > ROUNDS


def _kill_again_and_again(carrier: Carrier, environment: Environment, draw: random.Random) -> None:
    """Twenty times, under load: kill the server, the worker or both; then let them run till all is posted."""
    server = Running(command_line("serve", "--port", str(carrier.port)), environment)
    worker = Running(command_line("work"), environment)
    posting = threading.Thread(target=carrier.post_on)
    for running in (server, worker):
        running.start()
    posting.start()
    try:
        for _ in range(ROUNDS):
            carrier.wait_for(draw.randrange(1, 60))
            for running in draw.choice([[server], [worker], [server, worker]]):
                running.kill()
                running.start()
        carrier.wait_for(1)
    finally:
        carrier.enough.set()
        posting.join()
        server.kill()
        worker.kill()


@contextmanager
def _listening(mail: MailServer) -> Iterator[None]:
    mail.controller.start()
    try:
        yield
    finally:
        mail.controller.stop()
