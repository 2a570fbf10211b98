"""`wismo shop account`: what a shop's carriers are asked with."""

import click
from django.utils import timezone

from wismo.carriers.askable import Askable, askable
from wismo.carriers.karrio.adapter import NotInstalled, require
from wismo.carriers.karrio.connectors import connectors
from wismo.cli.choice import shop_option
from wismo.config.settings import env
from wismo.shops import actions
from wismo.shops.queries import carrier_accounts
from wismo.tracking.queries.polling import SourcePolling, polling_of

WHO = "wismo shop account"  # as the audit names whoever sits at the command line
_SWITCHED = {
    "pause": (actions.pause_carrier_account, "nothing is asked by {source} until --resume", "in use"),
    "resume": (actions.resume_carrier_account, "parcels are asked about by {source} again", "paused"),
    "remove": (actions.remove_carrier_account, "the account of {source} is forgotten", "there"),
}


@click.command("account")
@click.argument("source", required=False)
@click.option("--pause", "change", flag_value="pause", help="Ask nothing by it for now.")
@click.option("--resume", "change", flag_value="resume", help="Ask by it again.")
@click.option("--remove", "change", flag_value="remove", help="Forget it.")
@shop_option()
def account_command(source: str | None, change: str | None, shop: int) -> None:
    """Let parcels be asked about at a SOURCE; without one, show how the accounts do.

    Each value is read from WISMO_ACCOUNT_<NAME>, or from the file WISMO_ACCOUNT_<NAME>_FILE names, else it is
    asked for. None of them is ever shown.
    """
    if source is None:
        for found in polling_of(shop, timezone.now()):
            click.echo(f"{found.source}: {_state(found)}")
        return
    way = askable().get(source)
    if way is None and change != "remove":
        raise click.ClickException(
            f"no source called {source!r} can be asked; those that can: {', '.join(sorted(askable()))}"
        )
    if change is not None:
        _switch(shop, source, change)
    elif way is not None:
        _enter(shop, way)


def _switch(shop: int, source: str, change: str) -> None:
    act, done, expected = _SWITCHED[change]
    if not act(shop, source, who=WHO, now=timezone.now()):
        there = ", ".join(account.source for account in carrier_accounts([shop])) or "none"
        raise click.ClickException(f"no account of {source} is {expected}; accounts: {there}")
    click.echo(done.format(source=source))


def _enter(shop: int, way: Askable) -> None:
    values = {name: env(_variable(name)).strip() for name in way.account}
    missing = way.lacking(values)
    for name in missing:
        try:
            values[name] = click.prompt(name, hide_input=True).strip()
        except click.Abort:
            told = ", ".join(_variable(name) for name in way.lacking(values))
            raise click.ClickException(f"{way.source} still needs {told}") from None
    new = actions.set_carrier_account(shop, way.source, values, who=WHO, now=timezone.now())
    held = f"with {', '.join(way.account)}" if way.account else "which needs no key"
    click.echo(f"{'new' if new else 'changed'}: parcels are asked about by {way.source}, {held}")
    click.echo(f"known to be asked like this: {way.confidence.replace('_', ' ')}")
    if way.source in connectors():
        _warn_without_karrio(way.source)


def _warn_without_karrio(source: str) -> None:
    try:
        require(source)
    except NotInstalled as error:
        click.echo(f"nothing is asked yet: {error}", err=True)


def _variable(name: str) -> str:
    return f"WISMO_ACCOUNT_{name.upper()}"


def _state(found: SourcePolling) -> str:
    """How an account does, in one line."""
    if not found.enabled:
        return "paused"
    if found.lacking:
        return f"lacks {', '.join(found.lacking)}: enter it with wismo shop account {found.source}"
    used = f"{found.used} of {found.per_day}" if found.per_day else str(found.used)
    parcels = f"{found.due} due, {found.waiting} waiting, {found.expired} expired"
    shut = f"; {found.circuit} until {found.closed_until:%Y-%m-%d %H:%M} UTC" if found.closed_until else ""
    error = f"; last error {found.error_at:%Y-%m-%d %H:%M} UTC: {found.error}" if found.error_at else ""
    return f"{parcels}; {used} requests today{shut}{error}"
