from django.apps import AppConfig


class TrackpageConfig(AppConfig):
    """A room without tables: templates and static files."""

    name = "wismo.trackpage"
    label = "trackpage"
