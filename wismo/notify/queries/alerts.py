"""What the team should know of, and has not put away yet."""

from dataclasses import dataclass
from datetime import datetime

from wismo.notify.models import TeamAlert


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One matter, however often it came up."""

    id: int
    kind: str
    subject: str
    text: str
    count: int
    at: datetime
    last_at: datetime


def open_alerts(shop_id: int, limit: int = 100) -> list[AlertRow]:
    """The open ones, the latest first."""
    found = TeamAlert.objects.filter(shop_id=shop_id, closed_at=None).order_by("-last_at", "-pk")[:limit]
    return [AlertRow(a.pk, a.kind, a.subject, a.text, a.count, a.at, a.last_at) for a in found]


def open_alert_count(shop_id: int) -> int:
    """How many are open."""
    return TeamAlert.objects.filter(shop_id=shop_id, closed_at=None).count()
