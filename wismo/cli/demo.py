"""`wismo demo`: the main job on a made-up shop, in a home of its own."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import timezone

from wismo.cli.processes import Process, Stop, command_line, is_free, start, stop_all
from wismo.demo import play
from wismo.demo.mailbox import open_mailbox

MARK = "made-by-wismo-demo"  # a home without it is somebody's, and is never cleared


@click.command("demo")
@click.option("--orders", default=240, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--port", default=8000, show_default=True, help="Another free one is taken where it is in use.")
@click.option("--serve/--no-serve", default=True, help="Stay up until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
def demo_command(orders: int, seed: int, port: int, *, serve: bool, as_json: bool) -> None:
    """Run the main job on a made-up shop: signed webhooks in, parcels moved, mail out."""
    stop = Stop()
    with _fresh_home(settings.HOME / "demo") as home, _house(home, port, stop) as (env, running):
        told = _play(env, orders, seed)
        click.echo(json.dumps(told["outcome"], ensure_ascii=False) if as_json else _words(told, serve=serve))
        sys.stdout.flush()
        if serve:
            _stay_up(running, stop)


def _stay_up(running: Sequence[Process], stop: Stop) -> None:
    stop.listen()
    while not stop.sign:
        if any(process.poll() is not None for process in running):
            raise click.ClickException("the demo's server or worker has ended; its words stand above")
        time.sleep(0.2)


@contextmanager
def _fresh_home(home: Path) -> Iterator[Path]:
    """An empty home, this demo's alone while it runs."""
    if home.exists() and not (home / MARK).exists():
        raise click.ClickException(
            f"{home} is not the demo's: move it away, or set WISMO_HOME to another folder"
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            what = f"a demo is running in {home} already: end it, or set WISMO_HOME to another folder"
            raise click.ClickException(what) from error
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        (home / MARK).touch()
        yield home


@contextmanager
def _house(home: Path, port: int, stop: Stop) -> Iterator[tuple[dict[str, str], list[Process]]]:
    """Mailbox, server and workers, running; the environment that speaks to them."""
    port, smtp = _free(port), _free(0)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("WISMO_", "DATABASE_URL"))
    }
    env = kept | {
        "WISMO_HOME": str(home),
        "WISMO_BASE_URL": f"http://127.0.0.1:{port}",
        "WISMO_SMTP_PORT": str(smtp),
        "WISMO_MAILBOX": str(home / "mailbox"),
    }
    mailbox = open_mailbox(home / "mailbox", smtp)
    running: list[Process] = []
    try:
        subprocess.run(command_line("migrate"), env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        running = [start(command, env) for command in (["serve", "--port", str(port)], ["work"])]
        yield env, running
    except KeyboardInterrupt:  # while it was still being played
        stop.sign = signal.SIGINT
    finally:
        stop_all(running, stop.sign or signal.SIGTERM)
        mailbox.stop()


def _free(port: int) -> int:
    """The port if it is free, else one that is."""
    if port and is_free("127.0.0.1", port):
        return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _play(env: dict[str, str], orders: int, seed: int) -> dict[str, Any]:
    # A process of its own: settings are read once, and these are the demo's.
    command = command_line("demo-play", "--orders", str(orders), "--seed", str(seed))
    played = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=False)  # noqa: S603
    if played.returncode:
        raise click.ClickException("the demo could not be played; the reason stands above")
    told: dict[str, Any] = json.loads(played.stdout)
    return told


def _words(told: dict[str, Any], *, serve: bool) -> str:
    outcome = told["outcome"]
    sent, not_sent = outcome["messages"]["sent"], sum(outcome["messages"]["not_sent"].values())
    lines = [
        "A made-up shop; all its data is synthetic.",
        f"{outcome['orders']} orders, {outcome['shipments']} parcels, {outcome['scans']} scans kept,",
        f"{outcome['duplicates_ignored']} repeated scans ignored, {sent} mails sent,",
        f"{not_sent} held back with a reason, payloads parked for a person: {outcome['inbox']['parked']}.",
        "",
        *(f"{name + ':':<38} {address}" for name, address in told["addresses"].items()),
        "",
        "Ctrl-C stops it." if serve else "It has ended: without --no-serve the addresses would answer.",
    ]
    return "\n".join(lines)


@click.command("demo-play", hidden=True)
@click.option("--orders", type=int, required=True)
@click.option("--seed", type=int, required=True)
def demo_play_command(orders: int, seed: int) -> None:
    """Play the made-up world into the demo's running server."""
    now = timezone.now()
    stage = play.set_stage()
    told = play.play(stage, seed, orders, now)
    report = {"outcome": play.outcome(stage.shop_id, now), "addresses": play.addresses(stage, told)}
    click.echo(json.dumps(report, ensure_ascii=False))
