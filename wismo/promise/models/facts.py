"""What happened to each parcel, in the three moments that clocks run between."""

from django.db import models
from django.db.models import Q

from wismo.shops.models import Shop
from wismo.tracking.models import Shipment


class Passage(models.Model):
    """A parcel's way: bought, handed over, arrived. Past orders read from a file are such rows, too.

    Days are of the place they happen at: the warehouse's for the first two, the destination's for the last.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    shipment = models.OneToOneField(Shipment, on_delete=models.CASCADE, null=True, related_name="passage")
    reference = models.CharField(max_length=80)  # the shipment's, or the file's
    origin = models.CharField(max_length=24, default="", blank=True)  # its area: see rules/lanes.py
    warehouse = models.CharField(max_length=40, default="", blank=True)
    carrier = models.CharField(max_length=60, default="", blank=True)
    service = models.CharField(max_length=40, default="", blank=True)
    product_class = models.CharField(max_length=40, default="", blank=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=8, default="", blank=True)
    postcode = models.CharField(max_length=16, default="", blank=True)
    bought_on = models.DateField()
    ready_on = models.DateField()  # the clock starts: after cut-off, hold, pre-order
    handed_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)  # the first time at the door, whether it was taken or not
    ended_on = models.DateField(null=True)  # went back, was lost or cancelled: no longer under way
    promised_on = models.DateField(null=True)

    class Meta:
        """Found by what was still under way on a day."""

        constraints = (models.UniqueConstraint(fields=("shop", "reference"), name="passage_reference"),)
        indexes = (
            models.Index(
                fields=("shop", "ready_on"),
                name="passage_open",
                condition=Q(arrived_on__isnull=True, ended_on__isnull=True),
            ),
            models.Index(fields=("shop", "arrived_on"), name="passage_arrived"),
        )

    def __str__(self) -> str:
        return self.reference
