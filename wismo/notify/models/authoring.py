"""A shop's own rules and words: drafts, versions, campaigns."""

from django.db import models
from django.db.models import Q

from wismo.shops.models import Shop


class VersionState(models.TextChoices):
    """Where a version is. One of a key is PUBLISHED at most."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class JourneyVersion(models.Model):
    """A shop's own version of a journey, in the schema of journeys/*.toml. Published, it hides ours."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=60)
    version = models.IntegerField()  # from 1001: below are those of the house
    source = models.TextField()  # TOML, as the person wrote it
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    by = models.CharField(max_length=254)
    note = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Versions count up; one is published."""

        constraints = (
            models.UniqueConstraint(fields=("shop", "key", "version"), name="journey_version"),
            models.UniqueConstraint(
                fields=("shop", "key"), name="journey_published", condition=Q(state="published")
            ),
            models.UniqueConstraint(fields=("shop", "key"), name="journey_draft", condition=Q(state="draft")),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class TextVersion(models.Model):
    """A shop's own words for one journey, channel and language. What it leaves out comes from the house."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    journey = models.CharField(max_length=60)
    channel = models.CharField(max_length=16, default="", blank=True)  # "": every channel
    language = models.CharField(max_length=16)
    version = models.IntegerField()
    parts = models.JSONField(default=dict)  # {"subject": …, "body": …}: see wording/parts.py
    mjml = models.TextField(default="", blank=True)  # a whole e-mail of the shop's own
    html = models.TextField(default="", blank=True)  # the MJML as it was compiled when published
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Versions count up; one is published."""

        constraints = (
            models.UniqueConstraint(
                fields=("shop", "journey", "channel", "language", "version"), name="text_version"
            ),
            models.UniqueConstraint(
                fields=("shop", "journey", "channel", "language"),
                name="text_published",
                condition=Q(state="published"),
            ),
            models.UniqueConstraint(
                fields=("shop", "journey", "channel", "language"),
                name="text_draft",
                condition=Q(state="draft"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.journey} {self.channel or 'any'} {self.language} {self.version}"


class ProviderTemplate(models.Model):
    """A text that a provider approved beforehand: WhatsApp, Alimtalk, LINE's templates, India's DLT."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    provider = models.CharField(max_length=40)
    journey = models.CharField(max_length=60)
    language = models.CharField(max_length=16)  # ours
    name = models.CharField(max_length=120)  # the provider's name or code
    provider_language = models.CharField(max_length=16, default="", blank=True)
    category = models.CharField(max_length=16, default="", blank=True)  # utility, marketing, authentication
    state = models.CharField(max_length=16, default="pending")  # approved, rejected, paused, disabled
    reason = models.CharField(max_length=200, default="", blank=True)
    body = models.TextField(default="", blank=True)  # as registered, with its own placeholders
    variables = models.JSONField(default=list)  # our variables in the order of the placeholders
    extra = models.JSONField(default=dict)  # buttons, header, DLT ids, ttl_seconds
    changed_at = models.DateTimeField()

    class Meta:
        """One a provider, journey and language; found by its name when the provider speaks of it."""

        constraints = (
            models.UniqueConstraint(
                fields=("shop", "provider", "journey", "language"), name="provider_template_one"
            ),
        )
        indexes = (models.Index(fields=("shop", "provider", "name"), name="provider_template_name"),)

    def __str__(self) -> str:
        return f"{self.provider} {self.name} {self.language}"


class Campaign(models.Model):
    """One message to many who agreed to marketing, sent so many a minute."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=120)
    journey = models.CharField(max_length=60)  # of trigger event = "campaign"
    audience = models.JSONField(default=list)  # conditions over customer.* facts, as in a journey's `when`
    values = models.JSONField(default=dict)  # texts' own variables: {"title": …, "link": …}
    per_minute = models.IntegerField(default=600)
    state = models.CharField(max_length=8, default="draft")  # draft, running, paused, done
    place = models.BigIntegerField(default=0)  # the last buyer's id that was looked at
    queued = models.IntegerField(default=0)
    starts_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """The sweep looks for those that run."""

        indexes = (
            models.Index(fields=("starts_at",), name="campaign_running", condition=Q(state="running")),
        )

    def __str__(self) -> str:
        return self.name
