"""The state of a shipment, and the milestones it has reached: pure functions of its scans' summary."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from wismo.tracking.rules.summary import KINDS, Span, Summary, instant
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import RANK, TERMINAL, TO_MERCHANT, Leg, Status

_MOVING = frozenset({
    Status.PICKED_UP,
    Status.IN_TRANSIT,
    Status.CUSTOMS,
    Status.ARRIVED_LOCAL,
    Status.OUT_FOR_DELIVERY,
    Status.FAILED_ATTEMPT,
    Status.AVAILABLE_FOR_PICKUP,
    Status.DELIVERED,
})
_NAMED_AFTER: dict[Status, str] = {
    Status.IN_TRANSIT: Milestone.IN_TRANSIT,
    Status.CUSTOMS: Milestone.CUSTOMS,
    Status.ARRIVED_LOCAL: Milestone.ARRIVED_LOCAL,
    Status.AVAILABLE_FOR_PICKUP: Milestone.AVAILABLE_FOR_PICKUP,
    Status.DELIVERED: Milestone.DELIVERED,
    **{status: f"{Milestone.EXCEPTION}@{status}" for status in (Status.LOST, Status.DAMAGED, Status.HELD)},
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
    told = _Told(summary, base_leg)
    end = told.end()
    status, span = end or told.current()
    milestones = told.milestones()
    slipped = told.slipped(promised_on)
    if slipped is not None:
        milestones[Milestone.DELAYED] = slipped
    return State(
        status=status,
        leg=told.leg,
        reason=Reason(span.reason) if span and span.reason else None,
        status_at=instant(told.since_when(span) if end else span.last) if span else None,
        eta=date.fromisoformat(summary.eta[1]) if summary.eta else None,
        delivered_at=instant(told.since_when(span)) if span and status is Status.DELIVERED else None,
        last_scan_at=instant(summary.last) if summary.last is not None else None,
        ended=end is not None,
        attempts=sum(day.startswith(Status.FAILED_ATTEMPT) for day in summary.days),
        slipped_at=instant(slipped) if slipped is not None else None,
        milestones={name: instant(at) for name, at in milestones.items()},
    )


class _Told:
    """A summary as a shipment on `base_leg` hears it."""

    def __init__(self, summary: Summary, base_leg: Leg) -> None:
        self.summary = summary
        self.base_leg = base_leg
        self.spans = [(*KINDS[name], span) for name, span in summary.spans.items()]
        self.since = summary.corrected if summary.corrected is not None else -(1 << 62)
        self.turned, self.leg = self._turn()

    def since_when(self, span: Span) -> int:
        """The first time, unless a correction undid it: then the last."""
        return span.first if span.first >= self.since else span.last

    def _turn(self) -> tuple[int | None, Leg]:
        """When the parcel turned back (None: it did not), and the leg it is on."""
        if self.base_leg in TO_MERCHANT:
            return None, self.base_leg
        back = [
            (self.since_when(span), leg)
            for leg, _, span in self.spans
            if leg in TO_MERCHANT and span.last >= self.since
        ]
        if back:
            return min(back)
        exchanged = any(leg is Leg.EXCHANGE for leg, _, _ in self.spans)
        return None, Leg.EXCHANGE if exchanged else self.base_leg

    def _as_heard(self, status: Status) -> Status:
        delivered_back = status is Status.DELIVERED and self.leg in TO_MERCHANT
        return Status.RETURNED if delivered_back else status

    def end(self) -> tuple[Status, Span] | None:
        """The most decisive end that no correction and no way back undid."""
        after = self.since if self.turned is None else self.turned
        ends = [
            (self._as_heard(status), span)
            for _, status, span in self.spans
            if status in TERMINAL and span.last >= after
        ]
        return max(ends, key=lambda end: (RANK[end[0]], end[1]), default=None)

    def current(self) -> tuple[Status, Span | None]:
        """The last scan that counts: of the way back once turned; never an end that a correction undid."""
        live = [
            (span.last, RANK[status], span, status)
            for _, status, span in self.spans
            if (self.turned is None or span.last >= self.turned)
            and (status not in TERMINAL or span.last >= self.since)
        ]
        if not live:
            return Status.UNKNOWN, None
        *_, span, status = max(live)
        return self._as_heard(status), span

    def milestones(self) -> dict[str, int]:
        """Every milestone reached, each with its first time."""
        reached = self._way_back()
        if self.base_leg in TO_MERCHANT:
            return reached
        ahead = self._ahead()
        moving = [at for status, at in ahead.items() if status in _MOVING]
        if moving:
            reached[Milestone.PICKED_UP] = min(moving)
        for status, at in ahead.items():
            if name := _NAMED_AFTER.get(status):
                reached[name] = at
        reached |= {
            day: at for day, at in self.summary.days.items() if self.turned is None or at < self.turned
        }
        return reached

    def _ahead(self) -> dict[Status, int]:
        """First times on the way to the buyer; an end that a correction undid is not among them."""
        first: dict[Status, int] = {}
        for leg, status, span in self.spans:
            final = status in TERMINAL
            at = self.since_when(span) if final else span.first
            undone = final and span.last < self.since
            if leg in TO_MERCHANT or undone or (self.turned is not None and at >= self.turned):
                continue
            first[status] = min(at, first.get(status, at))
        return first

    def _way_back(self) -> dict[str, int]:
        """Return started and returned."""
        if self.turned is None and self.base_leg not in TO_MERCHANT:
            return {}
        start = self.since if self.turned is None else self.turned
        reached: dict[str, int] = {}
        after = [(status, span) for _, status, span in self.spans if span.last >= start]
        if after:
            reached[Milestone.RETURN_STARTED] = min(max(span.first, start) for _, span in after)
        home = [
            span.first if span.first >= start else span.last
            for status, span in after
            if status in {Status.DELIVERED, Status.RETURNED}
        ]
        if home:
            reached[Milestone.RETURNED] = min(home)
        return reached

    def slipped(self, promised_on: date | None) -> int | None:
        """When the promise was seen to slip: the carrier named a later day.

        Where nothing was promised, its word of a delay is all there is to go by.
        """
        if self.base_leg in TO_MERCHANT:
            return None
        if promised_on is None:
            said = (
                s.first
                for leg, status, s in self.spans
                if status is Status.DELAYED and leg not in TO_MERCHANT
            )
            return min(said, default=None)
        summary = self.summary
        return summary.eta[0] if summary.eta and summary.eta_max > promised_on.isoformat() else None


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


def day_over(promised_on: date, zone: tzinfo) -> datetime:
    """The moment the promised day is over at the destination."""
    return datetime.combine(promised_on + timedelta(days=1), time(), zone)
