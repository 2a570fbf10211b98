"""What the team should know is raised once a matter, counted while it lasts, and closed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from wismo.notify.models import TeamAlert


class AlertKind(StrEnum):
    """What can be amiss."""

    PROVIDER = "provider"  # it refuses us, or does not answer
    UNKNOWN = "unknown"  # nobody can tell whether a message was sent
    TEXT = "text"  # a text of the shop's own is broken, and the house's is used
    CONTENT = "content"  # a provider refuses a message for what it says
    CAMPAIGN = "campaign"  # it can no longer be followed, and is paused
    CONFIRM = "confirm"  # a provider wants the link of the text visited; the subject is its key


@dataclass(frozen=True, slots=True)
class Alert:
    """One matter; the same kind and subject again is the same matter. The text names no person."""

    shop_id: int
    kind: AlertKind
    subject: str
    text: str

    @property
    def key(self) -> tuple[int, str, str]:
        """What it is one alert by."""
        return self.shop_id, self.kind.value, self.subject[:120]


def unknown_alert(shop_id: int, message_id: int, journey: str, channel: str) -> Alert:
    """Nobody can tell what became of a message: somebody should look."""
    text = (
        f"Nobody can tell whether message {message_id} ({journey} by {channel}) was sent. "
        "It will not be sent again unless somebody says so."
    )
    return Alert(shop_id, AlertKind.UNKNOWN, f"message {message_id}", text)


@transaction.atomic
def raise_alerts(alerts: Sequence[Alert], now: datetime) -> None:
    """Raise what is not raised yet, and count what is."""
    counted: dict[tuple[int, str, str], tuple[Alert, int]] = {}
    for alert in alerts:
        counted[alert.key] = (alert, counted.get(alert.key, (alert, 0))[1] + 1)
    for (shop_id, kind, subject), (alert, times) in sorted(counted.items()):
        row, new = TeamAlert.objects.get_or_create(
            shop_id=shop_id,
            kind=kind,
            subject=subject,
            closed_at=None,
            defaults={"text": alert.text[:500], "count": times, "at": now, "last_at": now},
        )
        if not new:
            again = TeamAlert.objects.filter(pk=row.pk)
            again.update(count=F("count") + times, last_at=now, text=alert.text[:500])


def raise_alert(alert: Alert, now: datetime) -> None:
    """Raise or count one."""
    raise_alerts([alert], now)


def close_alerts(shop_id: int, kind: AlertKind, subjects: Collection[str], now: datetime) -> int:
    """These matters are settled; how many were open."""
    found = TeamAlert.objects.filter(shop_id=shop_id, kind=kind.value, closed_at=None)
    return found.filter(subject__in=[subject[:120] for subject in subjects]).update(closed_at=now)


def close_alert_by_hand(shop_id: int, alert_id: int, now: datetime) -> bool:
    """A person of the team has seen to it."""
    found = TeamAlert.objects.filter(shop_id=shop_id, pk=alert_id, closed_at=None)
    return found.update(closed_at=now) > 0


def by_shop(pairs: Collection[tuple[int, str]]) -> Mapping[int, list[str]]:
    """Subjects by their shop."""
    found: dict[int, list[str]] = {}
    for shop_id, subject in pairs:
        found.setdefault(shop_id, []).append(subject)
    return found
