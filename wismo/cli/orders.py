"""`wismo import`."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TextIO

import click
from click._termui_impl import ProgressBar
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.orders.actions import keep_orders
from wismo.orders.sheet import Problem, SheetOrder, SheetParcel, read_sheet
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.rules.shipment import ShipmentSnapshot, problems_of

BATCH = 500
_LONGEST = 80  # characters of a shipment's reference


@dataclass(slots=True)
class Report:
    """What became of the file."""

    created: int = 0
    updated: int = 0
    parcels: int = 0
    problems: list[dict[str, object]] = field(default_factory=list)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
@shop_option()
def import_command(file: Path, shop: int, *, as_json: bool) -> None:
    """Import orders from a CSV FILE; every line that cannot be read is named, the others are kept."""
    report = Report()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines, _bar(file) as bar:
            for batch in _batches(read_sheet(_counted(lines, bar))):
                _keep(shop, batch, report)
    except UnicodeDecodeError as error:
        what = f"{file}: not UTF-8 at byte {error.start}: save it as UTF-8 and import it again"
        raise click.ClickException(what) from error
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        for problem in report.problems:
            click.echo(f"{file}:{problem['line']}: {problem['what']}", err=True)
        click.echo(
            f"{report.created} orders created, {report.updated} updated, {report.parcels} parcels registered"
        )
    if report.problems:
        raise click.ClickException(
            f"{len(report.problems)} problems: mend those lines and import the file again"
        )


def _bar(file: Path) -> "ProgressBar[int]":
    shown = sys.stderr.isatty()
    return click.progressbar(length=file.stat().st_size, label=file.name, file=sys.stderr, hidden=not shown)


def _counted(lines: TextIO, bar: "ProgressBar[int]") -> Iterator[str]:
    for line in lines:
        bar.update(len(line.encode()))
        yield line


def _batches(found: Iterator[SheetOrder | Problem]) -> Iterator[list[SheetOrder | Problem]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _keep(shop: int, batch: Sequence[SheetOrder | Problem], report: Report) -> None:
    now = timezone.now()
    orders = [found for found in batch if isinstance(found, SheetOrder)]
    report.problems += [asdict(found) for found in batch if isinstance(found, Problem)]
    kept = keep_orders(shop, [found.order for found in orders], now)
    report.created += sum(one.created for one in kept)
    report.updated += sum(not one.created for one in kept)
    parcels = {
        _shipment(found.order.reference, parcel): parcel for found in orders for parcel in found.parcels
    }
    problems = {shipment: problems_of(shipment) for shipment in parcels}
    sound = [shipment for shipment, wrong in problems.items() if not wrong]
    report.parcels += sum(one.shipment_id is not None for one in keep_shipments(shop, sound, now))
    report.problems += [
        {"line": parcels[shipment].line, "what": what}
        for shipment, wrong in problems.items()
        for what in wrong
    ]


def _shipment(order: str, parcel: SheetParcel) -> ShipmentSnapshot:
    reference = f"{order}/{parcel.tracking_number}"
    if len(reference) > _LONGEST:  # cut short, two could become one
        reference = f"{reference[:47]}~{sha256(reference.encode()).hexdigest()[:32]}"
    return ShipmentSnapshot(reference, order, parcel.carrier, parcel.tracking_number)
