"""`wismo bench`: what this machine can do."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from wismo.bench import crew, door, growth, hindsight, latency, messages, parse, pipeline, quote, tables
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


@bench_command.command("workers")
@click.option("--shipments", default=1000, show_default=True, help="In each of four turns of a round.")
@click.option("--rounds", default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def workers_command(shipments: int, rounds: int, *, as_json: bool) -> None:
    """Two worker processes side by side, against one, in turns."""
    _report(
        lambda engine: crew.measure(engine, command_line, shipments=shipments, scans=10, rounds=rounds),
        as_json=as_json,
    )


@bench_command.command("growth")
@click.option("--few", default=50_000, show_default=True, help="Scans kept at first.")
@click.option("--many", default=5_000_000, show_default=True, help="Scans kept then.")
@click.option("--shipments", default=2000, show_default=True, help="Of each round, with ten scans each.")
@click.option("--rounds", default=3, show_default=True, help="Of which the middle one counts.")
@click.option("--json", "as_json", is_flag=True)
def growth_command(few: int, many: int, shipments: int, rounds: int, *, as_json: bool) -> None:
    """What a scan costs beside few kept scans, and beside many."""
    _report(
        lambda engine: growth.measure(
            engine, command_line, few=few, many=many, shipments=shipments, rounds=rounds
        ),
        as_json=as_json,
    )


@bench_command.command("latency")
@click.option("--rate", default=500, show_default=True, help="Pushes a second.")
@click.option("--seconds", default=20.0, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def latency_command(rate: int, seconds: float, *, as_json: bool) -> None:
    """How long a push takes from the door to its committed state, at a steady rate."""
    shipments = max(10, int(rate * seconds / 5))
    _report(
        lambda engine: latency.measure(engine, command_line, rate=rate, seconds=seconds, shipments=shipments),
        as_json=as_json,
    )


@bench_command.command("backtest")
@click.option("--shipments", default=100_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def backtest_command(shipments: int, *, as_json: bool) -> None:
    """Seconds that a rule takes to be tried on ninety days of parcels."""
    _report(lambda engine: hindsight.measure(engine, command_line, shipments=shipments), as_json=as_json)


@bench_command.command("messages")
@click.option("--messages", "count", default=1500, show_default=True, help="Of each round.")
@click.option("--rate", default=200, show_default=True, help="Events a second, for the latency.")
@click.option("--seconds", default=10.0, show_default=True, help="Of the latency's measurement.")
@click.option("--json", "as_json", is_flag=True)
def messages_command(count: int, rate: int, seconds: float, *, as_json: bool) -> None:
    """Messages decided, written and handed over a second, beside bare minijinja and bare httpx.

    By the first of the two databases that answers; `database` says which, and each one's own figures follow.
    """
    found: Found = {}
    for engine in reversed(ENGINES):
        found |= _measured(
            lambda engine: messages.measure(engine, command_line, messages=count, rate=rate, seconds=seconds),
            engine,
        )
    database = next(engine for engine in reversed(ENGINES) if found[engine])
    figures = {**found[database], "database": database, **found}
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name in ENGINES:
        click.echo(f"{name}: {_words(found[name])}")


@bench_command.command("quote")
@click.option("--lanes", default=100_000, show_default=True, help="Held in memory; made up, as all of it is.")
@click.option("--seconds", default=3.0, show_default=True, help="Of a round.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--tables", "nightly", is_flag=True, help="How long the tables take to be made instead.")
@click.option("--shipments", default=10_000_000, show_default=True, help="Of the tables.")
@click.option("--json", "as_json", is_flag=True)
def quote_command(
    lanes: int, seconds: float, rounds: int, shipments: int, *, nightly: bool, as_json: bool
) -> None:
    """What a promise costs: from memory, over HTTP beside a constant answer, and a million at once."""
    try:
        if nightly:
            found = tables.measure(command_line, shipments=shipments)
        else:
            found = quote.measure(command_line, lanes=lanes, seconds=seconds, rounds=rounds)
    except Failed as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {said}" for name, said in found.items()))


@bench_command.command("parse")
@click.option(
    "--samples",
    default="tests/carriers/samples",
    show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder for each source.",
)
@click.option("--seconds", default=3.0, show_default=True, help="Of each measurement.")
@click.option("--json", "as_json", is_flag=True)
def parse_command(samples: Path, seconds: float, *, as_json: bool) -> None:
    """Payloads one core reads a second, over all samples, and beside Karrio's parser. Needs no database."""
    try:
        found = parse.measure(samples, seconds=seconds)
    except parse.NoSamples as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {said}" for name, said in found.items()))


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
