"""`wismo carriers export-meanings`."""

import click

from wismo.cli.choice import shop_option
from wismo.tracking.queries.codes import as_rows


@click.command("export-meanings")
@shop_option()
def export_meanings_command(shop: int) -> None:
    """Codes the shop gave a meaning, as rows to paste into the packs: TOML on standard output."""
    rows = as_rows(shop)
    if rows:
        click.echo(rows, nl=False)
    else:
        click.echo("no code has a meaning here that its pack lacks", err=True)
