"""What the team has not been told yet, and where it wants to be told."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from wismo.notify.models import MessagingSettings, TeamAlert
from wismo.plumbing import secrets
from wismo.shops.models import Brand


@dataclass(frozen=True, slots=True)
class Untold:
    """An open alert that nobody was told of."""

    id: int
    shop_id: int
    kind: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Team:
    """Where a shop's team wants to hear of alerts."""

    shop_id: int
    shop: str  # its name
    slug: str
    emails: tuple[str, ...] = field(default=(), repr=False)
    urls: tuple[str, ...] = field(default=(), repr=False)  # Apprise's


def teams(shop_ids: Collection[int] | None = None) -> dict[int, Team]:
    """The teams that want to be told somewhere, by shop (None: of all shops)."""
    somewhere = ~Q(alert_emails=[]) | ~Q(alert_urls="")
    rows = MessagingSettings.objects.filter(somewhere).order_by("shop_id")
    if shop_ids is not None:
        rows = rows.filter(shop_id__in=shop_ids)
    told = list(rows.values_list("shop_id", "alert_emails", "alert_urls"))
    brands = Brand.objects.filter(shop_id__in=[row[0] for row in told])
    named = {row[0]: (row[1], row[2]) for row in brands.values_list("shop_id", "name", "shop__slug")}
    return {
        shop_id: Team(shop_id, *named[shop_id], emails=tuple(emails), urls=_urls(sealed))
        for shop_id, emails, sealed in told
        if shop_id in named
    }


def _urls(sealed: str) -> tuple[str, ...]:
    try:
        return tuple(secrets.unseal(sealed).split()) if sealed else ()
    except ValueError:
        return ()  # another WISMO_SECRET_KEY: `wismo doctor` says so


def untold(shop_ids: Collection[int], limit: int) -> list[Untold]:
    """Open alerts of these shops that nobody was told of, the oldest first."""
    rows = TeamAlert.objects.filter(shop_id__in=shop_ids, told_at=None, closed_at=None).order_by("at", "pk")
    return [Untold(*row) for row in rows.values_list("pk", "shop_id", "kind", "subject", "text")[:limit]]


def unconfirmed(kind: str, limit: int) -> list[Untold]:
    """Open alerts of this kind of all shops, the oldest first: what a machine may settle by itself."""
    rows = TeamAlert.objects.filter(kind=kind, told_at=None, closed_at=None).order_by("at", "pk")
    return [Untold(*row) for row in rows.values_list("pk", "shop_id", "kind", "subject", "text")[:limit]]
