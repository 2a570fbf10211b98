from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The tables of `wismo.orders`."""

    name = "wismo.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
