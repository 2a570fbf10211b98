"""The tenant and what belongs to it."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from wismo.shops.managers import UserManager


class User(AbstractUser):
    """A person of some merchant's team. Logs in by e-mail."""

    username = None  # type: ignore[assignment]  # Django's own way to drop the field
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]


class Shop(models.Model):
    """The tenant: one brand."""

    key = models.CharField(max_length=40, unique=True)  # unguessable: stands in webhook addresses
    slug = models.SlugField(max_length=60, unique=True)  # public: stands in shoppers' addresses
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64, default="UTC")
    synthetic = models.BooleanField(default=False)  # its data were made up, and pages say so
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """How the shop looks and speaks to its shoppers."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="brand")
    name = models.CharField(max_length=120)
    colour = models.CharField(max_length=7, default="#1f5d4c")  # "#rrggbb"
    logo = models.BinaryField(null=True)
    logo_type = models.CharField(max_length=40, default="", blank=True)
    languages = models.JSONField(default=list)  # BCP 47 tags offered, the first is the default
    from_email = models.EmailField(default="", blank=True)
    support_email = models.EmailField(default="", blank=True)
    support_url = models.URLField(default="", blank=True)
    returns_url = models.URLField(default="", blank=True)
    privacy_url = models.URLField(default="", blank=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do; each may do all that the ones before it may."""

    VIEWER = "viewer"
    AGENT = "agent"
    OWNER = "owner"


class Member(models.Model):
    """A person on a shop's team."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        """One seat a person and shop."""

        constraints = (models.UniqueConstraint(fields=("shop", "user"), name="member_one"),)

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class ApiKey(models.Model):
    """A key of the REST API: only its hash is kept."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of a 256-bit random key
    hint = models.CharField(max_length=12)  # its first characters, to tell keys apart
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.hint}…"


class SourceSecret(models.Model):
    """What an outside party signs its payloads with, sealed at rest."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="source_secrets")
    source = models.CharField(max_length=40)
    sealed = models.TextField()
    header = models.CharField(max_length=60, default="", blank=True)  # the one chosen at the source, if any

    class Meta:
        """One secret a source."""

        constraints = (models.UniqueConstraint(fields=("shop", "source"), name="secret_one"),)

    def __str__(self) -> str:
        return self.source


class CarrierAccount(models.Model):
    """What a shop's parcels are asked after with at a carrier or an aggregator, sealed at rest."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="carrier_accounts")
    source = models.CharField(max_length=40)
    sealed = models.TextField()  # JSON: the values that the source's pack asks for, by name
    enabled = models.BooleanField(default=True)
    changed_at = models.DateTimeField()  # when its values were last entered

    class Meta:
        """One account a source."""

        constraints = (models.UniqueConstraint(fields=("shop", "source"), name="carrier_account_one"),)

    def __str__(self) -> str:
        return self.source
