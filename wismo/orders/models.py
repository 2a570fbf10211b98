"""What was bought, by whom, and where it goes."""

from django.db import models
from django.db.models import Q

from wismo.shops.models import Shop


class Buyer(models.Model):
    """The person who bought."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    email = models.EmailField(default="", blank=True)
    phone = models.CharField(max_length=32, default="", blank=True)
    name = models.CharField(max_length=160, default="", blank=True)
    language = models.CharField(max_length=16, default="", blank=True)  # BCP 47
    tags = models.JSONField(default=list)  # the shop's own words for this buyer: "vip", "wholesale"

    class Meta:
        """One row an address; buyers without one are a row each."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "email"), condition=~Q(email=""), name="buyer_email"),
        )

    def __str__(self) -> str:
        return f"buyer {self.pk}"


class Order(models.Model):
    """What was bought at once."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders")
    reference = models.CharField(max_length=80)  # the shop's own key, for upserts
    number = models.CharField(max_length=40)  # what the buyer knows it by
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3, default="", blank=True)
    total_minor = models.BigIntegerField(null=True)
    country = models.CharField(max_length=2)  # of the destination
    postcode = models.CharField(max_length=16, default="", blank=True)
    region = models.CharField(max_length=8, default="", db_default="", blank=True)  # ISO 3166-2: "BY", "SP"
    city = models.CharField(max_length=120, default="", blank=True)
    timezone = models.CharField(max_length=64, default="", blank=True)  # of the destination
    tags = models.JSONField(default=list)  # the shop's own words for this order
    cash_on_delivery = models.BooleanField(default=False)
    packed_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)  # the day the shop showed at checkout
    cancelled_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)  # as the shop tells it: older tellings change nothing

    class Meta:
        """Found by the shop's reference, or by the number a buyer types."""

        constraints = (models.UniqueConstraint(fields=("shop", "reference"), name="order_reference"),)
        indexes = (models.Index(fields=("shop", "number"), name="order_number"),)

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One kind of thing in an order."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.SmallIntegerField()
    sku = models.CharField(max_length=80, default="", blank=True)
    title = models.CharField(max_length=200)
    variant = models.CharField(max_length=120, default="", blank=True)
    quantity = models.PositiveIntegerField(default=1)
    image_url = models.URLField(default="", blank=True)

    class Meta:
        """Kept in the shop's order."""

        constraints = (models.UniqueConstraint(fields=("order", "position"), name="line_position"),)
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"


class Cart(models.Model):
    """What somebody put together and has not bought yet."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.CASCADE, related_name="carts")
    reference = models.CharField(max_length=80)  # the shop's own key
    lines = models.JSONField(default=list)  # [{"title", "variant", "sku", "quantity"}]
    currency = models.CharField(max_length=3, default="", blank=True)
    total_minor = models.BigIntegerField(null=True)
    url = models.URLField(max_length=500)  # where the shop shows it again
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # bought or emptied

    class Meta:
        """Found by the shop's reference."""

        constraints = (models.UniqueConstraint(fields=("shop", "reference"), name="cart_reference"),)

    def __str__(self) -> str:
        return self.reference
