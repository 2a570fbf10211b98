"""`wismo ingest` and `wismo replay`."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from wismo.carriers import registry
from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.pack import Pack
from wismo.cli.choice import shop_named, shop_option
from wismo.cli.near import meant
from wismo.plumbing import inbox
from wismo.tracking.jobs import read_unmapped
from wismo.tracking.queries.codes import unmapped_without_payload
from wismo.vocabulary.status import Scan

Line = dict[str, Any]  # one line of the report
EVERY_SOURCE = (
    "`wismo carriers list` shows all: those that webhook or poll stands beside (through Karrio: karrio:<id>)"
)
DROPPED = (
    "{} could not be read again and stay as they are: the payloads they came in have been dropped, after "
    "WISMO_KEEP_RAW_DAYS. To give their codes a meaning, map them in the console: that needs no payload."
)


@click.command("ingest")
@click.option("--source", required=True, help="Whose payloads they are: a pack's id, or karrio:<connector>.")
@click.option("--dry-run", is_flag=True, help="Store nothing: print what the payloads say.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--shop", help="The shop's slug, if there are several.")
def ingest_command(
    source: str, files: Sequence[Path], shop: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Feed payload FILES as if they had been posted."""
    pack = registry.pack(source)
    if pack is None:
        told = meant(source, [*registry.packs(), *registry.karrio_packs()], EVERY_SOURCE)
        raise click.ClickException(f"no source is called {source!r}{told}")
    lines = _dry(pack, files) if dry_run else _keep(shop, pack.id, files)
    failed = 0
    for line in lines:
        failed += "error" in line
        click.echo(json.dumps(line, ensure_ascii=False) if as_json else _words(line))
    if failed:
        raise click.ClickException(f"{failed} payload{'s' if failed > 1 else ''} could not be read whole")


def _dry(pack: Pack, files: Sequence[Path]) -> Iterator[Line]:
    for file in files:
        try:
            reading = read_all(pack, _bytes(file))
        except (PayloadError, OSError) as error:
            yield {"error": str(error), "file": str(file)}
            continue
        yield from (facts_of(scan) for scan in reading.scans)
        yield from ({"error": problem, "file": str(file)} for problem in reading.problems)


def _keep(shop: str | None, source: str, files: Sequence[Path]) -> Iterator[Line]:
    shop_id = shop_named(shop)
    for file in files:
        try:
            body = _bytes(file)
        except OSError as error:
            yield {"error": str(error), "file": str(file)}
            continue
        receipt = inbox.keep(shop_id, source, body, headers={}, now=timezone.now())
        yield {"receipt": receipt, "file": str(file)}


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def facts_of(scan: Scan) -> Line:
    """A scan as one line of the report."""
    return {
        "source": scan.source,
        "carrier": scan.carrier,
        "tracking_number": scan.tracking_number,
        "status": scan.status,
        "leg": scan.leg,
        "reason": scan.reason,
        "occurred_at": scan.occurred_at.isoformat() if scan.occurred_at else None,
        "tz_source": scan.tz_source,
        "code": scan.code,
        "text": scan.text,
        "place": scan.place,
        "eta": scan.eta.isoformat() if scan.eta else None,
    }


def _words(line: Line) -> str:
    if "error" in line:
        return f"{line['file']}: {line['error']}"
    if "receipt" in line:
        return f"{line['file']}: kept as {line['receipt']}"
    status = line["status"] or f"not mapped: {line['code']}"
    when = line["occurred_at"] or "no time"
    return f"{line['tracking_number']}  {when}  {status} ({line['leg']})  {line['text']}"


@click.command("replay")
@click.argument("receipts", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All parked payloads of the shop.")
@click.option("--unmapped", is_flag=True, help="Scans whose code had no meaning, by today's packs.")
@shop_option()
def replay_command(shop: int, receipts: Sequence[str], *, everything: bool, unmapped: bool) -> None:
    """Read again what was not understood: parked payloads by RECEIPTS or --all, or --unmapped scans."""
    if (bool(receipts), everything, unmapped).count(True) != 1:
        raise click.ClickException("name the receipts, or say --all, or --unmapped")
    if unmapped:
        click.echo(f"{read_unmapped(shop, timezone.now())} scans have a status now")
        if lost := unmapped_without_payload(shop):
            click.echo(DROPPED.format(lost))
        return
    count = inbox.replay(shop, timezone.now(), None if everything else receipts)
    click.echo(f"{count} put back to work")
    if receipts and count < len(set(receipts)):
        raise click.ClickException(f"{len(set(receipts)) - count} of them are not parked in this shop")
