"""`wismo shop`: what an operator sets up once."""

from typing import Any

import click
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError

from wismo.carriers import registry
from wismo.cli.choice import shop_option
from wismo.shops import actions, queries
from wismo.shops.models import Role


@click.group("shop")
def shop_command() -> None:
    """Shops, their people, keys and sources."""


@shop_command.command("open")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--country", required=True, help="ISO 3166, as DE.")
@click.option("--colour", default="#1f5d4c", show_default=True, help="The brand's one colour.")
@click.option("--language", "languages", multiple=True, default=["en"], help="The first is the default.")
@click.option("--from-email", default="")
@click.option("--support-email", default="")
def open_shop(slug: str, name: str, country: str, languages: tuple[str, ...], **brand: Any) -> None:
    """Open a shop."""
    try:
        actions.open_shop(slug=slug, name=name, country=country.upper(), languages=list(languages), **brand)
    except IntegrityError as error:
        raise click.ClickException(f"there is a shop called {slug!r} already") from error
    click.echo(f"{name} is open. Next: wismo shop member, wismo shop source, wismo shop key.")


@shop_command.command("list")
def list_shops() -> None:
    """The shops there are."""
    for slug in queries.shop_ids():
        click.echo(slug)


@shop_command.command("member")
@click.argument("email")
@click.option("--role", type=click.Choice(Role.values), default=Role.OWNER.value, show_default=True)
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="WISMO_MEMBER_PASSWORD"
)
@shop_option()
def member(email: str, role: str, password: str, shop: int) -> None:
    """Give a person a seat on the team."""
    try:
        validate_password(password)
        validate_email(email)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    actions.seat_member(shop, email=email, role=Role(role), password=password)
    click.echo(f"{email} may log in at {settings.BASE_URL}/console/")


@shop_command.command("key")
@click.option("--name", default="shop system", show_default=True)
@shop_option()
def key(name: str, shop: int) -> None:
    """Issue a key of the REST API; it is shown once."""
    click.echo(actions.issue_api_key(shop, name))


@shop_command.command("source")
@click.argument("source")
@click.option(
    "--secret", envvar="WISMO_SOURCE_SECRET", help="What the carrier gave you; without it one is made."
)
@shop_option()
def source_command(source: str, secret: str | None, shop: int) -> None:
    """Open the door for a SOURCE's webhooks."""
    if registry.pack(source) is None:
        raise click.ClickException(f"no source is called {source!r}; there are {', '.join(registry.packs())}")
    if secret:
        actions.set_source_secret(shop, source, secret)
    else:
        secret = actions.set_source_secrets(shop, [source])[source]
        click.echo(f"secret:  {secret}")
    click.echo(f"address: {settings.BASE_URL}/hooks/{queries.shop_key(shop)}/{source}")
