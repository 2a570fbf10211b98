"""`wismo carriers`: which carriers there are, whose a number is, and what is known of one."""

import json
from collections.abc import Sequence
from typing import Any

import click

from wismo.carriers.directory import Carrier, carrier, carriers, countries
from wismo.carriers.matrix import Level, Row, rows
from wismo.carriers.numbers import NumberError, clean, near_misses, recognise, ways_of
from wismo.carriers.registry import carrier_name
from wismo.cli.carriers_page import page
from wismo.cli.meanings import export_meanings_command
from wismo.cli.near import meant
from wismo.cli.quality import quality_command


@click.group("carriers")
def carriers_command() -> None:
    """Which carriers there are, whose a tracking number is, and what is known of a carrier."""


carriers_command.add_command(export_meanings_command)
carriers_command.add_command(quality_command)


def _two_letters(_context: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (len(value) == 2 and value.isascii() and value.isalpha()):
        raise click.BadParameter(f"{value!r} is not a country; give its two letters, as DE")
    if value and value.upper() == "UK":
        raise click.BadParameter("the United Kingdom is GB")
    return value.upper() if value else None


@carriers_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@click.option("--markdown", is_flag=True, help="The page docs/carriers.md.")
@click.option(
    "--level", type=click.Choice([level.value for level in Level]), help="Only those with this level."
)
@click.option("--country", callback=_two_letters, help="Only those of a country, as DE.")
def list_carriers(level: str | None, country: str | None, *, as_json: bool, markdown: bool) -> None:
    """All carriers, with what Wismo can do for each and how sure it is."""
    if markdown:
        click.echo(page(rows()), nl=False)
        return
    found = [row for row in rows() if level in {None, *row.cells} and country in {None, row.country}]
    if as_json:
        click.echo(json.dumps([_facts(row) for row in found], ensure_ascii=False))
        return
    for row in found:
        click.echo(
            f"{row.id:28} {row.country or '--'}  {row.name:32} {row.confidence or '--':11}  {_levels(row)}"
        )
    click.echo(f"{len(found):,} listed", err=True)


@carriers_command.command("recognise")
@click.argument("number")
@click.option("--country", callback=_two_letters, help="Where the parcel is sent from or to, as DE.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def recognise_number(number: str, country: str | None, *, as_json: bool) -> None:
    """The carriers that NUMBER may be of, the likeliest first."""
    guesses = recognise(number, country)
    if as_json:
        told = [{"id": guess.id, "strength": guess.strength, "why": guess.why} for guess in guesses]
        click.echo(json.dumps(told, ensure_ascii=False))
    try:
        clean(number)
    except NumberError as error:
        shown = number if len(number) <= 40 else f"{number[:40]}…"
        raise click.ClickException(f"{shown!r} is no tracking number: {error}") from error
    for guess in [] if as_json else guesses:
        click.echo(f"{guess.strength:6}  {guess.id:20} {carrier_name(guess.id)}\n        {guess.why}")
    if not guesses:
        click.echo(_why_nobody(number), err=True)


def _why_nobody(number: str) -> str:
    missed = near_misses(number)
    if not missed:
        return "No carrier we know numbers its parcels like this."
    return "\n".join(f"{name}: the shape fits, the check digit does not: a typo?" for name in missed)


@carriers_command.command("show")
@click.argument("carrier_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_carrier(carrier_id: str, *, as_json: bool) -> None:
    """Everything known of one carrier, and whose word it is."""
    plain = carrier_id.casefold()
    known = carrier(plain)
    wanted = known.id if known else plain
    row = next((row for row in rows() if row.id == wanted), None)
    if row is None:
        near = meant(carrier_id, carriers(), "`wismo carriers list` shows all")
        raise click.ClickException(f"no carrier has the id {carrier_id!r}{near}")
    told = _facts(row) | (_more(known) if known else {})
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for label, value in told.items():
        for line in _lines(label, value):
            click.echo(line)


def _levels(row: Row) -> str:
    needs = f" (needs {', '.join(row.needs)})" if row.needs else ""
    return ", ".join(f"{level}{needs if level is Level.POLL else ''}" for level in row.levels)


def _facts(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "country": row.country,
        "kind": row.kind,
        "levels": row.levels,
        "confidence": row.confidence,
        "confidence_of": row.cells,
        "needs": row.needs,
    }


def _more(known: Carrier) -> dict[str, Any]:
    return {
        "local_name": known.local,
        "country_name": countries()[known.country].name if known.country else "",
        "site": known.site,
        "zone": known.zone,
        "link": known.url,
        "numbers": [way.name for way in ways_of().get(known.id, ())],
        "keys": {name: " | ".join(keys) for name, keys in known.keys.items()},
        "also": known.aliases,
        "sources": {fact: f"{source.text} ({source.confidence})" for fact, source in known.sources.items()},
    }


def _lines(label: str, value: Any) -> Sequence[str]:
    if isinstance(value, dict):
        return [f"{label}:"] * bool(value) + [f"  {name}: {said}" for name, said in value.items()]
    said = value if isinstance(value, str) else ", ".join(value)
    return [f"{label}: {said}"] if said else []
