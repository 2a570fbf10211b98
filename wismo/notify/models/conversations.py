"""What people say back."""

from django.db import models
from django.db.models import Q

from wismo.notify.models.messages import Attempt, Message
from wismo.notify.models.people import Address
from wismo.orders.models import Buyer, Order
from wismo.shops.models import Shop


class Conversation(models.Model):
    """What one person and the shop's team say to each other on one channel."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    channel = models.CharField(max_length=16)
    address = models.ForeignKey(Address, on_delete=models.CASCADE)
    buyer = models.ForeignKey(Buyer, on_delete=models.CASCADE, null=True)
    open = models.BooleanField(default=True)  # somebody should answer
    heard_at = models.DateTimeField()  # when the person last wrote: the provider's window counts from here
    said_at = models.DateTimeField(null=True)  # when the team last wrote

    class Meta:
        """One a channel and address; the open ones are a list."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "channel", "address"), name="conversation_one"),
        )
        indexes = (
            models.Index(fields=("shop", "-heard_at"), name="conversation_open", condition=Q(open=True)),
            models.Index(fields=("shop", "-heard_at"), name="conversation_last"),
        )

    def __str__(self) -> str:
        return f"{self.channel} conversation {self.pk}"


class ConversationEntry(models.Model):
    """One thing said."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="entries")
    inbound = models.BooleanField()
    text = models.TextField()
    by = models.CharField(max_length=254, default="", blank=True)  # the member who wrote; "" for the person
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True)  # what carries it
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{'in' if self.inbound else 'out'} {self.at:%Y-%m-%d %H:%M}"


class Inbound(models.Model):
    """A reply as a provider told it, once. Words go to the conversation, actions up as events."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    channel = models.CharField(max_length=16)
    provider = models.CharField(max_length=40)
    key = models.CharField(max_length=200)  # the provider's own for it: told twice, it is one row
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.SET_NULL, null=True)  # what it answers
    kind = models.CharField(max_length=12)  # text, action, stop, start, help
    action = models.CharField(max_length=40, default="", blank=True)  # a ReplyAction
    outcome = models.CharField(max_length=24, default="", blank=True)  # done, no_longer_possible, to_team
    at = models.DateTimeField()

    class Meta:
        """The key makes a reply heard once, an action once an attempt."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "provider", "key"), name="inbound_once"),
            models.UniqueConstraint(
                fields=("attempt", "action"), name="inbound_action", condition=~Q(action="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class Feedback(models.Model):
    """How a buyer judged an order's delivery, once a kind."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="feedback")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True)
    kind = models.CharField(max_length=4)  # csat (1 to 5), nps (0 to 10)
    score = models.SmallIntegerField()
    comment = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        """The last word of a kind counts: it is written over."""

        constraints = (models.UniqueConstraint(fields=("shop", "order", "kind"), name="feedback_one"),)
        indexes = (models.Index(fields=("shop", "kind", "-at"), name="feedback_newest"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"
