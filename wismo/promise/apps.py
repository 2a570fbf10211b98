from django.apps import AppConfig


class PromiseConfig(AppConfig):
    """The tables of `wismo.promise`."""

    name = "wismo.promise"
    label = "promise"
    default_auto_field = "django.db.models.BigAutoField"
