"""`wismo consent`: what people agreed to or refused, taken over from elsewhere and shown to who may ask."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.notify.actions.imports import take_over
from wismo.notify.channels import passports
from wismo.notify.consent_sheet import Problem, SheetChoice, read_sheet
from wismo.notify.queries.consent_log import SaidBefore, consent_log
from wismo.notify.queries.people import digest_of, suppressions
from wismo.notify.rules.addresses import normal
from wismo.notify.words import AddressKind

BATCH = 500


@click.group("consent")
def consent_command() -> None:
    """Consents and refusals of shoppers."""


@consent_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@shop_option()
def import_consents(file: Path, shop: int) -> None:
    """Take over consents and refusals from a CSV FILE; every line that cannot be read is named.

    Nobody is written to: an opt-in that the law wants confirmed, and that says no such thing, does not count.
    """
    new, problems = 0, 0
    try:
        for batch in _batches(file):
            wrong = [row for row in batch if isinstance(row, Problem)]
            new += take_over(shop, [row for row in batch if isinstance(row, SheetChoice)], timezone.now())
            problems += len(wrong)
            for problem in wrong:
                click.echo(f"{file}:{problem.line}: {problem.what}", err=True)
    except UnicodeDecodeError as error:
        what = f"{file}: not UTF-8 at byte {error.start}: save it as UTF-8 and import it again"
        raise click.ClickException(what) from error
    click.echo(f"{new} consents and refusals written down")
    if problems:
        raise click.ClickException(f"{problems} problems: mend those lines and import the file again")


@consent_command.command("show")
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="All of it as one JSON object.")
@shop_option()
def show_consents(address: str, shop: int, *, as_json: bool) -> None:
    """What the e-mail ADDRESS or phone number said, with its evidence, and why it is not written to."""
    digest = _digest(shop, address)
    said = consent_log(shop, [digest])
    bans = suppressions([shop], [digest], timezone.now()).get(digest, ())
    if as_json:
        told = {"said": [asdict(one) for one in said], "suppressed": [asdict(ban) for ban in bans]}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for one in said:
        click.echo(_line(one))
    for ban in bans:
        click.echo(f"not written to: {ban.channel or 'every channel'}, {ban.scope}: {ban.reason}")
    if not said and not bans:
        click.echo("nothing was said at this address")


def _digest(shop: int, address: str) -> str:
    for kind in (AddressKind.EMAIL, AddressKind.PHONE):
        if value := normal(kind, address):
            return digest_of(shop, kind, value)
    raise click.ClickException("neither an e-mail address nor a phone number such as +4915112345678")


def _line(one: SaidBefore) -> str:
    word = "yes" if one.granted and one.confirmed else "yes, not confirmed" if one.granted else "no"
    wording = one.evidence.get("wording", "")
    read = f' to "{wording}"' if isinstance(wording, str) and wording else ""
    return f"{one.at:%Y-%m-%d %H:%M} {one.channel} {one.kind}: {word}{read} ({one.source})"


def _batches(file: Path) -> Iterator[list[SheetChoice | Problem]]:
    reaches = {key: passport.reaches for key, passport in passports().items()}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = read_sheet(lines, reaches)
        while batch := list(islice(rows, BATCH)):
            yield batch
