from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    """The ground floor's tables."""

    name = "wismo.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"
