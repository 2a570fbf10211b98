"""`wismo migrate`, `serve`, `work` and `up`."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from wismo.plumbing.work import Worker
from wismo.wiring import WORK

RESTART_AFTER = 1.0  # seconds before a process that died is started again


def prepare() -> None:
    """Bring the database's tables and the pages' static files up to this version. Safe to repeat."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database and the static files up to this version."""
    prepare()
    click.echo("The database and the static files are up to date.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; SQLite is best served by one.")
def serve_command(host: str, port: int, workers: int) -> None:
    """Serve the pages, the API and the webhooks."""
    # Four blocking threads measured twice the requests of the server's own default on one core.
    Server(
        "wismo.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


@click.command("work")
@click.option("--once", is_flag=True, help="Work until nothing is due, then stop.")
def work_command(*, once: bool) -> None:
    """Read the inbox, move shipments, send messages."""
    if once:
        failed = Worker([job for lane in WORK.values() for job in lane]).until_idle()
        if failed:
            raise click.ClickException(f"jobs failed: {', '.join(failed)}; the log above says why")
        return
    lanes = [Worker(jobs) for jobs in WORK.values()]

    def stop(_sign: int, _frame: FrameType | None) -> None:
        for lane in lanes:
            lane.stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    threads = [threading.Thread(target=lane.run, name=name) for name, lane in zip(WORK, lanes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Worker processes.")
def up_command(host: str, port: int, workers: int) -> None:
    """Set up, then run the server and the workers until Ctrl-C."""
    prepare()
    connection.close()
    serve = ["serve", "--host", host, "--port", str(port)]
    click.echo(f"Wismo is up: console at {settings.BASE_URL}/console/. Ctrl-C stops it.")
    run_together([serve, *[["work"]] * workers])


def command_line(*args: str) -> list[str]:
    """How to start a `wismo` command as a process of its own."""
    return [sys.executable, "-m", "wismo.cli.main", *args]


def run_together(commands: Sequence[Sequence[str]]) -> None:
    """Run `wismo` commands side by side until a signal; one that dies is started again."""
    stopping: list[int] = []

    def stop(sign: int, _frame: FrameType | None) -> None:
        stopping.append(sign)

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    running = [(command, _start(command)) for command in commands]
    while not stopping:
        time.sleep(0.2)
        for place, (command, process) in enumerate(running):
            if process.poll() is not None and not stopping:
                click.echo(f"wismo {command[0]} ended with {process.returncode}; starting it again", err=True)
                time.sleep(RESTART_AFTER)
                running[place] = (command, _start(command))
    stop_all([process for _, process in running])


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command_line(*command), env=os.environ)  # noqa: S603  # our own command line


def stop_all(processes: Sequence["subprocess.Popen[bytes]"], patience: float = 20.0) -> None:
    """Ask them to finish what they have begun; end those that do not in time."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
