from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """A room without tables: templates and static files."""

    name = "wismo.console"
    label = "console"
