"""What was known of a parcel at some moment of the past, as far as its milestones tell. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

_STATUS = {
    Milestone.SHIPMENT_CREATED: Status.INFO_RECEIVED,
    Milestone.PICKED_UP: Status.PICKED_UP,
    Milestone.IN_TRANSIT: Status.IN_TRANSIT,
    Milestone.CUSTOMS: Status.CUSTOMS,
    Milestone.ARRIVED_LOCAL: Status.ARRIVED_LOCAL,
    Milestone.OUT_FOR_DELIVERY: Status.OUT_FOR_DELIVERY,
    Milestone.FAILED_ATTEMPT: Status.FAILED_ATTEMPT,
    Milestone.AVAILABLE_FOR_PICKUP: Status.AVAILABLE_FOR_PICKUP,
    Milestone.DELIVERED: Status.DELIVERED,
    Milestone.RETURNED: Status.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A milestone, when it was reached, and when the shop could know of it."""

    milestone: str
    episode: str
    at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """A parcel as it was known at one moment."""

    status: Status
    leg: Leg
    late: bool
    stalled: bool
    delivered_at: datetime | None


def situation(told: Iterable[Known], base_leg: Leg, moment: datetime) -> Situation:
    """The parcel by what was known of it at that moment; `told` is in the order it was reached."""
    known = [point for point in told if point.known_at <= moment]
    names = {point.milestone for point in known}
    delivered = [point.at for point in known if point.milestone == Milestone.DELIVERED]
    turned = Milestone.RETURN_STARTED in names
    return Situation(
        status=_status(known),
        leg=Leg.RTO if turned and base_leg is Leg.FORWARD else base_leg,
        late=Milestone.DELAYED in names,
        stalled=_stalled(known),
        delivered_at=delivered[-1] if delivered and not turned else None,
    )


def _status(known: Sequence[Known]) -> Status:
    for point in reversed(known):
        if point.milestone == Milestone.EXCEPTION:
            return Status(point.episode)
        if point.milestone in _STATUS:
            return _STATUS[Milestone(point.milestone)]
    return Status.UNKNOWN


def _stalled(known: Sequence[Known]) -> bool:
    """Whether nothing was heard since it was called stalled."""
    return bool(known) and known[-1].milestone == Milestone.STALLED
