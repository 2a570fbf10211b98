"""What the nights' learning said of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wismo.promise.models import Learning

NIGHTS = 30


@dataclass(frozen=True, slots=True)
class LearningRow:
    """One night's learning."""

    id: int
    until: date  # events before this day were read
    made_at: datetime
    finished_at: datetime | None
    serving: bool
    model: str  # "" is the tables alone
    parcels: int
    report: Mapping[str, Any]  # see jobs/nightly.py


def learnings(shop_id: int, limit: int = NIGHTS) -> list[LearningRow]:
    """The last nights', newest first; without what they go on from, which is large."""
    names = ("id", "until", "made_at", "finished_at", "serving", "model", "parcels", "report")
    found = Learning.objects.filter(shop_id=shop_id).order_by("-made_at", "-pk").values(*names)[:limit]
    return [LearningRow(**row) for row in found]
