"""What people did, kept where they and their colleagues can read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wismo.plumbing.models import AuditRow


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person did."""

    who: str
    did: str
    subject: str
    at: datetime


def record(shop_id: int, *, who: str, did: str, subject: str, now: datetime) -> None:
    """Keep that `who` did it, in the caller's transaction: the deed and its trace stand or fall together."""
    AuditRow.objects.create(shop_id=shop_id, who=who, did=did, subject=subject, at=now)


def acts_on(shop_id: int, subjects: Sequence[str]) -> list[Act]:
    """What was done to any of these subjects, oldest first."""
    rows = AuditRow.objects.filter(shop_id=shop_id, subject__in=subjects).order_by("id")
    return [Act(row.who, row.did, row.subject, row.at) for row in rows]


def latest(shop_id: int, did: str, limit: int) -> list[Act]:
    """The last times this was done in the shop, newest first."""
    rows = AuditRow.objects.filter(shop_id=shop_id, did=did).order_by("-id")[:limit]
    return [Act(row.who, row.did, row.subject, row.at) for row in rows]
