from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """The tables of `wismo.notify`."""

    name = "wismo.notify"
    label = "notify"
    default_auto_field = "django.db.models.BigAutoField"
