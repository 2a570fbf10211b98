"""`wismo migrate`, `serve`, `work` and `up`."""

import os
import signal
import threading
from collections.abc import Sequence
from types import FrameType

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from wismo.cli.processes import is_free, run_together
from wismo.plumbing.process import die_with_parent
from wismo.plumbing.work import Worker
from wismo.wiring import WORK

tied_option = click.option("--tied", is_flag=True, hidden=True, help="End with the process that started it.")


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
@tied_option
def serve_command(host: str, port: int, workers: int, *, tied: bool) -> None:
    """Serve the pages, the API and the webhooks."""
    if tied:
        die_with_parent()
    if not is_free(host, port):
        raise click.ClickException(f"port {port} of {host} is in use: choose another with --port")
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
@tied_option
def work_command(*, once: bool, tied: bool) -> None:
    """Read the inbox, move shipments, send messages."""
    if tied:
        die_with_parent()
    if once:
        failed = Worker([job for lane in WORK.values() for job in lane]).until_idle()
        if failed:
            raise click.ClickException(f"jobs failed: {', '.join(failed)}; the log above says why")
        return
    _run_lanes([Worker(jobs) for jobs in WORK.values()])


def _run_lanes(lanes: Sequence[Worker]) -> None:
    """Each lane in a thread, until a signal asks to stop; what was begun is finished."""

    def stop(_sign: int, _frame: FrameType | None) -> None:
        for lane in lanes:
            lane.stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    threads = [threading.Thread(target=lane.run) for lane in lanes]
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
    if not is_free(host, port):
        raise click.ClickException(f"port {port} of {host} is in use: choose another with --port")
    prepare()
    connection.close()
    address = settings.BASE_URL if settings.BASE_URL_GIVEN else f"http://{host}:{port}"
    click.echo(f"Wismo starts: the console will be at {address}/console/. Ctrl-C stops it.")
    serve = ["serve", "--host", host, "--port", str(port)]
    run_together([serve, *[["work"]] * workers], {**os.environ, "WISMO_BASE_URL": address})
