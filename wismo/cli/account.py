"""`wismo shop account`: what a shop's carriers are asked with."""

from collections.abc import Mapping

import click
from django.utils import timezone

from wismo.carriers.askable import Askable, askable
from wismo.carriers.karrio.adapter import NotInstalled, require
from wismo.carriers.karrio.connectors import connectors
from wismo.cli.choice import shop_option
from wismo.cli.hidden import ask
from wismo.cli.near import meant
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
@click.option("--pause", is_flag=True, help="Ask nothing by it for now.")
@click.option("--resume", is_flag=True, help="Ask by it again.")
@click.option("--remove", is_flag=True, help="Forget it.")
@shop_option()
def account_command(source: str | None, shop: int, **changes: bool) -> None:
    """Let parcels be asked about at a SOURCE; without one, show how the accounts do.

    Each value is read from WISMO_ACCOUNT_<NAME>, or from the file WISMO_ACCOUNT_<NAME>_FILE names, else it is
    asked for. None of them is ever shown.
    """
    change = _one_of(changes)
    if source is None:
        _show(shop, change)
        return
    way = askable().get(source)
    if way is None and change != "remove":
        everything = "`wismo carriers list --level poll` shows all that can (through Karrio: karrio:<id>)"
        told = meant(source, askable(), everything)
        raise click.ClickException(f"no source called {source!r} can be asked{told}")
    if change is not None:
        _switch(shop, source, change)
    elif way is not None:
        _enter(shop, way)


def _one_of(changes: Mapping[str, bool]) -> str | None:
    told = [name for name, asked in changes.items() if asked]
    if len(told) > 1:
        raise click.ClickException(
            f"say one of {', '.join(f'--{name}' for name in sorted(told))}, not several"
        )
    return told[0] if told else None


def _show(shop: int, change: str | None) -> None:
    if change is not None:
        raise click.ClickException(f"say which account: wismo shop account SOURCE --{change}")
    accounts = polling_of(shop, timezone.now())
    for found in accounts:
        click.echo(f"{found.source}: {_state(found)}")
    if not accounts:
        click.echo("no account yet: wismo shop account SOURCE enters one")


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
        told = ", ".join(_variable(name) for name in way.lacking(values))
        values[name] = ask(name, otherwise=f"{way.source} still needs {told}").strip()
    new = actions.set_carrier_account(shop, way.source, values, who=WHO, now=timezone.now())
    held = f"with {', '.join(way.account)}" if way.account else "which needs no key"
    click.echo(f"{'new' if new else 'changed'}: parcels are asked about by {way.source}, {held}")
    click.echo(f"known to be asked like this: {way.confidence.replace('_', ' ')}")
    if missing_extra := lacks_extra(way.source):
        click.echo(f"nothing is asked yet: {missing_extra}", err=True)


def lacks_extra(source: str) -> str:
    """Which extra has to be installed before this source can be asked, and how; "" where none has to be."""
    try:
        if source in connectors():
            require(source)
    except NotInstalled as error:
        return str(error)
    return ""


def _variable(name: str) -> str:
    return f"WISMO_ACCOUNT_{name.upper()}"


def _state(found: SourcePolling) -> str:
    """How an account does, in one line."""
    if not found.enabled:
        return "paused"
    if found.lacking:
        return f"lacks {', '.join(found.lacking)}: enter it with wismo shop account {found.source}"
    if extra := lacks_extra(found.source):
        return f"nothing is asked: {extra}"
    used = f"{found.used} of {found.per_day}" if found.per_day else str(found.used)
    parcels = f"{found.due} due, {found.waiting} waiting, {found.expired} expired"
    shut = f"; {found.circuit} until {found.closed_until:%Y-%m-%d %H:%M} UTC" if found.closed_until else ""
    error = f"; last error {found.error_at:%Y-%m-%d %H:%M} UTC: {found.error}" if found.error_at else ""
    return f"{parcels}; {used} requests today{shut}{error}"
