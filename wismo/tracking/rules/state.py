"""The state of a shipment, and the milestones it has reached: pure functions of its scans' summary."""

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from wismo.tracking.rules.summary import TO_MERCHANT, Span, Summary, instant
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import RANK, TERMINAL, Leg, Status

_MOVING = (
    Status.PICKED_UP,
    Status.IN_TRANSIT,
    Status.CUSTOMS,
    Status.ARRIVED_LOCAL,
    Status.OUT_FOR_DELIVERY,
    Status.FAILED_ATTEMPT,
    Status.AVAILABLE_FOR_PICKUP,
    Status.DELIVERED,
)
_EXCEPTIONS = (Status.LOST, Status.DAMAGED, Status.HELD)
_AS_ITSELF = {
    Status.IN_TRANSIT: Milestone.IN_TRANSIT,
    Status.CUSTOMS: Milestone.CUSTOMS,
    Status.ARRIVED_LOCAL: Milestone.ARRIVED_LOCAL,
    Status.AVAILABLE_FOR_PICKUP: Milestone.AVAILABLE_FOR_PICKUP,
}


@dataclass(frozen=True, slots=True)
class State:
    """A shipment as its scans have it."""

    status: Status = Status.UNKNOWN
    leg: Leg = Leg.FORWARD
    reason: Reason | None = None
    status_at: datetime | None = None
    eta: date | None = None
    delivered_at: datetime | None = None
    last_scan_at: datetime | None = None
    ended: bool = False
    attempts: int = 0
    slipped_at: datetime | None = None  # when the promise was first seen to slip
    milestones: dict[str, datetime] = field(default_factory=dict)  # "milestone" or "milestone@day" -> when


def state_of(summary: Summary, *, base_leg: Leg = Leg.FORWARD, promised_on: date | None = None) -> State:
    """The state these scans add up to, for a shipment registered on `base_leg`.

    - A parcel once seen on its way back stays on that leg: a later scan without a leg of its own,
      "delivered" above all, then speaks of the merchant's door. Only a correction turns it round.
    - A parcel that ended stays ended, whatever non-final scans follow; of several ends the most
      decisive counts (returned, delivered, disposed, cancelled).
    """
    since = summary.corrected if summary.corrected is not None else -(1 << 62)
    turned, leg = _turn(summary, since, base_leg)
    end = _end(summary, since, turned, leg)
    (kind_status, span) = end or _current(summary, since, turned)
    status = _told_as(kind_status, leg)
    milestones = _milestones(summary, since, turned, base_leg)
    slipped = _slipped(summary, promised_on) if base_leg not in TO_MERCHANT else None
    if slipped is not None:
        milestones[Milestone.DELAYED] = slipped
    return State(
        status=status,
        leg=leg,
        reason=Reason(span.reason) if span and span.reason else None,
        status_at=instant(span.last if status not in TERMINAL else _from(span, since)) if span else None,
        eta=date.fromisoformat(summary.eta[1]) if summary.eta else None,
        delivered_at=instant(_from(span, since)) if span and status is Status.DELIVERED else None,
        last_scan_at=instant(summary.last) if summary.last is not None else None,
        ended=end is not None,
        attempts=sum(day.startswith(Status.FAILED_ATTEMPT) for day in summary.days),
        slipped_at=instant(slipped) if slipped is not None else None,
        milestones={name: instant(at) for name, at in milestones.items()},
    )


def _from(span: Span, since: int) -> int:
    return span.first if span.first >= since else span.last


def _turn(summary: Summary, since: int, base_leg: Leg) -> tuple[int | None, Leg]:
    """When the parcel turned back (None: it did not), and the leg it is on."""
    if base_leg in TO_MERCHANT:
        return None, base_leg
    back = [
        (_from(s, since), leg)
        for (leg, _), s in summary.spans.items()
        if leg in TO_MERCHANT and s.last >= since
    ]
    if back:
        return min(back)
    exchanged = any(leg is Leg.EXCHANGE for leg, _ in summary.spans)
    return None, Leg.EXCHANGE if exchanged else base_leg


def _end(summary: Summary, since: int, turned: int | None, leg: Leg) -> tuple[Status, Span] | None:
    ends = [
        (_told_as(status, leg), span)
        for (_, status), span in summary.spans.items()
        if status in TERMINAL and span.last >= (since if turned is None else turned)
    ]
    return max(ends, key=lambda end: (RANK[end[0]], end[1].last, end[1]), default=None)


def _current(summary: Summary, since: int, turned: int | None) -> tuple[Status, Span | None]:
    """The last scan that counts: of the way back once turned; never an end that a correction undid."""
    live = [
        (span.last, RANK[status], span, status)
        for (_, status), span in summary.spans.items()
        if (turned is None or span.last >= turned) and (status not in TERMINAL or span.last >= since)
    ]
    if not live:
        return Status.UNKNOWN, None
    _, _, span, status = max(live)
    return status, span


def _told_as(status: Status, leg: Leg) -> Status:
    return Status.RETURNED if status is Status.DELIVERED and leg in TO_MERCHANT else status


def _milestones(summary: Summary, since: int, turned: int | None, base_leg: Leg) -> dict[str, int]:
    """Every milestone reached, each with its first time."""
    reached: dict[str, int] = {}
    if base_leg in TO_MERCHANT or turned is not None:
        _way_back(summary, turned if turned is not None else since, reached)
    if base_leg in TO_MERCHANT:
        return reached
    ahead = _ahead(summary, since, turned)
    moving = [ahead[status] for status in _MOVING if status in ahead]
    if moving:
        reached[Milestone.PICKED_UP] = min(moving)
    reached |= {milestone: ahead[status] for status, milestone in _AS_ITSELF.items() if status in ahead}
    reached |= {
        f"{Milestone.EXCEPTION}@{status.value}": ahead[status] for status in _EXCEPTIONS if status in ahead
    }
    reached |= {day: at for day, at in summary.days.items() if turned is None or at < turned}
    if Status.DELIVERED in ahead:
        reached[Milestone.DELIVERED] = ahead[Status.DELIVERED]
    return reached


def _ahead(summary: Summary, since: int, turned: int | None) -> dict[Status, int]:
    """First times on the way to the buyer; an end that a correction undid is not among them."""
    first: dict[Status, int] = {}
    for (leg, status), span in summary.spans.items():
        at = _from(span, since) if status in TERMINAL else span.first
        undone = status in TERMINAL and span.last < since
        if leg in TO_MERCHANT or undone or (turned is not None and at >= turned):
            continue
        first[status] = min(at, first.get(status, at))
    return first


def _way_back(summary: Summary, turned: int, reached: dict[str, int]) -> None:
    """Return started and returned, in place."""
    after = [(status, span) for (_, status), span in summary.spans.items() if span.last >= turned]
    if after:
        reached[Milestone.RETURN_STARTED] = min(max(span.first, turned) for _, span in after)
    home = [_from(span, turned) for status, span in after if status in {Status.DELIVERED, Status.RETURNED}]
    if home:
        reached[Milestone.RETURNED] = min(home)


def _slipped(summary: Summary, promised_on: date | None) -> int | None:
    """When the promise slipped: the carrier named a later day, or spoke of a delay."""
    said = [
        span.first
        for (leg, status), span in summary.spans.items()
        if status is Status.DELAYED and leg not in TO_MERCHANT
    ]
    if promised_on and summary.eta and summary.eta_max > promised_on.isoformat():
        said.append(summary.eta[0])
    return min(said, default=None)


def is_late(state: State, promised_on: date | None, zone: tzinfo) -> bool:
    """Whether the parcel came after the promised day, or is said to. `zone` is the destination's."""
    if promised_on is None:
        return state.slipped_at is not None and not state.ended
    if state.delivered_at is not None:
        return state.delivered_at.astimezone(zone).date() > promised_on
    if state.ended or state.leg in TO_MERCHANT:
        return False
    return state.eta is not None and state.eta > promised_on


def is_overdue(promised_on: date | None, zone: tzinfo, now: datetime, *, ended: bool, leg: Leg) -> bool:
    """Whether the promised day went by at the destination, and the parcel is still on its way there."""
    if promised_on is None or ended or leg in TO_MERCHANT:
        return False
    return now.astimezone(zone).date() > promised_on
