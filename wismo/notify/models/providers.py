"""Through whom messages leave."""

from django.db import models
from django.db.models import Q

from wismo.shops.models import Shop


class ChannelAccount(models.Model):
    """A shop's account at a provider of a channel; what it is proved with is sealed."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="channel_accounts")
    channel = models.CharField(max_length=16)
    provider = models.CharField(max_length=40)  # of all channels: "twilio_sms", "meta", "gateway:msg91"
    sealed = models.TextField()  # JSON: the fields that channel.toml asks for, by name
    enabled = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    # The circuit: a provider that refuses us is left alone for a while, and people are told.
    failures = models.SmallIntegerField(default=0)
    resting_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, default="", blank=True)
    # What a message costs, as the shop pays it: millionths of the currency's major unit; an SMS segment's.
    price_micros = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="", blank=True)

    class Meta:
        """One account a provider."""

        constraints = (models.UniqueConstraint(fields=("shop", "provider"), name="channel_account_one"),)

    def __str__(self) -> str:
        return self.provider


class SendBucket(models.Model):
    """Tokens that are left to a provider, or to one pair of sender and reader. Refilled as time goes by."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=80)  # "all", or "pair:<digest>"
    tokens = models.FloatField()
    at = models.DateTimeField()  # when it held so many

    class Meta:
        """One a name."""

        constraints = (models.UniqueConstraint(fields=("shop", "provider", "name"), name="bucket_one"),)

    def __str__(self) -> str:
        return f"{self.provider} {self.name}"


class TeamAlert(models.Model):
    """What the team should know: a provider refuses us, a message's fate is unknown, a text is broken."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)  # what it is about; one open alert a kind and subject
    text = models.CharField(max_length=500)
    count = models.IntegerField(default=1)
    at = models.DateTimeField()  # first
    last_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # to the team's own channels
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One open alert a matter."""

        constraints = (
            models.UniqueConstraint(
                fields=("shop", "kind", "subject"), name="alert_open", condition=Q(closed_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class MessagingSettings(models.Model):
    """How a shop speaks, where it is not the house's way."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="messaging")
    quiet_from = models.TimeField(null=True)  # on the reader's clock; null: the house's, by country
    quiet_until = models.TimeField(null=True)
    stop_means_all = models.BooleanField(default=False)  # STOP on one channel ends all of them
    double_opt_in = models.BooleanField(default=False)  # even where no law wants it
    voucher = models.CharField(max_length=40, default="", blank=True)  # a code given with a delay; "": none
    voucher_worth = models.CharField(max_length=60, default="", blank=True)  # in words: "10 %"
    link_hosts = models.JSONField(default=list)  # that campaign links may lead to, beside the shop's own
    alert_emails = models.JSONField(default=list)  # of the team
    alert_urls = models.TextField(default="", blank=True)  # sealed; for Apprise, one a line

    def __str__(self) -> str:
        return f"messaging of shop {self.shop_id}"
