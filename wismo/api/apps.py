from django.apps import AppConfig


class ApiConfig(AppConfig):
    """A room without tables: templates and static files."""

    name = "wismo.api"
    label = "api"
