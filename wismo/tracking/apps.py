from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """The tables of `wismo.tracking`."""

    name = "wismo.tracking"
    label = "tracking"
    default_auto_field = "django.db.models.BigAutoField"
