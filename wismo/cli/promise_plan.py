"""`wismo promise plan | adjust`: what a shop promises by, and the days that are different."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.promise.actions.adjustments import PERSON, end_adjustment, keep_adjustments
from wismo.promise.actions.plans import Overtaken, draft_plan, publish_plan, roll_back_plan
from wismo.promise.plan.changes import diff
from wismo.promise.plan.model import Plan
from wismo.promise.plan.reading import PlanError, read
from wismo.promise.plan.starter import starter
from wismo.promise.plan.warnings import warnings
from wismo.promise.queries.plans import AdjustmentRow, adjustment_rows, plan_of, plan_rows, plan_text
from wismo.promise.rules.declared import EFFECTS, STAGES, read_rows
from wismo.shops.queries import brand_of

WHO = "wismo promise"  # as versions name whoever sits at the command line
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_PAST = timedelta(days=30)  # of adjustments that are over and still listed


@click.group("plan")
def plan_command() -> None:
    """What a shop promises by: its warehouses, services, cut-offs and level, as TOML."""


@plan_command.command("show")
@shop_option()
def show_command(shop: int) -> None:
    """The plan that holds, as TOML; drawn from the shop's home and carriers where nobody wrote one."""
    click.echo(plan_text(shop).text, nl=False)


@plan_command.command("start")
@click.option("--carrier", "carriers", multiple=True, help="A carrier, as its pack is called; repeat it.")
@shop_option()
def start_command(shop: int, carriers: tuple[str, ...]) -> None:
    """A first plan for the shop's country and these carriers: save it, edit it, publish it."""
    home = brand_of(shop)
    click.echo(starter(home.country, home.timezone, carriers), nl=False)


@plan_command.command("list")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON list.")
@shop_option()
def list_command(shop: int, *, json_wanted: bool) -> None:
    """Every version, the newest first."""
    rows = plan_rows(shop)
    if json_wanted:
        click.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    for row in rows:
        state = f"published {row.published_at:%Y-%m-%d %H:%M}" if row.published_at else "a draft"
        click.echo(f"{row.version:4}  {state}  {row.who}")


@plan_command.command("check")
@FILE
@shop_option()
def check_command(file: Path, shop: int) -> None:
    """Whether a file is a plan we can follow, what is odd about it, and what it would change."""
    _, plan = _read(file)
    click.echo(f"{file.name}: can be followed")
    for change in diff(plan_of(shop)[0], plan):
        click.echo(f"  {change.path}: {change.before} -> {change.after}")
    _warn(plan)


@plan_command.command("publish")
@FILE
@shop_option()
def publish_command(file: Path, shop: int) -> None:
    """Make a file the shop's plan. `wismo promise plan rollback` brings an earlier one back."""
    text, plan = _read(file)
    now = timezone.now()
    try:
        draft_plan(shop, text, who=WHO, now=now, seen="")
        version = publish_plan(shop, who=WHO, now=now)
    except Overtaken:
        raise click.ClickException(
            "somebody has a draft of the plan in the console; publish or discard that one first"
        ) from None
    click.echo(f"version {version} of the plan holds from now on")
    _warn(plan)


@plan_command.command("rollback")
@click.argument("version", type=int)
@shop_option()
def rollback_command(version: int, shop: int) -> None:
    """Publish an earlier version of the plan anew."""
    try:
        made = roll_back_plan(shop, version, who=WHO, now=timezone.now())
    except PlanError as error:
        raise click.ClickException(str(error)) from error
    if made is None:
        raise click.ClickException(f"the plan has no published version {version}: wismo promise plan list")
    click.echo(f"version {made} of the plan holds from now on, which is {version} again")


def _read(file: Path) -> tuple[str, Plan]:
    try:
        text = file.read_text(encoding="utf-8")
        return text, read(text, name=file.name, today=timezone.now().date())
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name}: this is not UTF-8 text") from error
    except PlanError as error:
        raise click.ClickException(str(error)) from error


def _warn(plan: Plan) -> None:
    for warning in warnings(plan):
        click.echo(f"{warning.key}: {warning.says}", err=True)


@click.group("adjust")
def adjust_command() -> None:
    """Days that are different: a strike, a storm, a peak week."""


@adjust_command.command("list")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON list.")
@shop_option()
def list_adjustments_command(shop: int, *, json_wanted: bool) -> None:
    """What is, will be or was different in the last thirty days."""
    rows = adjustment_rows(shop, timezone.now().date() - _PAST)
    if json_wanted:
        click.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    for row in rows:
        click.echo(" ".join(_line(row)))


def _line(row: AdjustmentRow) -> Iterator[str]:
    days = f" by {row.days}" if row.days else ""
    yield f"{row.id:6}  {row.first_day} to {row.last_day}  {row.effect}{days}"
    scope = (row.stage, row.warehouse, row.carrier, row.service, row.country, *row.postcodes)
    yield f"({', '.join(filter(None, scope)) or 'everywhere'})"
    yield f"{row.why} [{row.source}]"
    if row.ended_at:
        yield "taken back"


@adjust_command.command("add")
@click.option("--effect", required=True, type=click.Choice(EFFECTS), help="What it does.")
@click.option("--first-day", required=True, help="As 2026-12-21.")
@click.option("--last-day", required=True, help="As 2026-12-23; that day, too.")
@click.option("--why", required=True, help="In words, as a shopper may read it.")
@click.option("--days", default="", help="How many working days more, where it is slower.")
@click.option("--stage", default="", type=click.Choice(["", *STAGES]), help="Of the way; all if left out.")
@click.option("--warehouse", default="", help="As the plan calls it; all if left out.")
@click.option("--carrier", default="", help="All if left out.")
@click.option("--service", default="", help="As the plan calls it; all if left out.")
@click.option("--country", default="", help="Of the destination, in two letters; all if left out.")
@click.option("--postcodes", default="", help="Their beginnings, with commas; all if left out.")
@shop_option()
def add_command(shop: int, **told: Any) -> None:
    """Tell of days that are different: promises take them in at once."""
    rows, problems = read_rows([told], plan=plan_of(shop)[0])
    if problems:
        raise click.ClickException(problems[0].says)
    keep_adjustments(shop, rows, source=PERSON, who=WHO, now=timezone.now())
    click.echo(f"{rows[0].first_day} to {rows[0].last_day}: {rows[0].effect}, {rows[0].why}")


@adjust_command.command("end")
@click.argument("number", type=int)
@shop_option()
def end_command(number: int, shop: int) -> None:
    """Take one back, by its number in the list."""
    if not end_adjustment(shop, number, who=WHO, now=timezone.now()):
        raise click.ClickException(f"no adjustment {number} holds: wismo promise adjust list")
    click.echo(f"{number} is taken back")
