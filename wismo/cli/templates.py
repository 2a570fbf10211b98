"""`wismo shop templates`: texts that a provider approves beforehand."""

import tomllib
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.notify.actions import templates
from wismo.notify.channels import providers
from wismo.notify.channels.whatsapp.drafts import Draft
from wismo.notify.channels.whatsapp.templates import TemplateRefused
from wismo.notify.jobs import approvals
from wismo.notify.port import HeardTemplate, LetterError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEYS = {"provider", "journey", "language", "name", "body", "variables"}
_MORE = {"provider_language", "category", "extra"}


@click.command("templates")
@click.argument("journey", required=False)
@click.option("--language", default="en", show_default=True)
@click.option(
    "--version", default=1, show_default=True, help="Meta takes no name twice: count up to replace one."
)
@click.option(
    "--full", is_flag=True, help="Keep what a message may lack; without it the template leaves that out."
)
@click.option("--enter", type=_FILE, help="Enter texts approved elsewhere: [[template]] tables in TOML.")
@click.option("--send-in", is_flag=True, help="Send it to Meta for approval; without it, only show it.")
@shop_option()
def templates_command(journey: str | None, shop: int, enter: Path | None, **told: Any) -> None:
    """Show a JOURNEY's text as a WhatsApp template, or send it in; without one, ask how all stand."""
    try:
        if enter is not None:
            _enter(shop, enter)
        elif journey is None:
            _list(shop)
        else:
            _draft(shop, journey, **told)
    except (LetterError, TemplateRefused, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _draft(shop: int, journey: str, *, language: str, version: int, full: bool, send_in: bool) -> None:
    drafted = approvals.draft_for(shop, journey, language, version=version, full=full)
    _show(drafted)
    if send_in:
        heard = approvals.send_in(shop, journey, language, drafted, timezone.now())
        click.echo(f"sent in: {heard.state}")


def _enter(shop: int, path: Path) -> None:
    """Keep texts that were approved elsewhere: at Twilio, on India's DLT."""
    for told in tomllib.loads(path.read_text(encoding="utf-8")).get("template", []):
        if told.keys() - _MORE != _KEYS:
            raise ValueError(
                f"a [[template]] has {', '.join(sorted(_KEYS))}; it may have {', '.join(sorted(_MORE))}"
            )
        if told["provider"] not in providers():
            raise ValueError(f"no channel has a provider {told['provider']!r}")
        name, category = str(told["name"]), str(told.get("category", ""))
        rest = {name: told[name] for name in _KEYS - {"name"}}
        row = templates.Registered(
            **rest, provider_language=told.get("provider_language", ""), extra=told.get("extra", {})
        )
        templates.register(shop, row, HeardTemplate("", name, "", "approved", category), timezone.now())
        click.echo(f"{told['provider']}: {told['journey']} in {told['language']} speaks by {name}")


def _list(shop: int) -> None:
    for heard in approvals.bring_up_to_date(shop, timezone.now()):
        why = f" ({heard.reason})" if heard.reason else ""
        click.echo(f"{heard.name} {heard.language}: {heard.state}, {heard.category}{why}")


def _show(drafted: Draft) -> None:
    click.echo(f"{drafted.name} {drafted.language}, {drafted.category}")
    click.echo(drafted.body)
    for place, name in enumerate(drafted.variables, start=1):
        click.echo(f"  {{{{{place}}}}} {name}: {drafted.examples[place - 1]}")
    for label in drafted.labels:
        click.echo(f"  [{label}]")
    if drafted.ttl_seconds:
        click.echo(f"  Meta tries for {drafted.ttl_seconds} s")
