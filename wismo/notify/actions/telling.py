"""Where the team wants to be told of alerts, and that it was."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from wismo.notify.models import MessagingSettings, TeamAlert
from wismo.plumbing import audit, secrets


@transaction.atomic
def set_team(
    shop_id: int, *, emails: Sequence[str] | None, urls: Sequence[str] | None, who: str, now: datetime
) -> None:
    """Tell the team at these addresses from now on; None leaves them as they are."""
    row, _ = MessagingSettings.objects.select_for_update().get_or_create(shop_id=shop_id)
    if emails is not None:
        row.alert_emails = list(emails)
    if urls is not None:
        row.alert_urls = secrets.seal("\n".join(urls)) if urls else ""
    row.save(update_fields=["alert_emails", "alert_urls"])
    audit.record(shop_id, who=who, did="set who is told of alerts", subject="alerts", now=now)


@transaction.atomic
def take(alert_ids: Collection[int], now: datetime) -> set[int]:
    """Those that are still untold, marked as told: another worker leaves them alone."""
    rows = TeamAlert.objects.select_for_update().filter(pk__in=alert_ids, told_at=None, closed_at=None)
    ours = set(rows.order_by("pk").values_list("pk", flat=True))
    TeamAlert.objects.filter(pk__in=ours).update(told_at=now)
    return ours


def put_back(alert_ids: Collection[int]) -> None:
    """Nobody could be told of these after all."""
    TeamAlert.objects.filter(pk__in=alert_ids).update(told_at=None)


def settle(alert_ids: Collection[int], now: datetime) -> None:
    """These matters have settled themselves."""
    TeamAlert.objects.filter(pk__in=alert_ids, closed_at=None).update(closed_at=now)
