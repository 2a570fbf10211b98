"""`wismo carriers quality`."""

import csv
import json
import sys
from typing import Any

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.tracking.actions.quality import count_days
from wismo.tracking.queries import quality
from wismo.tracking.rules.quality import HEAD, Counts, figures, line, worst


@click.command("quality")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, as the console's download.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@shop_option()
def quality_command(shop: int, *, as_csv: bool, as_json: bool) -> None:
    """How well each carrier tells of its parcels, from what came in within 30 days."""
    now = timezone.now()
    count_days(now)  # up to this moment: the workers do so every quarter of an hour
    counted = quality.carriers(shop, now)
    if as_json:
        click.echo(json.dumps([_facts(carrier, counts) for carrier, counts in counted.items()]))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(line(carrier, counts) for carrier, counts in counted.items())
    else:
        for carrier, counts in counted.items():
            click.echo(f"{carrier:20} {worst(figures(counts)):6} {counts.scans:,} scans")
    if not counted:
        click.echo(f"no scan that names its carrier came in within {quality.DAYS} days", err=True)


def _facts(carrier: str, counts: Counts) -> dict[str, Any]:
    """Shares from 0 to 1, and seconds; null where there is nothing to take them of."""
    found = figures(counts)
    told = {
        figure.kind.value: {"value": figure.value, "of": figure.of, "grade": figure.grade} for figure in found
    }
    return {"carrier": carrier, "grade": worst(found), "scans": counts.scans, "figures": told}
