"""Messages, how they were handed over, and why they were, or were not."""

from django.db import models
from django.db.models import Q

from wismo.notify.models.authoring import Campaign
from wismo.notify.models.people import Address
from wismo.orders.models import Buyer, Cart, Order
from wismo.shops.models import Shop
from wismo.tracking.models import Shipment


class MessageState(models.TextChoices):
    """Where a message is. Only QUEUED and CLAIMED may still be sent."""

    QUEUED = "queued"
    CLAIMED = "claimed"  # by a dispatcher, until its lease ends
    SENDING = "sending"  # handed to the provider; a crash here leaves it UNKNOWN, never blindly re-sent
    AWAITING = "awaiting"  # taken; the next channel follows at `due_at` unless a receipt says delivered
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Message(models.Model):
    """An intent to tell one buyer one thing once. Holds keys only: facts are read when it is sent.

    What every new one starts with is the database's default, so that queueing need not carry it.
    """

    # Not checked by the database: a message is queued while order and shipment are locked, so they are there.
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    # Where there is an order, its buyer is meant; set when the message is handed over, for caps to count.
    buyer = models.ForeignKey(
        Buyer, on_delete=models.CASCADE, null=True, db_index=False, related_name="+", db_constraint=False
    )
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, null=True, related_name="messages", db_constraint=False
    )
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, related_name="messages", db_constraint=False
    )
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, null=True, db_index=False, db_constraint=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, db_constraint=False)
    journey = models.CharField(max_length=60)
    version = models.IntegerField()
    trigger = models.CharField(max_length=24)  # a Milestone or a Happening
    episode = models.CharField(max_length=24, default="", blank=True)
    dedupe_key = models.CharField(max_length=160)
    collapse_key = models.CharField(max_length=80, default="", db_default="", blank=True)
    lane = models.SmallIntegerField(default=2, db_default=2)  # a Lane: the lower goes first
    facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # of the event
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
    step = models.SmallIntegerField(default=0, db_default=0)  # of the route: where it stands, from 0
    attempts = models.SmallIntegerField(default=0, db_default=0)
    channel = models.CharField(max_length=16)  # of the step; the route's first until one is tried
    language = models.CharField(max_length=16, default="", db_default="", blank=True)  # chosen at sending
    subject = models.CharField(max_length=250, default="", db_default="", blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="members", db_index=False
    )
    clicked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """The dedupe key makes a thing told once."""

        constraints = (models.UniqueConstraint(fields=("shop", "dedupe_key"), name="message_once"),)
        indexes = (
            models.Index(fields=("lane", "due_at", "id"), name="message_due", condition=Q(state="queued")),
            models.Index(fields=("due_at",), name="message_awaiting", condition=Q(state="awaiting")),
            models.Index(
                fields=("lease_until",), name="message_leased", condition=Q(state__in=("claimed", "sending"))
            ),
            models.Index(
                fields=("shop", "collapse_key"),
                name="message_collapse",
                condition=Q(state__in=("queued", "claimed")) & ~Q(collapse_key=""),
            ),
            models.Index(
                fields=("buyer", "finished_at"), name="message_of_buyer", condition=Q(buyer__isnull=False)
            ),
            models.Index(
                fields=("merged_into",), name="message_members", condition=Q(merged_into__isnull=False)
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


class AttemptState(models.TextChoices):
    """Where one hand-over is. Receipts only move it on: see RANK in rules/receipts.py."""

    SENDING = "sending"
    RETRY = "retry"  # refused for now; nothing was taken
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have been taken


class Attempt(models.Model):
    """One hand-over of a message to one provider. Committed before the provider is called."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts_made")
    number = models.SmallIntegerField()  # from 1
    channel = models.CharField(max_length=16)
    provider = models.CharField(max_length=40)
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, db_index=False)
    digest = models.CharField(max_length=64)  # of the address
    reference = models.CharField(max_length=36)  # a UUID: our name for it, and what a retry repeats
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.SENDING)
    code = models.CharField(max_length=60, default="", blank=True)  # the provider's, of a failure
    provider_id = models.CharField(max_length=200, default="", blank=True)
    wording = models.CharField(max_length=80, default="", blank=True)  # whose words: "house:en", "shop:en:3"
    cost_micros = models.BigIntegerField(null=True)  # millionths of the currency's major unit
    currency = models.CharField(max_length=3, default="", blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # when the provider answered
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Found by our reference or by the provider's id."""

        constraints = (models.UniqueConstraint(fields=("reference",), name="attempt_reference"),)
        indexes = (
            models.Index(
                fields=("shop", "provider_id"), name="attempt_provider_id", condition=~Q(provider_id="")
            ),
            models.Index(fields=("started_at",), name="attempt_unknown", condition=Q(state="unknown")),
            models.Index(
                fields=("provider", "started_at"), name="attempt_taken", condition=Q(state="accepted")
            ),
            models.Index(fields=("shop", "digest", "-id"), name="attempt_of_address"),
        )

    def __str__(self) -> str:
        return f"{self.provider} attempt {self.number}"


class Receipt(models.Model):
    """What a provider said of an attempt, once. One that came before its attempt's answer waits for it."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    provider = models.CharField(max_length=40)
    key = models.CharField(max_length=250)  # the provider's own, or made of what is told
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, null=True, related_name="receipts")
    provider_id = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=16)  # a ReceiptState
    code = models.CharField(max_length=60, default="", blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        """The key makes a receipt told twice one row."""

        constraints = (models.UniqueConstraint(fields=("shop", "provider", "key"), name="receipt_once"),)
        indexes = (
            models.Index(fields=("shop", "provider_id"), name="receipt_waiting", condition=Q(attempt=None)),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.state}"


class FeedItem(models.Model):
    """What the shop's own app or page shows a buyer: newer news of a topic takes the place of older."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=64)
    title = models.CharField(max_length=250)
    body = models.TextField()
    url = models.TextField()
    language = models.CharField(max_length=16)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """One a topic."""

        constraints = (models.UniqueConstraint(fields=("shop", "buyer", "topic"), name="feed_topic"),)

    def __str__(self) -> str:
        return self.topic
