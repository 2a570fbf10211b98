"""`wismo promise`: delivery dates asked for, learned, tried on the past, and explained."""

from importlib import import_module

import click

COMMANDS = {
    "adjust": "wismo.cli.promise_plan",
    "backtest": "wismo.cli.promise_backtest",
    "explain": "wismo.cli.promise_asking",
    "frontier": "wismo.cli.promise_past",
    "import": "wismo.cli.promise_past",
    "plan": "wismo.cli.promise_plan",
    "quote": "wismo.cli.promise_asking",
    "train": "wismo.cli.promise_past",
}


class Lazy(click.Group):
    """Loads a command's module when it is asked for: who asks for a date need not wait for the arrays."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(COMMANDS[cmd_name]), f"{cmd_name}_command")
        return found


@click.command("promise", cls=Lazy)
def promise_command() -> None:
    """Delivery dates: promised, learned from past orders, tried on history, and explained."""
