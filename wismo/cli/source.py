"""`wismo shop source`: the doors by which sources post."""

import click
from django.conf import settings
from django.utils import timezone

from wismo.carriers import doors, registry
from wismo.carriers.pack import Auth, AuthKind
from wismo.cli.choice import shop_option
from wismo.cli.near import meant
from wismo.shops import actions, queries

WHO = "wismo shop source"  # as the audit names whoever sits at the command line


@click.command("source")
@click.argument("source")
@click.option(
    "--secret", envvar="WISMO_SOURCE_SECRET", help="What the carrier gave you; without it one is made."
)
@click.option("--header", help="Where its token comes, if the source lets you choose that.")
@click.option("--replace", "anew", is_flag=True, help="Give an open door a new secret; the old one stops.")
@shop_option()
def source_command(source: str, secret: str | None, header: str | None, shop: int, *, anew: bool) -> None:
    """Open the door for a SOURCE's webhooks; where it is open, show its address."""
    auth, known = _auth_of(source), queries.source_facts(shop, source)
    address = f"{settings.BASE_URL}/hooks/{queries.shop_key(shop)}/{source}"
    if known is not None and not anew:
        if secret or header is not None:
            raise click.ClickException(
                f"{source} is open already, and nothing was changed: --replace does, and its old secret stops"
            )
        click.echo(f"already open; --replace makes a new secret, and the old one stops\naddress: {address}")
        click.echo(f"proved by: {_proof(auth, known.header)}")
        return
    _check(source, auth, secret, header)
    given, secret = bool(secret), secret or doors.made_secret(auth)
    actions.open_door(shop, source, secret, header=header, who=WHO, now=timezone.now())
    if known is not None:
        click.echo(f"the old secret of {source} stops within seconds: enter the new one there", err=True)
    if not given:
        click.echo(f"secret:  {secret}")
    click.echo(f"address: {address}{doors.query_of(auth, secret)}")


def _check(source: str, auth: Auth, secret: str | None, header: str | None) -> None:
    try:
        if header is not None:
            doors.check_header(source, auth, header)
        doors.check_secret(source, auth, secret or "")
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _proof(auth: Auth, header: str) -> str:
    """By what the source proves itself, without the secret."""
    if auth.kind is AuthKind.QUERY:
        return f"?{auth.parameter}=… at the end of the address, with its secret"
    return f"{auth.kind} in the header {header or auth.header}"


def _auth_of(source: str) -> Auth:
    pack = registry.pack(source)
    if pack is None:
        posting = [pack.id for pack in registry.packs().values() if pack.auth]
        told = meant(source, posting, "`wismo carriers list --level webhook` shows all that post")
        raise click.ClickException(f"no source is called {source!r}{told}")
    if pack.auth is None:
        raise click.ClickException(f"{source} posts nothing: it can only be polled, so it needs no door")
    return pack.auth
