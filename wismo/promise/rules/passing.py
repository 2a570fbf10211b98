"""What milestones say of a parcel's way: when it was handed over, at the door, or went astray. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from wismo.promise.rules.revising import News
from wismo.promise.rules.risk import Stage
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

Reached = tuple[str, str, datetime]  # milestone, episode, when
# At the door, or where the shopper can fetch it: what follows is neither the shop's time nor the carrier's.
_AT_DOOR = frozenset({Milestone.FAILED_ATTEMPT, Milestone.AVAILABLE_FOR_PICKUP, Milestone.DELIVERED})
_ASTRAY = frozenset({Status.LOST, Status.DISPOSED})
_STUCK = frozenset({Status.LOST, Status.DAMAGED, Status.HELD, Status.DISPOSED, Status.EXPIRED})
_STAGES = {
    Milestone.PICKED_UP: Stage.MOVING,
    Milestone.ARRIVED_LOCAL: Stage.NEAR,
    Milestone.OUT_FOR_DELIVERY: Stage.OUT,
}


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments clocks run between; None where it has not come to that."""

    handed_at: datetime | None = None
    arrived_at: datetime | None = None  # the first time at the door, whether it was taken or not
    ended_at: datetime | None = None  # it turned back or was lost
    excepted_at: datetime | None = None  # the carrier first admitted trouble


def moments_of(reached: Iterable[Reached], over_at: datetime | None) -> Moments:
    """The moments these milestones tell; `over_at` is when the promised day is over.

    That a day went by without a word is no word of the carrier's: `delayed` is one only where it came before.
    """
    handed: list[datetime] = []
    arrived: list[datetime] = []
    ended: list[datetime] = []
    excepted: list[datetime] = []
    for name, episode, at in reached:
        if name == Milestone.PICKED_UP:
            handed.append(at)
        elif name in _AT_DOOR:
            arrived.append(at)
        elif name == Milestone.RETURN_STARTED or (name == Milestone.EXCEPTION and episode in _ASTRAY):
            ended.append(at)
        if name in {Milestone.EXCEPTION, Milestone.RETURN_STARTED} or (
            name == Milestone.DELAYED and (over_at is None or at < over_at)
        ):
            excepted.append(at)
    firsts = (min(found, default=None) for found in (handed, arrived, ended, excepted))
    return Moments(*firsts)


def news_of(reached: Iterable[Reached], etas: Sequence[tuple[datetime, date]], zone: tzinfo) -> list[News]:
    """The news these milestones and the carrier's days are; `zone` is the destination's."""
    found = []
    for name, _, at in reached:
        stage, tried = _STAGES.get(Milestone(name)), name == Milestone.FAILED_ATTEMPT
        if stage or tried:
            found.append(News(at=at, day=at.astimezone(zone).date(), stage=stage, tried=tried))
    named: date | None = None
    for at, eta in sorted(etas):
        if eta != named:  # the same day named again is no news
            found.append(News(at=at, day=at.astimezone(zone).date(), carrier_on=eta))
        named = eta
    return found


def stopped_by(status: Status, leg: Leg) -> str:
    """Why no day is of use any more, as a code; "" where nothing speaks against one."""
    if leg in TO_MERCHANT:
        return "turned"
    return "stuck" if status in _STUCK else ""
