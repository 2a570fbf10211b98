"""What was told of an order or cart beside its parcels' milestones."""

from django.db import models
from django.db.models import Q

from wismo.orders.models import Cart, Order
from wismo.shops.models import Shop


class HappeningRow(models.Model):
    """A happening, once: messages that it overtakes look for it here."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    name = models.CharField(max_length=24)  # a Happening
    episode = models.CharField(max_length=24, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        """Told twice, it is one row."""

        constraints = (
            models.UniqueConstraint(
                fields=("order", "name", "episode"),
                name="happening_of_order",
                condition=Q(order__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("cart", "name", "episode"), name="happening_of_cart", condition=Q(cart__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
