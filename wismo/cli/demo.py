"""`wismo demo`: the main job on a made-up shop, in a home of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import timezone

from wismo.cli.serving import command_line, stop_all
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
    home = _fresh_home(settings.HOME / "demo")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _house(home, port) as env:
            told = _play(env, orders, seed)
            click.echo(json.dumps(told["outcome"], ensure_ascii=False) if as_json else _words(told))
            if serve:
                signal.pause()
    except KeyboardInterrupt:
        click.echo("The demo has ended.", err=True)


def _fresh_home(home: Path) -> Path:
    if home.exists() and not (home / MARK).exists():
        raise click.ClickException(
            f"{home} is not the demo's: move it away, or set WISMO_HOME to another folder"
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).touch()
    return home


@contextmanager
def _house(home: Path, port: int) -> Iterator[dict[str, str]]:
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
    running: list[subprocess.Popen[bytes]] = []
    try:
        subprocess.run(command_line("migrate"), env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        running = [
            subprocess.Popen(command_line(*command), env=env, stdout=sys.stderr)  # noqa: S603
            for command in (["serve", "--port", str(port)], ["work"])
        ]
        yield env
    finally:
        stop_all(running)
        mailbox.stop()


def _free(port: int) -> int:
    """The port if it is free, else one that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return _free(0)
        return int(probe.getsockname()[1])


def _play(env: dict[str, str], orders: int, seed: int) -> dict[str, Any]:
    # A process of its own: settings are read once, and these are the demo's.
    command = command_line("demo-play", "--orders", str(orders), "--seed", str(seed))
    played = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=False)  # noqa: S603
    if played.returncode:
        raise click.ClickException("the demo could not be played; the reason stands above")
    told: dict[str, Any] = json.loads(played.stdout)
    return told


def _words(told: dict[str, Any]) -> str:
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
        "Ctrl-C stops it.",
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
    play.wait_until_done(stage.shop_id)
    report = {"outcome": play.outcome(stage.shop_id, now), "addresses": play.addresses(stage, told)}
    click.echo(json.dumps(report, ensure_ascii=False))
