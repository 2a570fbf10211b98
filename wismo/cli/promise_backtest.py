"""`wismo promise backtest`: what would have been promised, had we been there."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from wismo.cli.promise_files import FILE, MAPPING, history_of
from wismo.promise.learning.backtest import Spans, run

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("backtest")
@FILE
@MAPPING
@click.option(
    "--train-until", type=DAY, required=True, help="The last day that may be learned from at first."
)
@click.option("--test-from", type=DAY, required=True, help="The first day of orders that are promised.")
@click.option("--test-until", type=DAY, required=True, help="The last day of orders that are promised.")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON object.")
def backtest_command(file: Path, *, mapping: Path, json_wanted: bool, **days: datetime) -> None:
    """Replay a FILE of past orders day by day, promising each as if nothing later were known."""
    spans = _spans(**{name: day.date() for name, day in days.items()})
    history, trouble = history_of(file, mapping, quiet=json_wanted)
    for line in trouble.in_words():
        click.echo(line, err=True)
    report = run(history, spans)
    if json_wanted:
        click.echo(json.dumps(report))
    else:
        click.echo("\n".join(_in_words(report)))


def _spans(*, train_until: date, test_from: date, test_until: date) -> Spans:
    if test_from > test_until:
        raise click.ClickException(f"--test-until {test_until} lies before --test-from {test_from}")
    if train_until > test_from:
        raise click.ClickException(f"--train-until {train_until} lies after --test-from {test_from}: a peek")
    return Spans(train_until, test_from, test_until)


def _in_words(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"{report['orders']:,} orders, {report['answered']:,} with a promise; {report['seconds']:.0f} s"
    yield f"the likely day is off by {_number(report['mae_days'])} days"
    yield "level  on time  promised days  worst week  worst region"
    for level, told in report["levels"].items():
        yield f"{level:5}  {_row(told)}"
    if report["baseline"]:
        yield f"own    {_row(report['baseline'])}  <- the history's own promise"
    yield f"after the hand-over, the likely day is off by {_number(report['handover']['mae_days'])} days"
    for when, told in report["late"].items():
        yield (
            f"who will be late, told at {when}: AUC {_number(told['auc'], 3)},"
            f" PR-AUC {_number(told['pr_auc'], 3)} (by chance {_number(told['base'], 3)})"
        )


def _row(told: Mapping[str, Any]) -> str:
    shares = [_share(told.get(name)) for name in ("on_time", "worst_week_on_time", "worst_region_on_time")]
    return f"{shares[0]:>7}  {_number(told.get('mean_promised_days')):>13}  {shares[1]:>10}  {shares[2]:>12}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
