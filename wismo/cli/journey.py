"""`wismo journey`: the rules by which messages are sent, and why one was or was not."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from wismo.cli.backtested import as_json, in_words
from wismo.cli.choice import shop_option
from wismo.notify.actions import authoring
from wismo.notify.backtest import backtest
from wismo.notify.channels import passports
from wismo.notify.journey.changes import diff
from wismo.notify.journey.model import Journey, JourneyError
from wismo.notify.journey.reading import read
from wismo.notify.journey.writing import write
from wismo.notify.queries.authoring import stamp_of
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.messages import MessageRow, messages_of
from wismo.notify.queries.texts import own_texts_of
from wismo.notify.wording import all_texts
from wismo.orders.queries import order_ids, orders_numbered

WHO = "wismo journey"  # as versions name whoever sits at the command line
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("journey")
def journey_command() -> None:
    """The rules by which messages are sent."""


@journey_command.command("list")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON list.")
@shop_option()
def list_command(shop: int, *, json_wanted: bool) -> None:
    """Every rule of the shop: what starts it, and by which channels."""
    found = [journey for _, journey in sorted(journeys_of(shop).items())]
    if json_wanted:
        click.echo(json.dumps([_line(journey) for journey in found]))
        return
    for journey in found:
        off = "" if journey.enabled else "  switched off"
        click.echo(f"{journey.key:20} {journey.trigger:20} {', '.join(journey.channels)}{off}")


def _line(journey: Journey) -> dict[str, Any]:
    return {
        "key": journey.key,
        "version": journey.version,
        "on": journey.trigger.value,
        "kind": journey.kind.value,
        "channels": list(journey.channels),
        "enabled": journey.enabled,
    }


@journey_command.command("show")
@click.argument("key")
@shop_option()
def show_command(key: str, shop: int) -> None:
    """The rule as it holds now, as TOML: a start for a rule of your own."""
    click.echo(write(_known(shop, key)), nl=False)


@journey_command.command("check")
@FILE
@shop_option()
def check_command(file: Path, shop: int) -> None:
    """Whether a file is a rule we can follow, and how it differs from the one that holds."""
    journey = _read(file)
    known = journeys_of(shop).get(journey.key)
    click.echo(f"{file.name}: {journey.key} can be followed")
    for change in diff(known, journey) if known else ():
        click.echo(f"  {change.path}: {change.before} -> {change.after}")
    _warn_of_no_words(shop, journey.key)


@journey_command.command("backtest")
@FILE
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 400), help="How far back.")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON object.")
@shop_option()
def backtest_command(file: Path, shop: int, days: int, *, json_wanted: bool) -> None:
    """Try a rule on stored history: what it would have sent, beside the published one. Sends nothing."""
    journey, now = _read(file), timezone.now()
    hidden = json_wanted or not sys.stdout.isatty()
    with click.progressbar(length=1, label="orders", hidden=hidden) as bar:

        def step(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        report = backtest(shop, journey, days=days, now=now, progress=step)
    if json_wanted:
        click.echo(json.dumps(as_json(report)))
    else:
        click.echo("\n".join(in_words(report)))


@journey_command.command("publish")
@FILE
@click.option("--note", default="", help="Why, for those who read it later.")
@shop_option()
def publish_command(file: Path, shop: int, note: str) -> None:
    """Make a file the shop's rule of its key. `wismo journey rollback` brings an earlier one back."""
    journey, now = _read(file), timezone.now()
    source = file.read_text(encoding="utf-8").replace("\r\n", "\n")
    try:
        authoring.save_draft(shop, journey.key, source, seen="", who=WHO, now=now)
        made = authoring.publish(shop, journey.key, seen=stamp_of(source), note=note, who=WHO, now=now)
    except authoring.Overtaken:
        raise click.ClickException(
            f"{journey.key}: somebody has a draft of it in the console; publish or discard that one first"
        ) from None
    click.echo(f"{made.key}: version {made.version} holds from now on")
    _warn_of_no_words(shop, made.key)


@journey_command.command("rollback")
@click.argument("key")
@click.argument("version", type=int)
@shop_option()
def rollback_command(key: str, version: int, shop: int) -> None:
    """Publish an earlier version of the shop's own anew; version 0 goes back to the house's rule."""
    now = timezone.now()
    if version == 0:
        if not authoring.withdraw(shop, key, who=WHO, now=now):
            raise click.ClickException(f"{key}: no rule of the shop's own holds")
        click.echo(f"{key}: the house's rule holds from now on")
        return
    made = authoring.roll_back(shop, key, version, who=WHO, now=now)
    if made is None:
        raise click.ClickException(f"{key}: the shop has no version {version}")
    click.echo(f"{key}: version {made.version} holds from now on, which is {version} again")


@journey_command.command("explain")
@click.option("--order", "reference", required=True, help="The order's number, or the shop's own reference.")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON list.")
@shop_option()
def explain_command(shop: int, reference: str, *, json_wanted: bool) -> None:
    """Why each message about an order was sent, or was not: every gate's outcome, in words."""
    orders = list(order_ids(shop, [reference]).values()) or orders_numbered(shop, reference)
    if not orders:
        raise click.ClickException(f"no order {reference!r} is known")
    rows = [row for order in orders for row in messages_of(shop, order)]
    if json_wanted:
        click.echo(json.dumps([_told(row) for row in rows], default=str))
        return
    if not rows:
        click.echo("nothing has happened to it that a rule speaks of", err=True)
    for row in rows:
        click.echo("\n".join(_explained(row)))


def _warn_of_no_words(shop: int, key: str) -> None:
    ours = any(key in texts.journey for texts in all_texts().values())
    if not ours and all(journey != key for journey, _, _ in own_texts_of([shop])[shop].by_key):
        click.echo(f"{key}: it has no texts, so nothing can be sent: write them in the console", err=True)


def _explained(row: MessageRow) -> Iterator[str]:
    where = f" by {row.channel}" if row.state in {"sent", "awaiting"} else ""
    yield f"{row.happened_at:%Y-%m-%d %H:%M}  {row.journey}: {row.state}{where}"
    if row.why:
        yield f"    {row.why}"
    for made in row.decisions:
        words = made.why if made.outcome != "pass" else ""
        yield f"    {made.at:%Y-%m-%d %H:%M:%S}  {made.gate:10} {made.outcome:4} {made.code} {words}".rstrip()
    for tried in row.tries:
        yield f"    attempt {tried.number} by {tried.provider}: {tried.state} {tried.code}".rstrip()


def _told(row: MessageRow) -> dict[str, Any]:
    return dataclasses.asdict(row)


def _read(file: Path) -> Journey:
    try:
        return read(file.read_text(encoding="utf-8"), channels=passports().keys(), name=file.name)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name}: this is not UTF-8 text") from error
    except JourneyError as error:
        raise click.ClickException(str(error)) from error


def _known(shop: int, key: str) -> Journey:
    found = journeys_of(shop).get(key)
    if found is None:
        raise click.ClickException(f"there is no rule {key!r}: wismo journey list names them all")
    return found
