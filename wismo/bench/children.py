"""Processes of their own: one never switches databases, and each is measured alone."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import django

from wismo.bench.databases import Environment

Command = Callable[..., list[str]]  # how to start a `wismo` command as a process: the floor above knows


class Failed(Exception):
    """The measurement does not count; the message says why."""


def run(command: Sequence[str], environment: Environment) -> None:
    """Run a process to its end."""
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)  # noqa: S603  # our own
    if done.returncode:
        raise Failed(f"{' '.join(command[1:])} ended with {done.returncode}: see its words above")


def ask(function: str, environment: Environment, told: dict[str, Any]) -> dict[str, Any]:
    """Call `package.module.function` with `told` in a process of that environment."""
    command = [sys.executable, "-m", "wismo.bench.children", function]
    done = subprocess.run(  # noqa: S603  # our own command line
        command, env=environment, input=json.dumps(told), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{function} ended with {done.returncode}: see its words above")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def running(command: Sequence[str], environment: Environment) -> Iterator[None]:
    """A process that runs beside us until the end of the block."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603  # our own
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _answer() -> None:
    """The other side of `ask`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
    django.setup()
    module, _, function = sys.argv[1].rpartition(".")
    told = json.load(sys.stdin)
    json.dump(getattr(import_module(module), function)(**told), sys.stdout)


if __name__ == "__main__":
    _answer()
