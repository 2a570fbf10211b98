"""Shipments and the scans they are folded from."""

from django.db import models
from django.db.models import Q

from wismo.orders.models import Order
from wismo.shops.models import Shop
from wismo.tracking.rules.summary import EPOCH


class Shipment(models.Model):
    """One parcel: carrier and tracking number. Outbound, return and RTO parcels alike, by `leg`.

    Everything from `status` on is the fold of its scans (`rules.py`), kept for reading.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    reference = models.CharField(max_length=80)  # the shop's own key, for upserts
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=80)  # as normal_number() writes it
    service = models.CharField(max_length=40, default="", db_default="", blank=True)  # the shop's own key
    warehouse = models.CharField(max_length=40, default="", db_default="", blank=True)  # it left
    # Beside the main number: further boxes, and carriers who take the parcel over. See ShipmentNumber.
    pieces = models.SmallIntegerField(default=1)  # boxes in all
    handovers = models.SmallIntegerField(default=0)
    opened = models.BigIntegerField(default=0)  # `micros` of the order: what was before is not this parcel
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
    milestones = models.TextField(default="", blank=True)  # see rules/summary.py: pack_reached
    # Announced ones that are not among them, by spaces: later scans took them back, or they are the order's.
    retracted = models.TextField(default="", blank=True)
    summary = models.TextField(default="", blank=True)  # what the fold needs to go on: see rules/summary.py
    # Whether it has been quiet for too long: see rules/silence.py. The fold clears it; looked at when due.
    silent = models.CharField(max_length=16, default="", db_default="", blank=True)
    silent_since = models.DateTimeField(null=True)  # its last scan, or its label; of the last silence
    silent_limit = models.TextField(default="", db_default="", blank=True)  # by which it was judged
    silence_due = models.DateTimeField(default=EPOCH, db_default=EPOCH)

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
            models.Index(fields=("shop", "silent", "-id"), name="shipment_silent", condition=~Q(silent="")),
            # Not by the last scan: with that in an index, PostgreSQL had to write all of them at each fold.
            models.Index(fields=("silence_due",), name="shipment_silence", condition=Q(ended=False)),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class NumberRole(models.TextChoices):
    """Why a shipment has another number."""

    HANDOVER = "handover"  # another carrier takes the parcel over under its own number
    PIECE = "piece"  # a further box of the shipment


class ShipmentNumber(models.Model):
    """Another number of the same shipment: scans that name it are the shipment's."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="numbers")
    role = models.CharField(max_length=8, choices=NumberRole.choices)
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=80)  # as normal_number() writes it

    class Meta:
        """Found by the number a scan names."""

        constraints = (
            models.UniqueConstraint(
                fields=("shop", "tracking_number", "carrier", "shipment"), name="shipment_other_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class ScanRecord(models.Model):
    """A scan as kept. Without a shipment it waits for one with its carrier and number."""

    # Not checked by the database: a scan is written under the lock of its shipment, which is there.
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, related_name="scans", db_constraint=False
    )
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
    # Its status is the shop's own meaning of the code: see CodeMeaning.
    by_shop = models.BooleanField(default=False, db_default=False)

    class Meta:
        """The key makes a scan told twice one row."""

        constraints = (models.UniqueConstraint(fields=("shop", "key"), name="scan_key"),)
        indexes = (
            models.Index(fields=("shop", "tracking_number"), name="scan_waiting", condition=Q(shipment=None)),
            models.Index(fields=("shop", "source", "code"), name="scan_unmapped", condition=Q(status="")),
            models.Index(fields=("shop", "source", "code"), name="scan_by_shop", condition=Q(by_shop=True)),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number} {self.code}"


class Poll(models.Model):
    """A parcel that a carrier is asked about: when next, and by which of the shop's accounts."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    shipment = models.OneToOneField(Shipment, on_delete=models.CASCADE, related_name="poll")
    source = models.CharField(max_length=40)
    number = models.CharField(max_length=80)  # the shipment's, when it was last asked about
    due_at = models.DateTimeField(null=True)  # null: it rests, until the carrier says something by itself
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)  # requests in a row that failed
    silent = models.SmallIntegerField(default=0)  # answers in a row without news
    last_news_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # the last time, whatever the answer
    answer = models.CharField(max_length=32, default="", blank=True)  # its digest: the same again is not kept
    registered_at = models.DateTimeField(null=True)  # when the source was told the number, where it must be
    expired_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="", blank=True)  # why the last request was of no use

    class Meta:
        """Due rows are found by account, so that one that may not be asked costs the others nothing."""

        indexes = (
            models.Index(
                fields=("shop", "source", "due_at"), name="poll_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=("last_news_at",), name="poll_silent", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=("shop", "source"), name="poll_expired", condition=Q(expired_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class PollGate(models.Model):
    """How a shop's account at a source may be asked: rate, daily quota and circuit (`rules/gate.py`)."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    source = models.CharField(max_length=40)
    free_at = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)  # in a row
    day = models.DateField(null=True)  # UTC
    used = models.IntegerField(default=0)  # requests of that day
    asked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="", blank=True)
    error_at = models.DateTimeField(null=True)
    enrolled_to = models.BigIntegerField(default=0)  # the last shipment looked at for this account

    class Meta:
        """One gate an account."""

        constraints = (models.UniqueConstraint(fields=("shop", "source"), name="poll_gate_one"),)

    def __str__(self) -> str:
        return f"{self.source} {self.used}"


class CodeMeaning(models.Model):
    """What a shop says a source's code means, where no pack does. Withdrawn: its scans are given back."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    source = models.CharField(max_length=40)
    code = models.CharField(max_length=120)
    status = models.CharField(max_length=24)
    leg = models.CharField(max_length=8)
    reason = models.CharField(max_length=32, default="", blank=True)
    who = models.CharField(max_length=254)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One meaning a code."""

        constraints = (models.UniqueConstraint(fields=("shop", "source", "code"), name="meaning_one"),)

    def __str__(self) -> str:
        return f"{self.source} {self.code}: {self.status}"


class CarrierDay(models.Model):
    """How well a carrier told of its parcels, in what came in on one day (UTC). Counted from the scans."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    carrier = models.CharField(max_length=60)
    day = models.DateField()
    first_scan = models.BigIntegerField()  # the least id of the day's scans: from there on they are read
    scans = models.IntegerField(default=0)
    repeats = models.IntegerField(default=0)  # scans its own feed told again
    unzoned = models.IntegerField(default=0)  # scans whose zone nobody knows
    ahead = models.IntegerField(default=0)  # scans dated more than an hour after they came in
    lags = models.JSONField(default=list)  # how many came in how late: see rules/quality.py
    delivered = models.IntegerField(default=0)  # parcels, on their way to the buyer
    without_pickup = models.IntegerField(default=0)
    without_out = models.IntegerField(default=0)  # neither out for delivery nor ready to collect
    before_pickup = models.IntegerField(default=0)  # delivered before they were picked up
    attempts = models.IntegerField(default=0)  # failed ones
    attempts_without_out = models.IntegerField(default=0)

    class Meta:
        """One row a day; `day` alone finds where to go on counting."""

        constraints = (models.UniqueConstraint(fields=("shop", "carrier", "day"), name="carrier_day_one"),)
        indexes = (models.Index(fields=("day",), name="carrier_day"),)

    def __str__(self) -> str:
        return f"{self.carrier} {self.day}"


class LaneQuiet(models.Model):
    """How long the parcels of a lane were quiet at most, counted of those that arrived."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    carrier = models.CharField(max_length=60)
    origin = models.CharField(max_length=2)  # country; the shop's, as no carrier tells it of each parcel
    destination = models.CharField(max_length=2)
    counts = models.JSONField(default=list)  # parcels by the slots of rules/silence.py
    learned_at = models.DateTimeField()

    class Meta:
        """One row a lane."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "carrier", "origin", "destination"), name="lane_one"),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.origin}-{self.destination}"
