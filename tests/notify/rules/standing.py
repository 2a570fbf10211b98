"""Facts and journeys that tests of the gates start from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wismo.notify.journey.library import house
from wismo.notify.journey.model import Journey
from wismo.notify.rules.facts import Choice, Facts, Reach, Reached
from wismo.notify.words import Kind
from wismo.vocabulary.status import Leg, Status

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
EMAIL, SMS = Reach("email", "smtp", has_address=True), Reach("sms", "twilio_sms", has_address=True)
FRESH = Facts(
    now=NOON + MINUTE,
    happened_at=NOON,
    due_at=NOON,
    expires_at=NOON + 4 * HOUR,
    leg=Leg.FORWARD,
    status=Status.OUT_FOR_DELIVERY,
    late=False,
    stalled=False,
    milestones=(Reached("picked_up", NOON - 24 * HOUR), Reached("out_for_delivery", NOON)),
    values={"order.parcels": 1, "order.all_delivered": False},
    country="DE",
    zones=(BERLIN,),
    person="digest-of-a-buyer",
    reach={"email": EMAIL},
    seed=7,
)


def journey(key: str, **changes: Any) -> Journey:
    """A journey of the house, changed."""
    return replace(house()[key], **changes)


def yes(at: datetime = NOON, *, confirmed: bool = True) -> Choice:
    """The reader agreed."""
    return Choice(granted=True, confirmed=confirmed, at=at)


def no(at: datetime = NOON) -> Choice:
    """The reader refused."""
    return Choice(granted=False, confirmed=True, at=at)


def reach(*reaches: Reach) -> dict[str, Reach]:
    """By channel."""
    return {one.channel: one for one in reaches}


def saying(one: Reach, **choices: Choice) -> Reach:
    """A channel of which the reader said something: `marketing=yes()`."""
    return replace(one, choices={Kind(kind): choice for kind, choice in choices.items()})
