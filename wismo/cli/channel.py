"""`wismo shop channel`: the accounts a shop's messages leave by."""

from collections.abc import Callable, Mapping
from functools import partial

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.cli.hidden import ask
from wismo.cli.near import meant
from wismo.config.settings import env
from wismo.notify.actions import accounts
from wismo.notify.channels import Field, ProviderFacts, passports, providers
from wismo.notify.queries.accounts import AccountFacts, accounts_of, hook_url
from wismo.shops.queries import shop_key
from wismo.vocabulary.price import Price

WHO = "wismo shop channel"  # as the audit names whoever sits at the command line
_SWITCHED: Mapping[str, tuple[Callable[..., bool], str, str]] = {
    "pause": (accounts.pause_account, "nothing is sent by {provider} until --resume", "in use"),
    "resume": (accounts.resume_account, "messages are sent by {provider} again", "paused or at rest"),
    "remove": (accounts.remove_account, "the account of {provider} is forgotten", "there"),
    "no_price": (partial(accounts.set_price, price=None), "the price of {provider} is forgotten", "there"),
}


@click.command("channel")
@click.argument("provider", required=False)
@click.option("--pause", is_flag=True, help="Send nothing by it for now.")
@click.option("--resume", is_flag=True, help="Send by it again.")
@click.option("--remove", is_flag=True, help="Forget it.")
@click.option("--price", help="What a message by it costs you, as 0.079; of a text message one part.")
@click.option("--currency", help="Of the price: EUR.")
@click.option("--no-price", is_flag=True, help="Forget the price.")
@click.option("--providers", "listing", is_flag=True, help="Show every provider there is.")
@shop_option()
def channel_command(
    provider: str | None, shop: int, price: str | None, currency: str | None, **asked: bool
) -> None:
    """Let messages leave by a PROVIDER; without one, show how the accounts do.

    Each value is read from WISMO_CHANNEL_<NAME>, or from the file WISMO_CHANNEL_<NAME>_FILE names, else it is
    asked for, unseen where it is a secret. No secret is ever shown.
    """
    listing = asked.pop("listing")
    change = _one_of(asked)
    if listing:
        _list_providers()
    elif price is not None or currency is not None:
        _set_price(shop, provider, price, currency)
    elif provider is None:
        _show(shop, change)
    elif change is not None:
        _switch(shop, provider, change)
    else:
        _enter(shop, _facts(provider))


def _one_of(changes: Mapping[str, bool]) -> str | None:
    told = [name for name, asked in changes.items() if asked]
    if len(told) > 1:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(told))
        raise click.ClickException(f"say one of {names}, not several")
    return told[0] if told else None


def _list_providers() -> None:
    for passport in passports().values():
        for facts in passport.providers:
            click.echo(f"{facts.key}: {passport.name}, {facts.name}")


def _facts(provider: str) -> ProviderFacts:
    facts = providers().get(provider)
    if facts is None:
        told = meant(provider, providers(), "`wismo shop channel --providers` shows all there are")
        raise click.ClickException(f"no channel has a provider {provider!r}{told}")
    return facts


def _show(shop: int, change: str | None) -> None:
    if change is not None:
        flag = change.replace("_", "-")
        raise click.ClickException(f"say which account: wismo shop channel PROVIDER --{flag}")
    for found in accounts_of([shop]):
        click.echo(f"{found.account.provider}: {_state(found)}")


def _state(found: AccountFacts) -> str:
    """How an account does, in one line."""
    name = passports()[found.account.channel].name if found.account.channel in passports() else "?"
    if found.id is None:
        return f"{name}, by the settings: in use until an account for it is entered"
    if not found.enabled:
        return f"{name}, paused"
    if found.lacking:
        return f"{name}, lacks {', '.join(found.lacking)}: wismo shop channel {found.account.provider}"
    if found.resting_until and found.resting_until > timezone.now():
        return f"{name}, at rest until {found.resting_until:%Y-%m-%d %H:%M} UTC: {found.trouble}"
    return f"{name}, in use"


def _switch(shop: int, provider: str, change: str) -> None:
    act, done, expected = _SWITCHED[change]
    if not act(shop, provider, who=WHO, now=timezone.now()):
        own = (found.account.provider for found in accounts_of([shop]) if found.id is not None)
        raise click.ClickException(
            f"no account of {provider} is {expected}; accounts: {', '.join(own) or 'none'}"
        )
    click.echo(done.format(provider=provider))


def _set_price(shop: int, provider: str | None, price: str | None, currency: str | None) -> None:
    if provider is None or price is None or currency is None:
        raise click.ClickException("say all three: wismo shop channel PROVIDER --price 0.079 --currency EUR")
    try:
        told = Price.parse(price, currency)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if not accounts.set_price(shop, provider, told, who=WHO, now=timezone.now()):
        raise click.ClickException(f"there is no account of {provider} yet: wismo shop channel {provider}")
    click.echo(f"a message by {provider} costs {told}")


def _enter(shop: int, facts: ProviderFacts) -> None:
    values = {field.name: env(_variable(field)).strip() for field in facts.fields}
    for field in facts.fields:
        if field.required and not values[field.name]:
            values[field.name] = _asked(facts, field)
    try:
        new = accounts.set_account(shop, facts.key, values, who=WHO, now=timezone.now())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{'new' if new else 'changed'}: {passports()[facts.channel].name} by {facts.name}")
    if facts.hears:
        click.echo(f"it may call back at {hook_url(shop_key(shop), facts.key)}")


def _asked(facts: ProviderFacts, field: Field) -> str:
    otherwise = f"{facts.key} still needs {_variable(field)}{f' ({field.hint})' if field.hint else ''}"
    if field.secret:
        return ask(field.label, otherwise=otherwise).strip()
    try:
        return str(click.prompt(field.label, err=True)).strip()
    except click.Abort:
        raise click.ClickException(otherwise) from None


def _variable(field: Field) -> str:
    return f"WISMO_CHANNEL_{field.name.upper()}"
