"""`wismo promise import | train | frontier`: what past parcels teach."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.cli.promise_files import FILE, MAPPING, history_of
from wismo.promise.actions.importing import Imported, as_planned, keep_history, strangers
from wismo.promise.jobs.nightly import learn
from wismo.promise.learning.history import History
from wismo.promise.plan.model import Plan
from wismo.promise.queries.frontiers import Frontier, frontier_of
from wismo.promise.queries.plans import plan_of
from wismo.promise.queries.tables import serving_learning, tables_of
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.tables import Tables
from wismo.promise.serving import quoter_of
from wismo.shops.queries import brand_of

NAMED = 3  # words the plan does not know, of all there are
SHOWN = 10  # lanes named of all that may speak
JSON = click.option("--json", "json_wanted", is_flag=True, help="One JSON object.")


@click.command("import")
@FILE
@MAPPING
@JSON
@shop_option()
def import_command(file: Path, shop: int, *, mapping: Path, json_wanted: bool) -> None:
    """Take in past orders from a CSV or Parquet FILE, and learn from them at once. Safe to repeat."""
    told, trouble = history_of(file, mapping, quiet=json_wanted)
    plan, _ = plan_of(shop)
    history = as_planned(told, plan)
    unknown = strangers(history, plan)
    done = _keep(shop, history, quiet=json_wanted)
    learned = _learn(shop) if done.touched else None
    lanes = _tables(shop)
    if json_wanted:
        report = {**trouble.as_json(), **asdict(done), "not_in_plan": unknown}
        report |= {"learned": learned, "lanes": _counted(lanes)}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        for line in (*trouble.in_words(), *_unknown(unknown, plan)):
            click.echo(line, err=True)
        click.echo("\n".join([*_kept(done), *_promisable(lanes, plan.level)]))
    if done.placeless == len(history):
        raise click.ClickException(
            "no row tells the country it went to: name its column in the mapping, or write it in [constants]"
        )


def _keep(shop: int, history: History, *, quiet: bool) -> Imported:
    today = timezone.now().astimezone(ZoneInfo(brand_of(shop).timezone)).date()
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(length=len(history), label="keeping", hidden=hidden, file=sys.stderr) as bar:
        return keep_history(shop, history, today=today, progress=bar.update)


def _learn(shop: int) -> dict[str, Any]:
    learned = learn(shop, timezone.now(), anew=True)
    if learned is None:
        raise click.ClickException("nothing was learned: another process is at it, or nothing is over yet")
    return learned


def _kept(done: Imported) -> Iterator[str]:
    yield f"{done.new:,} orders are new, {done.changed:,} changed, {done.same:,} were known"
    if done.followed:
        yield f"{done.followed:,} are parcels followed here: left as they are"
    if done.placeless:
        yield f"{done.placeless:,} do not tell the country they went to: left out"


def _unknown(unknown: Mapping[str, Mapping[str, int]], plan: Plan) -> Iterator[str]:
    """What the plan does not know, and what to do about it."""
    known: dict[str, Iterable[str]] = {
        "warehouse": (one.key for one in plan.warehouses),
        "service": (one.key for one in plan.services),
        "carrier": (one.carrier for one in plan.services),
    }
    for name, words in unknown.items():
        first = ", ".join(f"{word or 'none told'} ({n:,} orders)" for word, n in list(words.items())[:NAMED])
        more = f" and {len(words) - NAMED:,} more" if len(words) > NAMED else ""
        yield (
            f"the plan knows no {name} called {first}{more}; it has {', '.join(dict.fromkeys(known[name]))}."
            f" Promises learn most from its own words: [values.{name}] of the mapping can give them"
        )


def _tables(shop: int) -> Tables:
    learning = serving_learning(shop)
    return Tables() if learning is None else tables_of(shop, learning)


def _counted(tables: Tables) -> dict[str, int]:
    """How many lanes of each kind may speak for themselves."""
    kinds = {"w=": "own", "from=": "region", "s=": "carrier", "to=": "country"}
    found = dict.fromkeys((*kinds.values(), "handling"), 0)
    for timed, key in tables.clocks:
        kind = next((kind for start, kind in kinds.items() if key.startswith(start)), None)
        if timed is Timed.HANDLING:
            found["handling"] += 1
        elif timed is Timed.TRANSIT and kind:
            found[kind] += 1
    return found


def _promisable(tables: Tables, level: float) -> Iterator[str]:
    """What can be promised by now, the busiest destinations first."""
    count = _counted(tables)
    yield (
        f"lanes with 30 parcels or more: {count['own']:,} from a warehouse, {count['region']:,} from a"
        f" region, {count['carrier']:,} of a carrier; handling of {count['handling']:,} kinds"
    )
    lanes = [(clock, key) for (timed, key), clock in tables.clocks.items() if timed is Timed.TRANSIT]
    areas = [(clock, key) for clock, key in lanes if key.startswith("s=") and not key[-3:].startswith("=")]
    for clock, key in sorted(areas, key=lambda lane: -lane[0].sample)[:SHOWN]:
        sent, _, place = key.removeprefix("s=").partition("|to=")
        days = clock.quantile(level)
        within = (
            "not all come that surely" if days is None else f"within {days} delivery days of the hand-over"
        )
        by = "" if sent == "/" else f" by {sent.strip('/')}"
        yield f"  to {place}{by}: {level:.0%} {within} ({clock.sample:,} parcels)"


@click.command("train")
@JSON
@shop_option()
def train_command(shop: int, *, json_wanted: bool) -> None:
    """Learn from all parcels anew, now; every night does it by itself."""
    learned = _learn(shop)
    if json_wanted:
        click.echo(json.dumps(learned))
        return
    click.echo(f"{learned['parcels']:,} parcels, {learned['lanes']:,} lanes, {learned['seconds']} s")
    click.echo("\n".join(_promisable(_tables(shop), plan_of(shop)[0].level)))


@click.command("frontier")
@JSON
@shop_option()
def frontier_command(shop: int, *, json_wanted: bool) -> None:
    """What each level would have promised the shop's own parcels, what would have held, what a day costs."""
    now = timezone.now()
    found = frontier_of(shop, quoter_of(shop, now), now, ZoneInfo(brand_of(shop).timezone))
    if not found.points:
        raise click.ClickException(
            f"of {found.parcels} parcels that arrived since {found.since} none has a promise today:"
            " take in past orders first (wismo promise import)"
        )
    if json_wanted:
        click.echo(json.dumps(asdict(found), default=str))
    else:
        click.echo("\n".join(_frontier(found, plan_of(shop)[0].level)))


def _frontier(found: Frontier, level: float) -> Iterator[str]:
    asked = found.parcels - found.unanswered
    yield f"{asked:,} parcels that arrived since {found.since}, asked for again at each level:"
    yield "level  on time  promised days  days early  one point more costs"
    for point in found.points:
        costs = "" if point.point_costs is None else f"{point.point_costs:.2f} days"
        mark = "  <- the plan's" if abs(point.level - level) < 1e-9 else ""
        told = (
            f"{point.level:.2f}  {point.on_time:8.1%}  {point.promised_days:13.1f}  {point.days_early:10.1f}"
        )
        yield f"{told}  {costs:20}{mark}".rstrip()
