"""The state of a shipment, and the milestones it has reached: pure functions of its scans' summary."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from msgspec import Struct

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
    Status.IN_TRANSIT: Milestone.IN_TRANSIT.value,
    Status.CUSTOMS: Milestone.CUSTOMS.value,
    Status.ARRIVED_LOCAL: Milestone.ARRIVED_LOCAL.value,
    Status.AVAILABLE_FOR_PICKUP: Milestone.AVAILABLE_FOR_PICKUP.value,
    Status.DELIVERED: Milestone.DELIVERED.value,
    **{status: f"{Milestone.EXCEPTION}@{status}" for status in (Status.LOST, Status.DAMAGED, Status.HELD)},
}


class _Kind(NamedTuple):
    """A leg and a status, and what is asked of them for every scan: looked up once, not worked out."""

    leg: Leg
    status: Status
    back: bool  # on its way to the merchant
    final: bool
    moving: bool
    rank: int
    milestone: str  # that it is, on the way to the buyer; "" for none


_KINDS = {
    name: _Kind(
        leg,
        status,
        leg in TO_MERCHANT,
        status in TERMINAL,
        status in _MOVING,
        RANK[status],
        _NAMED_AFTER.get(status, ""),
    )
    for name, (leg, status) in KINDS.items()
}
_ALWAYS = -(1 << 62)  # before any scan


class State(Struct, frozen=True):
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
    reached: dict[str, int] = {}  # "milestone" or "milestone@day" -> `micros` of when

    @property
    def milestones(self) -> dict[str, datetime]:
        """When each milestone was first reached."""
        return {name: instant(at) for name, at in self.reached.items()}


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
        milestones[Milestone.DELAYED.value] = slipped
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
        reached=milestones,
    )


class _Told:
    """A summary as a shipment on `base_leg` hears it."""

    __slots__ = ("base_leg", "leg", "since", "spans", "summary", "turned")

    def __init__(self, summary: Summary, base_leg: Leg) -> None:
        self.summary = summary
        self.base_leg = base_leg
        self.spans = [(_KINDS[name], span) for name, span in summary.spans.items()]
        self.since = _ALWAYS if summary.corrected is None else summary.corrected
        self.turned, self.leg = self._turn()

    def since_when(self, span: Span) -> int:
        """The first time, unless a correction undid it: then the last."""
        return span.first if span.first >= self.since else span.last

    def _turn(self) -> tuple[int | None, Leg]:
        """When the parcel turned back (None: it did not), and the leg it is on."""
        if self.base_leg in TO_MERCHANT:
            return None, self.base_leg
        back = [
            (self.since_when(span), kind.leg)
            for kind, span in self.spans
            if kind.back and span.last >= self.since
        ]
        if back:
            return min(back)
        exchanged = [kind for kind, _ in self.spans if kind.leg is Leg.EXCHANGE]
        return None, Leg.EXCHANGE if exchanged else self.base_leg

    def _as_heard(self, status: Status) -> Status:
        delivered_back = status is Status.DELIVERED and self.leg in TO_MERCHANT
        return Status.RETURNED if delivered_back else status

    def end(self) -> tuple[Status, Span] | None:
        """The most decisive end that no correction and no way back undid."""
        after = self.since if self.turned is None else self.turned
        ends = [
            (self._as_heard(kind.status), span)
            for kind, span in self.spans
            if kind.final and span.last >= after
        ]
        return max(ends, key=lambda end: (RANK[end[0]], end[1])) if ends else None

    def current(self) -> tuple[Status, Span | None]:
        """The last scan that counts: of the way back once turned; never an end that a correction undid."""
        after = _ALWAYS if self.turned is None else self.turned
        live = [
            (span.last, kind.rank, span, kind.status)
            for kind, span in self.spans
            if span.last >= after and (not kind.final or span.last >= self.since)
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
        moving = [at for kind, at in ahead if kind.moving]
        if moving:
            reached[Milestone.PICKED_UP.value] = min(moving)
        for kind, at in ahead:
            if name := kind.milestone:
                reached[name] = min(at, reached.get(name, at))
        turned = self.turned
        for day, at in self.summary.days.items():
            if turned is None or at < turned:
                reached[day] = at
        return reached

    def _ahead(self) -> list[tuple[_Kind, int]]:
        """First times on the way to the buyer; an end that a correction undid is not among them."""
        turned, found = self.turned, []
        for kind, span in self.spans:
            at = self.since_when(span) if kind.final else span.first
            undone = kind.final and span.last < self.since
            if not (kind.back or undone or (turned is not None and at >= turned)):
                found.append((kind, at))
        return found

    def _way_back(self) -> dict[str, int]:
        """Return started and returned."""
        if self.turned is None and self.base_leg not in TO_MERCHANT:
            return {}
        start = self.since if self.turned is None else self.turned
        reached: dict[str, int] = {}
        after = [(kind.status, span) for kind, span in self.spans if span.last >= start]
        if after:
            reached[Milestone.RETURN_STARTED.value] = min(max(span.first, start) for _, span in after)
        home = [
            span.first if span.first >= start else span.last
            for status, span in after
            if status in {Status.DELIVERED, Status.RETURNED}
        ]
        if home:
            reached[Milestone.RETURNED.value] = min(home)
        return reached

    def slipped(self, promised_on: date | None) -> int | None:
        """When the promise was seen to slip: the carrier named a later day.

        Where nothing was promised, its word of a delay is all there is to go by.
        """
        if self.base_leg in TO_MERCHANT:
            return None
        if promised_on is None:
            said = [span for kind, span in self.spans if kind.status is Status.DELAYED and not kind.back]
            return min((span.first for span in said), default=None)
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
