"""Where a buyer can be reached, and what they agreed to."""

from django.db import models

from wismo.orders.models import Buyer
from wismo.shops.models import Shop


class Address(models.Model):
    """One place a person can be reached at. A buyer has as many as channels know them by.

    `value` is in its normal form: an e-mail address in lower case, a phone number as E.164
    ("+4915112345678"), a provider's user id, a push endpoint. E-mail and phone of an order need no row before
    something is known of them. A WhatsApp user may have an id ("US.1349…") and no phone number.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.CASCADE, null=True, related_name="addresses")
    kind = models.CharField(max_length=12)  # an AddressKind
    value = models.CharField(max_length=600)
    digest = models.CharField(max_length=64)  # HMAC of kind and value: see rules/addresses.py
    extra = models.JSONField(default=dict)  # push keys, profile name, wa_id, whatever the channel needs
    # By channel: {"whatsapp": {"state": "unreachable", "until": …, "why": "131026"}}; absent: all is well.
    trouble = models.JSONField(default=dict)
    heard_at = models.JSONField(default=dict)  # by channel, when the person last wrote: the 24-hour window
    confirmed_at = models.DateTimeField(null=True)  # they showed that it is theirs (double opt-in, log-in)
    created_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)  # blocked, unfollowed, unsubscribed: never to be used again

    class Meta:
        """One row an address."""

        constraints = (models.UniqueConstraint(fields=("shop", "kind", "digest"), name="address_one"),)

    def __str__(self) -> str:
        return f"{self.kind} address {self.pk}"


class Consent(models.Model):
    """What a person once said, for good: the evidence. Never changed; the last of its key counts.

    Of an address and not of a buyer, so that it outlives what is erased.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    digest = models.CharField(max_length=64)  # of the address
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)  # a Kind of journey
    granted = models.BooleanField()
    confirmed = models.BooleanField(default=True)  # False: asked for, but not yet confirmed (double opt-in)
    # checkout, preferences, one_click, keyword, provider, api, import
    source = models.CharField(max_length=24)
    evidence = models.JSONField(default=dict)  # wording, language, page, as far as told
    at = models.DateTimeField()

    class Meta:
        """Read by address."""

        indexes = (models.Index(fields=("shop", "digest", "channel", "kind", "-id"), name="consent_last"),)

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {'yes' if self.granted else 'no'}"


class Preference(models.Model):
    """What holds now of a person's consents: the last per address, channel and kind, for the gates."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    granted = models.BooleanField()
    confirmed = models.BooleanField(default=True)
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        """One a key."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "digest", "channel", "kind"), name="preference_one"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {'yes' if self.granted else 'no'}"


class Suppression(models.Model):
    """An address that must not be written to, kept as an HMAC so that it outlives erasure."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)  # "" for all
    scope = models.CharField(max_length=16)  # all, or a Kind
    reason = models.CharField(max_length=24)  # hard_bounce, complaint, stop, blocked, invalid, person, import
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        """One a key."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "digest", "channel", "scope"), name="suppression_one"),
        )

    def __str__(self) -> str:
        return f"{self.channel or 'all'} {self.scope} {self.reason}"
