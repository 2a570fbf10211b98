"""Rows without a business word. `shop_id` is a plain number: the shops live a floor above."""

from django.db import models
from django.db.models import Q


class InboxRow(models.Model):
    """A payload as an outside party sent it: raw bytes, durable before we answered.

    What has still to be done with it is its `InboxTask`; a payload without one has been read whole. Then its
    bytes are packed, and in the end the row is dropped (`retention.py`): nothing else writes it again.
    """

    shop_id = models.BigIntegerField()
    source = models.CharField(max_length=40)
    receipt = models.CharField(max_length=32)
    body = models.BinaryField()  # read it with `packing.plain`
    packing = models.CharField(max_length=8, default="", db_default="", blank=True)  # how: "" as it came
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        """The receipt is how people and rows call a payload."""

        constraints = (models.UniqueConstraint(fields=("shop_id", "receipt"), name="inbox_receipt"),)

    def __str__(self) -> str:
        return f"{self.source} {self.receipt}"


class InboxTask(models.Model):
    """A payload that is due, or parked for a person. Apart from its bytes: a claim writes few of them."""

    payload = models.OneToOneField(
        InboxRow, on_delete=models.CASCADE, primary_key=True, related_name="task", db_constraint=False
    )
    shop_id = models.BigIntegerField()
    parked = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        """Both lists are short: what waits for a worker, and what waits for a person."""

        indexes = (
            models.Index(fields=("due_at", "payload"), name="inbox_due", condition=Q(parked=False)),
            models.Index(fields=("shop_id", "payload"), name="inbox_parked", condition=Q(parked=True)),
        )

    def __str__(self) -> str:
        return f"{self.payload_id} {'parked' if self.parked else 'due'}"


class EventRow(models.Model):
    """A fact the house announced: what reactions saw, kept for explanations and replays."""

    shop_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    facts = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        """Read by name and time."""

        indexes = (models.Index(fields=("shop_id", "name", "id"), name="event_by_name"),)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"


class ParkedReaction(models.Model):
    """A reaction that failed, with the events it was to see. Shown, retried, never dropped."""

    shop_id = models.BigIntegerField()
    handler = models.CharField(max_length=120)
    event = models.CharField(max_length=60)
    facts = models.JSONField()
    error = models.TextField()
    attempts = models.SmallIntegerField(default=1)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        """Retried in order of `due_at`."""

        indexes = (models.Index(fields=("due_at",), name="reaction_due"),)

    def __str__(self) -> str:
        return f"{self.handler} {self.event}"


class Tally(models.Model):
    """A count per shop, name, subject and window: rejected signatures, look-ups, log-ins."""

    shop_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        """One row a window."""

        constraints = (
            models.UniqueConstraint(fields=("shop_id", "name", "subject", "window"), name="tally_one"),
        )
        indexes = (models.Index(fields=("window",), name="tally_window"),)

    def __str__(self) -> str:
        return f"{self.name} {self.count}"


class AuditRow(models.Model):
    """What a person did."""

    shop_id = models.BigIntegerField()
    who = models.CharField(max_length=254)
    did = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        """Newest first per shop."""

        indexes = (models.Index(fields=("shop_id", "id"), name="audit_by_shop"),)

    def __str__(self) -> str:
        return f"{self.who} {self.did} {self.subject}"


class Bookmark(models.Model):
    """How far a sweep that reads a table by its ids has come. Shop 0 is the house itself."""

    shop_id = models.BigIntegerField(default=0)
    name = models.CharField(max_length=40)
    place = models.BigIntegerField(default=0)  # the last id that was read

    class Meta:
        """One a sweep."""

        constraints = (models.UniqueConstraint(fields=("shop_id", "name"), name="bookmark_one"),)

    def __str__(self) -> str:
        return f"{self.name} {self.place}"
