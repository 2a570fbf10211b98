"""`wismo promise quote | explain`: what is promised, and why."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.orders.queries import order_ids, orders_numbered
from wismo.promise.queries.ledger_rows import LedgerRow, OutlookRow, Story, story_of
from wismo.promise.rules.asking import question_problems
from wismo.promise.rules.explaining import Step
from wismo.promise.rules.question import Answer, Item, Question
from wismo.promise.rules.reasons import say, words
from wismo.promise.serving import quoter_of
from wismo.shops.queries import brand_of
from wismo.tracking.queries.page import Parcel, tracked_order

Function = TypeVar("Function", bound=Callable[..., Any])
JSON = click.option("--json", "json_wanted", is_flag=True, help="JSON instead of words.")
_DESTINATION = (
    click.option("--region", default="", help="Of the destination, as ISO 3166-2 has it: SP, BY."),
    click.option("--postcode", default="", help="Of the destination."),
    click.option("--service", default="", help="As the plan calls it; all that go there if left out."),
    click.option("--warehouse", default="", help="As the plan calls it; the plan chooses if left out."),
    click.option("--item", "skus", multiple=True, help="An article's number; repeat it for more."),
    click.option("--payment", default="", help="As the plan calls it, where it holds orders back."),
    click.option("--level", type=float, help="The share that shall arrive in time; the plan's if left out."),
    click.option(
        "--at", "at", default="", help="When the order is placed: 2026-12-18T13:59; now if left out."
    ),
)


def destination(command: Function) -> Function:
    """The options that make a question, but for the country."""
    for option in reversed(_DESTINATION):
        command = option(command)
    return command


@click.command("quote")
@click.option("--country", required=True, help="Of the destination, in two letters.")
@destination
@JSON
@shop_option()
def quote_command(shop: int, *, json_wanted: bool, **told: Any) -> None:
    """What is promised now, or at a moment, for a destination: each service with its reasons."""
    question = _question(shop, told)
    quoter = quoter_of(shop, timezone.now())
    answers = [quoter.quote(question)] if question.service else quoter.offers(question)
    answers = answers or [quoter.quote(question)]  # no service goes there: why not
    if json_wanted:
        click.echo(json.dumps([_answer(answer) for answer in answers], default=str))
        return
    for answer in answers:
        click.echo("\n".join(_in_words(answer)))


@click.command("explain")
@click.option(
    "--order", "reference", default="", help="Of a past order: its number, or the shop's own reference."
)
@click.option("--country", default="", help="Of a destination, in two letters: how its promise is made.")
@destination
@JSON
@shop_option()
def explain_command(shop: int, *, json_wanted: bool, **told: Any) -> None:
    """Why a parcel's date is what it is (--order), or how a promise is made step by step (--country)."""
    reference = told.pop("reference")
    if bool(reference) == bool(told["country"]):
        raise click.UsageError("say either --order, or --country with what else is known of the destination")
    if reference:
        _explain_order(shop, reference, json_wanted=json_wanted)
        return
    steps = quoter_of(shop, timezone.now()).explain(_question(shop, told))
    if json_wanted:
        click.echo(json.dumps([_step(step) for step in steps], default=str))
        return
    for step in steps:
        share = "" if step.share is None else f"  {step.share:.1%}"
        click.echo(f"{say(step.code, step.facts)}{share}")


def _question(shop: int, told: Mapping[str, Any]) -> Question:
    zone = ZoneInfo(brand_of(shop).timezone)
    question = Question(
        at=_moment(told["at"], zone),
        country=told["country"].upper(),
        items=tuple(Item(sku=sku) for sku in told["skus"]),
        level=told["level"],
        **{name: told[name] for name in ("region", "postcode", "service", "warehouse", "payment")},
    )
    if wrong := question_problems(question):
        raise click.ClickException("; ".join(wrong))
    return question


def _moment(text: str, zone: ZoneInfo) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"--at {text}: write a moment such as 2026-12-18T13:59") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _answer(answer: Answer) -> dict[str, Any]:
    return {**asdict(answer), "says": words(answer.reasons)}


def _step(step: Step) -> dict[str, Any]:
    return {**asdict(step), "says": say(step.code, step.facts)}


def _in_words(answer: Answer) -> Iterator[str]:
    if answer.latest is None:
        yield f"{answer.service or 'any service'}: no promise"
    else:
        first = f"{answer.earliest} to " if answer.earliest != answer.latest else ""
        stands = (
            f"{answer.rung.replace('_', ' ')}, {answer.sample:,} parcels" if answer.sample else answer.rung
        )
        yield f"{answer.service}: {first}{answer.latest}, {answer.level:.0%} ({stands})"
    if answer.order_by:
        yield f"    the same until {answer.order_by:%Y-%m-%d %H:%M %Z}"
    for parcel in answer.parcels if len(answer.parcels) > 1 else ():
        yield f"    from {parcel.warehouse}: {parcel.latest} ({', '.join(parcel.skus)})"
    yield from (f"    {sentence}" for sentence in words(answer.reasons))


def _explain_order(shop: int, reference: str, *, json_wanted: bool) -> None:
    orders = list(order_ids(shop, [reference]).values()) or orders_numbered(shop, reference)
    if not orders:
        raise click.ClickException(f"no order {reference!r} is known")
    told = [(parcel, story) for order in orders for parcel, story in _stories(shop, order)]
    if json_wanted:
        click.echo(json.dumps([_story(parcel, story) for parcel, story in told], default=str))
        return
    for parcel, story in told:
        click.echo("\n".join(_told(parcel, story)))


def _stories(shop: int, order_id: int) -> Iterator[tuple[Parcel | None, Story]]:
    """The story of each parcel of the order; of the order alone while it has none."""
    order = tracked_order(shop, order_id)
    parcels: Sequence[Parcel | None] = order.parcels if order and order.parcels else (None,)
    for parcel in parcels:
        yield parcel, story_of(shop, order_id, parcel.id if parcel else 0)


def _story(parcel: Parcel | None, story: Story) -> dict[str, Any]:
    return {"tracking_number": parcel.tracking_number if parcel else "", **asdict(story)}


def _told(parcel: Parcel | None, story: Story) -> Iterator[str]:
    yield f"{parcel.carrier_name} {parcel.tracking_number}: {parcel.status}" if parcel else "not sent yet"
    if story.first is None:
        yield "    nothing was promised when it was ordered"
    for row in filter(None, (story.first, *story.later)):
        yield from _dated(row)
    if story.outlook is not None:
        yield from _expected(story.outlook)


def _dated(row: LedgerRow) -> Iterator[str]:
    days = f"{row.earliest} to {row.latest}" if row.earliest != row.latest else f"{row.latest}"
    how = "promised" if row.first else "then shown"
    yield f"    {row.shown_at:%Y-%m-%d %H:%M}  {how} {days} ({row.place}, {_stands_on(row)})"
    yield from _because(row.reasons)
    if row.first and row.kept is not None:
        yield f"      {'kept' if row.kept else 'not kept'}: at the door on {row.arrived_on or 'no day yet'}"


def _stands_on(row: LedgerRow) -> str:
    parts = [f"{row.level:.0%}"] if row.level else []
    parts += [row.rung.replace("_", " ")] if row.rung else []
    parts += [f"{row.sample:,} parcels"] if row.sample else []
    parts += [f"plan {row.plan_version}"] if row.plan_version else []
    parts += [f"learning {row.learning_id}"] if row.learning_id else []
    return ", ".join(parts) or "as the shop said"


def _expected(outlook: OutlookRow) -> Iterator[str]:
    shown = outlook.shown_on or "no day is of use"
    risk = "" if outlook.risk is None else f", {outlook.risk:.0%} likely to miss the promise"
    yield f"    {outlook.looked_at:%Y-%m-%d %H:%M}  expected: {shown}{risk}"
    if outlook.carrier_on:
        yield f"      the carrier names {outlook.carrier_on}"
    yield from _because(outlook.reasons)


def _because(reasons: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for reason in reasons:
        yield f"      {say(reason['code'], reason.get('facts', {}))}"
