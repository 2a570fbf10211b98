"""The `wismo` command: `wismo --help` lists what it does."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click
import django

from wismo.carriers.schema import PackError

COMMANDS = {
    "bench": "wismo.cli.bench",
    "carriers": "wismo.cli.carriers",
    "consent": "wismo.cli.consent",
    "demo": "wismo.cli.demo",
    "demo-play": "wismo.cli.demo",
    "doctor": "wismo.cli.doctor",
    "import": "wismo.cli.orders",
    "ingest": "wismo.cli.ingest",
    "journey": "wismo.cli.journey",
    "migrate": "wismo.cli.serving",
    "promise": "wismo.cli.promise",
    "replay": "wismo.cli.ingest",
    "serve": "wismo.cli.serving",
    "shop": "wismo.cli.shop",
    "up": "wismo.cli.serving",
    "work": "wismo.cli.serving",
}


@contextmanager
def _packs_in_one_line() -> Iterator[None]:
    """A pack with a mistake ends the command with the line that says where it is and what to do."""
    try:
        yield
    except PackError as error:
        raise click.ClickException(str(error)) from error


class Lazy(click.Group):
    """Loads a command's module when it is asked for: models may be imported only once Django is set up."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _packs_in_one_line():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
        with _packs_in_one_line():
            django.setup()
            module = import_module(COMMANDS[cmd_name])
        found: click.Command = getattr(module, cmd_name.replace("-", "_") + "_command")
        return found


@click.command(cls=Lazy)
@click.version_option(package_name="wismo")
def main() -> None:
    """Wismo, the self-hosted post-purchase platform."""


if __name__ == "__main__":
    main()
