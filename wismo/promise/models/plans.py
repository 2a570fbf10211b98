"""What a merchant decided, and what is different on some days."""

from django.db import models

from wismo.shops.models import Shop


class PlanVersion(models.Model):
    """A shop's plan in one of its versions. At most one is a draft; the newest published one holds."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    version = models.IntegerField()
    text = models.TextField()  # TOML: see plan/reading.py
    who = models.CharField(max_length=254)
    saved_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Numbered from 1."""

        constraints = (models.UniqueConstraint(fields=("shop", "version"), name="plan_version_one"),)

    def __str__(self) -> str:
        return f"version {self.version}"


class Effect(models.TextChoices):
    """What an adjustment does."""

    CLOSED = "closed"  # no day of these works
    SLOWER = "slower"  # so many operating days more
    EMBARGO = "embargo"  # nothing is promised


class Adjustment(models.Model):
    """Some days are different: a strike, a storm, a peak week. From a person, or from a feed."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    effect = models.CharField(max_length=8, choices=Effect.choices)
    stage = models.CharField(
        max_length=8, default="", blank=True
    )  # handling, pickup, transit, delivery; "": all
    first_day = models.DateField()
    last_day = models.DateField()
    days = models.SmallIntegerField(default=0)  # more, where slower
    # Where it holds; "" is everywhere.
    warehouse = models.CharField(max_length=40, default="", blank=True)
    carrier = models.CharField(max_length=60, default="", blank=True)
    service = models.CharField(max_length=40, default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    postcodes = models.JSONField(default=list)  # by their beginnings
    why = models.CharField(max_length=200)  # in words, as a shopper may read it
    source = models.CharField(max_length=40)  # a feed's name, or "person"
    reference = models.CharField(max_length=80, default="", blank=True)  # the feed's key
    who = models.CharField(max_length=254, default="", blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken back

    class Meta:
        """A feed's row is known by its reference."""

        constraints = (
            models.UniqueConstraint(
                fields=("shop", "source", "reference"),
                condition=~models.Q(reference=""),
                name="adjustment_reference",
            ),
        )
        indexes = (models.Index(fields=("shop", "last_day"), name="adjustment_days"),)

    def __str__(self) -> str:
        return f"{self.effect} {self.first_day}"


class Feed(models.Model):
    """Where adjustments come from by themselves: an address that answers CSV or JSON."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=40)
    url = models.URLField(max_length=500)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        """One row a name."""

        constraints = (models.UniqueConstraint(fields=("shop", "name"), name="feed_one"),)

    def __str__(self) -> str:
        return self.name
