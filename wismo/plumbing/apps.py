from django.apps import AppConfig

from wismo.plumbing import among


class PlumbingConfig(AppConfig):
    """The ground floor's tables."""

    name = "wismo.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"
    lookups = (among.Among,)  # registered by being imported
