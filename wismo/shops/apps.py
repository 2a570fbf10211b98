from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """The tables of `wismo.shops`."""

    name = "wismo.shops"
    label = "shops"
    default_auto_field = "django.db.models.BigAutoField"
