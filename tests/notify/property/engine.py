"""The pure part of the house, driven through a history: fold, queue, judge when a dispatcher would."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, cycle
from zoneinfo import ZoneInfo

from tests.makers import a_scan
from tests.notify.property.histories import Arrival, History
from tests.notify.property.oracle import Sent
from wismo.notify.journey.library import house
from wismo.notify.journey.model import Journey, Subject
from wismo.notify.rules.facts import Facts, Reach, Reached
from wismo.notify.rules.gates import GATES, Gate, decide
from wismo.notify.rules.schedule import due
from wismo.notify.rules.verdict import Ruling
from wismo.tracking.rules.state import State, state_of
from wismo.tracking.rules.summary import Summary, summary_of
from wismo.vocabulary.status import Leg, Status

REACH = {"email": Reach("email", "smtp", has_address=True)}
_STATUS = {"rto": (Status.IN_TRANSIT, Leg.RTO), "returned": (Status.RETURNED, Leg.RTO)}
JOURNEYS = [house()[key] for key in sorted(house()) if key in {
    *("shipped", "out_for_delivery", "failed_attempt", "available_for_pickup", "delivered", "all_delivered"),
    "return_to_origin",
}]  # fmt: skip


@dataclass(slots=True)
class Queued:
    """A message that waits."""

    id: int
    journey: Journey
    parcel: int
    day: str
    happened_at: datetime
    due_at: datetime
    expires_at: datetime | None


@dataclass
class Engine:
    """One order's way through the house."""

    history: History
    gates: Sequence[Gate] = GATES
    dedupe: bool = True
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.history.zone)
        self.summaries = [Summary() for _ in range(self.history.parcels)]
        self.states = [State() for _ in range(self.history.parcels)]
        self.told: set[tuple[str, int, str]] = set()
        self.ids = count(1)
        self.lags, self.repeats = cycle(self.history.lags), cycle(self.history.repeats)
        self.heap: list[tuple[datetime, int, int, Arrival | Queued]] = []

    def run(self) -> list[Sent]:
        """Everything that was sent."""
        for arrival in self.history.arrivals:
            heapq.heappush(self.heap, (arrival.at, 0, next(self.ids), arrival))
        while self.heap:
            now, _, _, what = heapq.heappop(self.heap)
            if isinstance(what, Arrival):
                self._arrive(what, now)
            else:
                self._judge(what, now)
        return self.sent

    def _arrive(self, arrival: Arrival, now: datetime) -> None:
        status, leg = _STATUS.get(arrival.status) or (Status(arrival.status), Leg.FORWARD)
        scan = a_scan(status, arrival.happened_at, leg=leg)
        before = set(self.states[arrival.parcel].reached)
        summary = self.summaries[arrival.parcel].merge(summary_of([scan], self.zone))
        self.summaries[arrival.parcel] = summary
        state = self.states[arrival.parcel] = state_of(summary)
        again = next(self.repeats)
        for name, at in state.milestones.items():
            if name not in before or again:  # an event may be announced more than once
                self._start(*name.partition("@")[::2], arrival.parcel, at, now)

    def _start(self, milestone: str, day: str, parcel: int, at: datetime, now: datetime) -> None:
        for journey in JOURNEYS:
            if journey.trigger == milestone and journey.subject is Subject.SHIPMENT:
                self._queue(journey, parcel, day, at, now)
        if milestone == "delivered" and all(s.delivered_at for s in self.states):
            last = max(s.delivered_at for s in self.states if s.delivered_at)
            self._queue(house()["all_delivered"], -1, "", last, now)

    def _queue(self, journey: Journey, parcel: int, day: str, at: datetime, now: datetime) -> None:
        key = (journey.key, parcel, day)
        if self.dedupe and key in self.told:
            return
        self.told.add(key)
        due_at = due(min(at, now), journey.wait, self.zone, self.history.country)
        if journey.collapse:
            due_at += journey.collapse
        expires_at = due_at + journey.max_age if journey.max_age else None
        message = Queued(next(self.ids), journey, parcel, day, at, due_at, expires_at)
        self._later(message, max(due_at, now))

    def _later(self, message: Queued, at: datetime) -> None:
        heapq.heappush(self.heap, (at + next(self.lags), 1, message.id, message))

    def _judge(self, message: Queued, now: datetime) -> None:
        judgement = decide(self._facts(message, now), message.journey, self.gates)
        if judgement.passed:
            self.sent.append(Sent(message.journey.key, message.parcel, message.day, now))
        elif judgement.last.ruling is Ruling.WAIT and judgement.last.again_at is not None:
            self._later(message, judgement.last.again_at)

    def _facts(self, message: Queued, now: datetime) -> Facts:
        whole = message.parcel < 0
        state = None if whole else self.states[message.parcel]
        about = self.states if state is None else [state]
        cancelled = self.history.cancelled_at
        arrived = sum(s.delivered_at is not None for s in self.states)
        return Facts(
            now=now,
            happened_at=message.happened_at,
            due_at=message.due_at,
            expires_at=message.expires_at,
            cancelled_at=cancelled if cancelled and cancelled <= now else None,
            leg=state.leg if state else None,
            status=state.status if state else None,
            milestones=tuple(
                Reached(name.partition("@")[0], at) for s in about for name, at in s.milestones.items()
            ),
            values={
                "order.parcels": self.history.parcels,
                "order.all_delivered": arrived == self.history.parcels,
            },
            country=self.history.country,
            zones=tuple(ZoneInfo(zone) for zone in self.history.zones),
            person="p",
            reach=REACH,
            seed=message.id,
        )
