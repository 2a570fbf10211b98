"""`wismo shop`: what an operator sets up, and changes."""

from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils import timezone

from wismo.cli.account import account_command
from wismo.cli.alerts import alerts_command
from wismo.cli.channel import channel_command
from wismo.cli.choice import Function, shop_option
from wismo.cli.hidden import ask
from wismo.cli.manners import messages_command
from wismo.cli.source import source_command
from wismo.cli.templates import templates_command
from wismo.shops import actions, queries
from wismo.shops.models import Role

PASSWORD = "WISMO_MEMBER_PASSWORD"  # noqa: S105  # the name of the variable


@click.group("shop")
def shop_command() -> None:
    """Shops, their people, keys and sources."""


shop_command.add_command(account_command)
shop_command.add_command(alerts_command)
shop_command.add_command(channel_command)
shop_command.add_command(messages_command)
shop_command.add_command(source_command)
shop_command.add_command(templates_command)


def brand_options(command: Function) -> Function:
    """What `open` sets and `brand` changes."""
    for option in (
        click.option("--timezone", help="As Europe/Berlin; without it the country's, where it has only one."),
        click.option("--privacy-url"),
        click.option("--returns-url"),
        click.option("--support-url"),
        click.option("--support-email"),
        click.option("--from-email", help="Who the mail comes from."),
        click.option("--language", "languages", multiple=True, help="The first is the default."),
        click.option("--colour", help="The brand's one colour, as #1f5d4c."),
    ):
        command = option(command)
    return command


@shop_command.command("open")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--country", required=True, help="ISO 3166, as DE.")
@brand_options
def open_shop(slug: str, name: str, country: str, **told: Any) -> None:
    """Open a shop."""
    try:
        shop = actions.open_shop(slug=slug, name=name, country=country.upper(), **_given(told))
    except IntegrityError as error:
        raise click.ClickException(f"there is a shop called {slug!r} already") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if not told["timezone"] and queries.brand_of(shop).timezone == "UTC":
        click.echo(f"{country.upper()} has several time zones: UTC is used until wismo shop brand --timezone")
    click.echo(f"{name} is open. Next: wismo shop member, wismo shop source, wismo shop key.")


@shop_command.command("brand")
@brand_options
@click.option("--name", help="What shoppers read.")
@click.option("--logo", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PNG, JPEG, WebP.")
@shop_option()
def brand(shop: int, logo: Path | None, **told: Any) -> None:
    """Change how the shop looks and speaks; what is not named stays."""
    changed = _given(told) | ({"logo": logo.read_bytes()} if logo else {})
    if not changed:
        raise click.ClickException("say what to change: see wismo shop brand --help")
    try:
        actions.change_shop(shop, **changed)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"changed: {', '.join(sorted(changed))}")


def _given(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in told.items()
        if value is not None and value != ()
    }


@shop_command.command("list")
def list_shops() -> None:
    """The shops there are."""
    for slug in queries.shop_ids():
        click.echo(slug)


@shop_command.command("member")
@click.argument("email")
@click.option("--role", type=click.Choice(Role.values), default=Role.OWNER.value, show_default=True)
@click.option("--password", envvar=PASSWORD, help="Of a new person; without it, it is asked for.")
@click.option("--remove", is_flag=True, help="Take the seat away.")
@shop_option()
def member(shop: int, email: str, role: str, password: str | None, *, remove: bool) -> None:
    """Give a person a seat on the team, change their role, or take the seat away."""
    if remove:
        if not actions.unseat_member(shop, email):
            raise click.ClickException(f"{email} has no seat on this team")
        click.echo(f"{email} has no seat on this team any more")
        return
    if queries.is_person(email):
        actions.seat_member(shop, email=email, role=Role(role))
        click.echo(f"{email} is {role} now; the password stays as it was (wismo shop password changes it)")
        return
    try:
        validate_email(email)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    actions.seat_member(shop, email=email, role=Role(role), password=_sound(password))
    click.echo(f"{email} may log in at {settings.BASE_URL}/console/")


@shop_command.command("password")
@click.argument("email")
@click.option("--password", envvar=PASSWORD, help="Without it, it is asked for.")
def password_command(email: str, password: str | None) -> None:
    """Give a person a new password; where they are logged in, they are logged out."""
    if not queries.is_person(email):
        raise click.ClickException(f"nobody has the address {email}")
    actions.set_password(email, _sound(password))
    click.echo(f"{email} has a new password")


def _sound(password: str | None) -> str:
    """The password given or asked for, if it is strong enough."""
    told = password or ask("Password", otherwise=f"there is no password: set {PASSWORD}", twice=True)
    try:
        validate_password(told)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    return told


@shop_command.command("key")
@click.option("--name", default="shop system", show_default=True)
@click.option("--revoke", metavar="HINT", help="End the key that begins so, instead.")
@shop_option()
def key(shop: int, name: str, revoke: str | None) -> None:
    """Issue a key of the REST API; it is shown once."""
    if revoke is None:
        click.echo(actions.issue_api_key(shop, name))
    elif actions.revoke_api_key(shop, revoke, timezone.now()):
        click.echo(f"{revoke[:12]} opens nothing any more")
    else:
        hints = ", ".join(queries.key_hints(shop)) or "none"
        raise click.ClickException(f"no key begins with {revoke[:12]!r}; keys in use: {hints}")
