"""`wismo bench`: what this machine can do."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from wismo.bench import door, pipeline
from wismo.bench.children import Failed
from wismo.bench.databases import ENGINES, NoDatabase
from wismo.cli.processes import command_line

Found = dict[str, Any]


@click.group("bench")
def bench_command() -> None:
    """Measure the door and the pipeline, each in a database of its own that is dropped at the end.

    PostgreSQL is the server DATABASE_URL names, else one that answers at 127.0.0.1 without a password.
    """


@bench_command.command("door")
@click.option("--seconds", default=2.0, show_default=True, help="Of a round.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def door_command(seconds: float, rounds: int, *, as_json: bool) -> None:
    """Signed payloads the server keeps a second, against a constant answer behind the same middleware."""
    _report(
        lambda engine: door.measure(engine, command_line, seconds=seconds, rounds=rounds), as_json=as_json
    )


@bench_command.command("pipeline")
@click.option("--shipments", default=8000, show_default=True)
@click.option("--scans", default=10, show_default=True, help="Of each shipment.")
@click.option("--json", "as_json", is_flag=True)
def pipeline_command(shipments: int, scans: int, *, as_json: bool) -> None:
    """Scans one worker takes from the inbox to their last consequence, against inserting them bare."""
    _report(
        lambda engine: pipeline.measure(engine, command_line, shipments=shipments, scans=scans),
        as_json=as_json,
    )


def _report(measure: Callable[[str], Found], *, as_json: bool) -> None:
    found: Found = {}
    try:
        for engine in ENGINES:
            found |= _measured(measure, engine)
    except Failed as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        click.echo(f"{name}: {_words(value)}")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{figure} {what}" for what, figure in value.items())
    return value or "not measured"


def _measured(measure: Callable[[str], Found], engine: str) -> Found:
    if sys.stderr.isatty():
        click.echo(f"measuring on {engine} ...", err=True)
    try:
        return {engine: measure(engine)}
    except NoDatabase as error:
        return {engine: None, f"{engine}_reason": str(error)}
