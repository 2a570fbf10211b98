from django.apps import AppConfig


class DesignConfig(AppConfig):
    """A room without tables: templates and static files."""

    name = "wismo.design"
    label = "design"
