"""The `wismo` command: `wismo --help` lists what it does."""

import os
from importlib import import_module

import click
import django

COMMANDS = {
    "bench": "wismo.cli.bench",
    "carriers": "wismo.cli.carriers",
    "demo": "wismo.cli.demo",
    "demo-play": "wismo.cli.demo",
    "doctor": "wismo.cli.doctor",
    "import": "wismo.cli.orders",
    "ingest": "wismo.cli.ingest",
    "migrate": "wismo.cli.serving",
    "replay": "wismo.cli.ingest",
    "serve": "wismo.cli.serving",
    "shop": "wismo.cli.shop",
    "up": "wismo.cli.serving",
    "work": "wismo.cli.serving",
}


class Lazy(click.Group):
    """Loads a command's module when it is asked for: models may be imported only once Django is set up."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wismo.config.settings")
        django.setup()
        found: click.Command = getattr(
            import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_") + "_command"
        )
        return found


@click.command(cls=Lazy)
@click.version_option(package_name="wismo")
def main() -> None:
    """Wismo, the self-hosted post-purchase platform."""


if __name__ == "__main__":
    main()
