"""Messages and why they were, or were not, sent."""

from django.db import models
from django.db.models import Q

from wismo.orders.models import Order
from wismo.shops.models import Shop
from wismo.tracking.models import Shipment


class MessageState(models.TextChoices):
    """Where a message is. Only QUEUED and CLAIMED may still be sent."""

    QUEUED = "queued"
    CLAIMED = "claimed"  # by a dispatcher, until its lease ends
    SENDING = "sending"  # handed to the provider; a crash here leaves it UNKNOWN, never re-sent
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Message(models.Model):
    """An intent to tell one buyer one thing once. Holds keys only: facts are read when it is sent.

    What every new one starts with is the database's default, so that queueing need not carry it.
    """

    # Not checked by the database: a message is queued while order and shipment are locked, so they are there.
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="messages", db_constraint=False)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, related_name="messages", db_constraint=False
    )
    journey = models.CharField(max_length=60)
    version = models.IntegerField()
    milestone = models.CharField(max_length=24)
    episode = models.CharField(max_length=24, default="", blank=True)
    dedupe_key = models.CharField(max_length=160)
    channel = models.CharField(max_length=16)
    happened_at = models.DateTimeField()  # as the carrier or the shop says
    due_at = models.DateTimeField()  # not to be sent before
    expires_at = models.DateTimeField(null=True)  # from then on it is old news
    state = models.CharField(
        max_length=8,
        choices=MessageState.choices,
        default=MessageState.QUEUED,
        db_default=MessageState.QUEUED,
    )
    code = models.CharField(max_length=60, default="", db_default="", blank=True)  # the last decision's code
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    language = models.CharField(max_length=16, default="", db_default="", blank=True)  # chosen at sending
    subject = models.CharField(max_length=250, default="", db_default="", blank=True)
    provider_id = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """The dedupe key makes a thing told once."""

        constraints = (models.UniqueConstraint(fields=("shop", "dedupe_key"), name="message_once"),)
        indexes = (
            models.Index(fields=("due_at", "id"), name="message_due", condition=Q(state="queued")),
            models.Index(
                fields=("lease_until",), name="message_leased", condition=Q(state__in=("claimed", "sending"))
            ),
            models.Index(fields=("shop", "-id"), name="message_log"),
            models.Index(fields=("shop", "state", "-id"), name="message_by_state"),
            models.Index(fields=("shop", "created_at"), name="message_made"),
        )

    def __str__(self) -> str:
        return self.dedupe_key


class Decision(models.Model):
    """One gate's outcome for one message: a code from the closed list, and the facts it used."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    gate = models.CharField(max_length=24)
    outcome = models.CharField(max_length=8)  # pass | stop | wait | done
    code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.gate} {self.code}"
