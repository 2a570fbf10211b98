"""Starts `wismo` commands at once: everything is loaded here already, and each command is a fork of it."""

import contextlib
import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NoReturn, Self

import django
from django.conf import settings

from wismo.bench.databases import Environment
from wismo.carriers import registry
from wismo.cli.main import main

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


class Nursery:
    """The process that forks, as the test sees it."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()  # it ends where there is nothing more to read

    def start(self, *command: str) -> int:
        """A command in a process group of its own; the group's id."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


class Running:
    """A `wismo` command that is killed and started again."""

    def __init__(self, nursery: Nursery, *command: str) -> None:
        self.nursery = nursery
        self.command = command
        self.group = 0

    def start(self) -> None:
        """Start it."""
        self.group = self.nursery.start(*self.command)

    def kill(self) -> None:
        """No time for a last word, for it and its children."""
        assert self.lives(), f"{self.command} ended by itself"
        self.close()

    def close(self, patience: float = 10.0) -> None:
        """Kill what is left of it, and see it gone."""
        until = time.monotonic() + patience
        with contextlib.suppress(ProcessLookupError):
            while self.group:
                os.killpg(self.group, signal.SIGKILL)
                assert time.monotonic() < until, f"{self.command} does not die"
                time.sleep(0.001)

    def lives(self) -> bool:
        """Whether any process of it is left."""
        with contextlib.suppress(ProcessLookupError):
            if self.group:
                os.killpg(self.group, 0)
                return True
        return False


def _fork_on() -> None:
    """The other side: a line in is a command, a line out its process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
    django.setup()
    for name in ("wismo.cli.serving", settings.ROOT_URLCONF):
        importlib.import_module(name)
    registry.packs()
    if sys.platform == "linux":  # grandchildren are ours too, once their parent is dead
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead leave no trace
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be(json.loads(line))
        os.setpgid(child, child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _be(command: Sequence[str]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(SystemExit):
        main(args=[*command, "--tied"])
    os._exit(0)


if __name__ == "__main__":
    _fork_on()
