"""`wismo` commands side by side, as processes of their own."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import click

RESTART_AFTER = 1.0  # seconds before a process that died is started again
GIVE_UP = 5  # deaths within a minute: it will not get better by itself
Process = subprocess.Popen[bytes]


def command_line(*args: str) -> list[str]:
    """How to start a `wismo` command as a process of its own."""
    return [sys.executable, "-m", "wismo.cli.main", *args]


def start(command: Sequence[str], env: Mapping[str, str]) -> Process:
    """Start a command that ends with this process. What it prints goes to stderr."""
    tied = [*command, "--tied"]
    return subprocess.Popen(command_line(*tied), env=env, stdout=sys.stderr)  # noqa: S603  # our own command line


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass(slots=True)
class Stop:
    """The signal that asked to stop, once there was one."""

    sign: int = 0

    def listen(self) -> None:
        """Take Ctrl-C and SIGTERM from now on."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._heard)

    def _heard(self, sign: int, _frame: FrameType | None) -> None:
        self.sign = sign


def run_together(commands: Sequence[Sequence[str]], env: Mapping[str, str]) -> None:
    """Run commands until a signal; one that dies is started again, until it has died too often."""
    stop = Stop()
    stop.listen()
    running = [(command, start(command, env)) for command in commands]
    deaths: list[float] = []
    while not stop.sign and len(deaths) < GIVE_UP:
        time.sleep(0.2)
        for place, (command, process) in enumerate(running):
            if process.poll() is not None and not stop.sign:
                click.echo(f"wismo {command[0]} ended with {process.returncode}; starting it again", err=True)
                time.sleep(RESTART_AFTER)
                running[place] = (command, start(command, env))
                deaths = [at for at in deaths if at > time.monotonic() - 60] + [time.monotonic()]
    stop_all([process for _, process in running], stop.sign)
    if not stop.sign:
        raise click.ClickException(f"a process ended {GIVE_UP} times within a minute; its words stand above")


def stop_all(processes: Sequence[Process], sign: int = signal.SIGTERM, patience: float = 20.0) -> None:
    """Let them finish what they have begun; end those that do not in time."""
    if sign == signal.SIGINT:
        # A terminal's Ctrl-C reached them too, and a second signal would disturb the server's own way out.
        _wait(processes, 3.0)
    for process in processes:
        process.terminate()
    _wait(processes, patience)
    for process in processes:
        process.kill()
        process.wait()


def _wait(processes: Sequence[Process], patience: float) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until and any(process.poll() is None for process in processes):
        time.sleep(0.05)
