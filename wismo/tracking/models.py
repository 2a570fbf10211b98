"""Shipments and the scans they are folded from."""

from django.db import models
from django.db.models import Q

from wismo.orders.models import Order
from wismo.shops.models import Shop


class Shipment(models.Model):
    """One parcel: carrier and tracking number. Outbound, return and RTO parcels alike, by `leg`.

    Everything from `status` on is the fold of its scans (`rules.py`), kept for reading.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    reference = models.CharField(max_length=80)  # the shop's own key, for upserts
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=80)  # as normal_number() writes it
    base_leg = models.CharField(max_length=8, default="forward")
    items = models.JSONField(default=list)  # [{"sku","quantity"}]; empty: all of the order
    shipped_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    status = models.CharField(max_length=24, default="unknown")
    leg = models.CharField(max_length=8, default="forward")
    reason = models.CharField(max_length=32, default="", blank=True)
    status_at = models.DateTimeField(null=True)
    eta = models.DateField(null=True)  # the carrier's day, as last said
    late = models.BooleanField(default=False)  # will miss, or has missed, the promised day
    last_scan_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended = models.BooleanField(default=False)
    attempts = models.SmallIntegerField(default=0)  # failed ones
    milestones = models.JSONField(
        default=dict
    )  # {"out_for_delivery@2026-11-24": "2026-11-24T07:42:00+01:00"}
    retracted = models.TextField(
        default="", blank=True
    )  # announced ones that later scans took back, by spaces
    summary = models.TextField(default="", blank=True)  # what the fold needs to go on: see rules/summary.py

    class Meta:
        """A number alone is not unique: carriers recycle them."""

        constraints = (models.UniqueConstraint(fields=("shop", "reference"), name="shipment_reference"),)
        indexes = (
            models.Index(fields=("shop", "tracking_number", "carrier"), name="shipment_number"),
            models.Index(fields=("shop", "-id"), name="shipment_newest"),
            models.Index(fields=("shop", "-id"), name="shipment_open", condition=Q(ended=False)),
            models.Index(
                fields=("shop", "-delivered_at"),
                name="shipment_delivered",
                condition=Q(delivered_at__isnull=False),
            ),
            models.Index(fields=("shop", "-id"), name="shipment_late", condition=Q(late=True, ended=False)),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class ScanRecord(models.Model):
    """A scan as kept. Without a shipment it waits for one with its carrier and number."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, null=True, related_name="scans")
    key = models.CharField(max_length=32)
    source = models.CharField(max_length=40)
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=80)
    code = models.CharField(max_length=120)
    text = models.CharField(max_length=500)
    status = models.CharField(max_length=24)  # "" where the code is not mapped
    leg = models.CharField(max_length=8)
    reason = models.CharField(max_length=32)
    at = models.DateTimeField()  # the instant to order by
    offset = models.SmallIntegerField(null=True)  # minutes east of UTC; null: the zone is not known
    occurred_raw = models.CharField(max_length=60)
    tz_source = models.CharField(max_length=12)
    place = models.CharField(max_length=160)
    eta = models.DateField(null=True)
    correction = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    receipt = models.CharField(max_length=32)  # of the payload it came in

    class Meta:
        """The key makes a scan told twice one row."""

        constraints = (models.UniqueConstraint(fields=("shop", "key"), name="scan_key"),)
        indexes = (
            models.Index(fields=("shop", "tracking_number"), name="scan_waiting", condition=Q(shipment=None)),
            models.Index(fields=("shop", "source", "code"), name="scan_unmapped", condition=Q(status="")),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number} {self.code}"
