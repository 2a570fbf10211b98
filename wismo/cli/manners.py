"""`wismo shop messages`: how a shop's messages behave."""

from typing import Any

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.notify.actions.manners import hours, set_manners
from wismo.notify.queries.feedback import link_hosts
from wismo.notify.queries.people import stop_means_all, wants_double_opt_in

WHO = "wismo shop messages"  # as the audit names whoever sits at the command line


@click.command("messages")
@click.option(
    "--quiet", help="No messages in these hours on the reader's clock: 21:00-08:00. 'house': as by law."
)
@click.option("--voucher", help="A code given with news of a delay; '' for none.")
@click.option("--worth", "voucher_worth", help="What the voucher gives, in words: '10 %'.")
@click.option("--double-opt-in/--single-opt-in", default=None, help="Confirm opt-ins by mail everywhere.")
@click.option("--stop-means-all/--stop-means-here", default=None, help="A refusal holds on every channel.")
@click.option("--link-host", "link_hosts", multiple=True, help="Links may lead here; repeat it for more.")
@shop_option()
def messages_command(shop: int, *, quiet: str | None, link_hosts: tuple[str, ...], **told: Any) -> None:
    """Change how the shop's messages behave, and show how they do."""
    changes = {name: value for name, value in told.items() if value is not None}
    if link_hosts:
        changes["link_hosts"] = [host.lower() for host in link_hosts]
    try:
        if quiet is not None:
            ends = (None, None) if quiet == "house" else hours(quiet)
            changes |= dict(zip(("quiet_from", "quiet_until"), ends, strict=True))
        if changes:
            set_manners(shop, changes, who=WHO, now=timezone.now())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _show(shop)


def _show(shop: int) -> None:
    opt_in = (
        "every opt-in by e-mail" if wants_double_opt_in(shop) else "opt-ins by e-mail where the law wants it"
    )
    click.echo(f"confirmed by mail: {opt_in}")
    click.echo(f"a refusal holds on {'every channel' if stop_means_all(shop) else 'its own channel'}")
    click.echo(f"links may lead to {', '.join(link_hosts(shop))}")
