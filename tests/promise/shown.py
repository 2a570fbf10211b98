"""Dates as they were shown, for tests."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.makers import NOW
from wismo.promise.signing import Shown

SHOWN = Shown(
    key="abcdefghijkl",
    place="checkout",
    shown_at=NOW,
    asked_at=NOW + timedelta(hours=1),
    earliest=date(2026, 11, 26),
    latest=date(2026, 11, 28),
    level=0.95,
    rung="own_lane",
    sample=412,
    reasons=[{"code": "cutoff_passed", "facts": {"at": "14:00", "day": "2026-11-24"}}],
    warehouse="main",
    carrier="dhl-paket",
    service="standard",
    country="DE",
    area="DE-BY",
    plan_version=3,
    learning_id=17,
    calendar_version="holidays 0.109, calendars 1a2b3c4d",
)


def shown(**other: Any) -> Shown:
    """A date that was shown, but for `other`."""
    return replace(SHOWN, **other)
