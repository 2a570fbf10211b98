"""Every date we showed, and what came of it."""

from django.db import models
from django.db.models import Q

from wismo.orders.models import Order
from wismo.shops.models import Shop
from wismo.tracking.models import Shipment


class Place(models.TextChoices):
    """Where a date was shown."""

    PRODUCT = "product"
    CART = "cart"
    CHECKOUT = "checkout"
    ORDER = "order"  # told with the order by the shop itself
    PAGE = "page"  # the tracking page
    MESSAGE = "message"


class Promise(models.Model):
    """A date as it was shown. Only its outcome is ever written later."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=32)  # the id in the signed text the answer carried
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, related_name="promises")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, null=True, related_name="promises")
    place = models.CharField(max_length=8, choices=Place.choices)
    shown_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # the moment the order was thought to be placed
    earliest = models.DateField()
    latest = models.DateField()
    level = models.FloatField()
    rung = models.CharField(max_length=12)
    sample = models.IntegerField(default=0)
    reasons = models.JSONField(default=list)
    warehouse = models.CharField(max_length=40, default="", blank=True)
    carrier = models.CharField(max_length=60, default="", blank=True)
    service = models.CharField(max_length=40, default="", blank=True)
    country = models.CharField(max_length=2)
    area = models.CharField(max_length=16, default="", blank=True)  # region or the postcode's beginning
    plan_version = models.IntegerField(default=0)
    learning_id = models.BigIntegerField(null=True)
    calendar_version = models.CharField(max_length=40, default="", blank=True)
    arrived_on = models.DateField(null=True)  # the first time at the door
    kept = models.BooleanField(null=True)  # null: not known yet
    first = models.BooleanField(default=False)  # the one the order was placed under

    class Meta:
        """Found by its key, by its order, and by week."""

        constraints = (models.UniqueConstraint(fields=("shop", "key"), name="promise_key"),)
        indexes = (
            models.Index(fields=("shop", "-shown_at"), name="promise_newest"),
            models.Index(fields=("shop", "latest"), name="promise_first", condition=Q(first=True)),
            models.Index(fields=("order",), name="promise_order", condition=Q(order__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.latest} {self.place}"


class Outlook(models.Model):
    """What is expected of one parcel on its way: the day now shown, and how sure the promise is."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    shipment = models.OneToOneField(Shipment, on_delete=models.CASCADE, related_name="outlook")
    promised_on = models.DateField(null=True)  # the first, for ever
    shown_on = models.DateField(null=True)  # what a shopper is told now; null: no date is of use
    told_on = models.DateField(null=True)  # the latest later day that was announced
    likely_on = models.DateField(null=True)  # the middle of what may happen
    carrier_on = models.DateField(null=True)  # the carrier's own day, as weighed
    risk = models.FloatField(null=True)  # of missing the promise, 0 to 1
    reasons = models.JSONField(default=list)
    alerted_at = models.DateTimeField(null=True)  # the team was told
    excepted_at = models.DateTimeField(null=True)  # the carrier itself first admitted trouble
    looked_at = models.DateTimeField()
    seen_scan_at = models.DateTimeField(null=True)  # the shipment's last scan, when looked at
    open = models.BooleanField(default=True)

    class Meta:
        """The riskiest first; those to be looked at again by when they were."""

        indexes = (
            models.Index(fields=("shop", "-risk"), name="outlook_risk", condition=Q(open=True)),
            models.Index(fields=("looked_at",), name="outlook_due", condition=Q(open=True)),
        )

    def __str__(self) -> str:
        return f"{self.shown_on}"
