"""From two clocks and their calendars to the share of parcels that have arrived, day by day. Pure.

P(arrived by d) = sum over the days h of handling of p(h) * F(days of delivery from hand-over(h) to d).
A clock counts only days of delivery, so what a day of rest would have brought falls to the next of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from wismo.promise.rules.calendar import OperatingCalendar
from wismo.promise.rules.clock import Clock, typed
from wismo.promise.rules.risk import then
from wismo.promise.rules.ways import Way

ENOUGH = 0.9999  # of all hand-overs: those still to come then move no date

Begun = tuple[date, date]  # the first and the last day handling may begin on: a payment may hold it


@dataclass(frozen=True, slots=True)
class HandOver:
    """The days a parcel may be handed to the carrier, rising, each with the share of just that day.

    Days of delivery are numbered by how many of them lie after `anchor`, the first day of handling.
    """

    anchor: date
    days: tuple[date, ...]
    shares: tuple[float, ...]
    numbers: tuple[
        tuple[int, float], ...
    ]  # of the last day of delivery by then, slow days counted; the share
    first: int  # of the first day of delivery on or after the first hand-over
    # What is handed over after the day of its number, the last one of delivery: none of it has come then.
    resting: Mapping[int, float]

    def day(self, share: float) -> date:
        """The day by which that share has been handed over; the last one that is looked at, where none is."""
        gone = 0.0
        for day, part in zip(self.days, self.shares, strict=True):
            gone += part
            if gone >= share:
                return day
        return self.days[-1]


@dataclass(frozen=True, slots=True)
class Arrival:
    """When parcels arrive, by the numbers of days of delivery as `HandOver` has them."""

    handed: HandOver
    begins: tuple[tuple[int, float], ...]  # the number from which `transit` counts, and the share; rising
    transit: Clock
    days: OperatingCalendar
    resting: Mapping[int, float] = field(default_factory=dict)  # see `HandOver`

    def day(self, share: float) -> date | None:
        """The first day of delivery by which that share has arrived; None where it never comes to that.

        BeyondHorizon where it lies after the calendar's last day.
        """
        at_best = self.transit.quantile(share)
        if at_best is None:
            return None
        number = max(self.handed.first, self.begins[0][0] + at_best)
        last = self.begins[-1][0] + len(self.transit.shares) - 1
        while self.upto(number) < share:
            if number >= last:
                return None
            number += 1
        return self.days.add(self.handed.anchor, number)

    def most(self) -> float:
        """The share that ever arrives."""
        return self.upto(self.begins[-1][0] + len(self.transit.shares))

    def by(self, day: date) -> float:
        """The share that has arrived by the end of that day."""
        anchor = self.handed.anchor
        return 0.0 if day < anchor else self.upto(self.days.between(anchor, day))

    def upto(self, number: int) -> float:
        """The share that has arrived by the day of delivery of that number."""
        if number < self.handed.first:
            return 0.0
        shares = self.transit.shares
        last = len(shares) - 1
        arrived = -self.resting.get(number, 0.0) * shares[0]
        for begin, part in self.begins:
            gone = number - begin
            if gone < 0:
                break
            arrived += part * shares[gone if gone < last else last]
        return arrived


@lru_cache(maxsize=2048)
def hand_overs(begun: Begun, handling: Clock, way: Way, pickup_from: date | None = None) -> HandOver:
    """The days of hand-over of what is begun then: the first pick-up after each is done.

    No earlier than `pickup_from`, where the lorry has gone. ValueError where the clock never ends. Kept, for
    most questions of a day ask for the same few.
    """
    working, pickup = way.days, way.pickup
    more, clock, gone = way.slower("handling", begun[0]), _held(begun, handling, working), 0.0
    parts: dict[date, float] = {}
    for days, upto in enumerate(clock.shares):
        if upto > gone:
            ready = working.add(begun[0], days + more)
            day = pickup.on_or_after(max(ready, pickup_from) if pickup_from else ready)
            parts[day] = parts.get(day, 0.0) + upto - gone
            gone = upto
        if gone >= ENOUGH:
            break
    if not parts:
        raise ValueError("a handling that never ends")
    return _numbered(begun[0], parts, way)


def _numbered(anchor: date, parts: dict[date, float], way: Way) -> HandOver:
    delivery = way.delivery
    numbers: dict[int, float] = {}
    resting: dict[int, float] = {}
    for day, part in parts.items():
        slower = way.slower("transit", day)
        number = delivery.between(anchor, day) + slower
        numbers[number] = numbers.get(number, 0.0) + part
        if not slower and not delivery.is_open(day):
            resting[number] = resting.get(number, 0.0) + part
    first = delivery.between(anchor, delivery.on_or_after(min(parts)))
    return HandOver(anchor, tuple(parts), tuple(parts.values()), tuple(numbers.items()), first, resting)


def arrival(handed: HandOver, transit: Clock, way: Way) -> Arrival:
    """When what is handed over on these days arrives: `transit` counts from each of them."""
    return Arrival(handed, handed.numbers, transit, way.delivery, handed.resting)


def arrival_in_all(begun: Begun, handed: HandOver, total: Clock, way: Way) -> Arrival:
    """When what is begun then arrives: `total` counts from its begin on, in days of delivery."""
    more = way.slower("handling", begun[0]) + way.slower("transit", handed.days[0])
    return Arrival(handed, ((more, 1.0),), _held(begun, total, way.delivery), way.delivery)


def _held(begun: Begun, clock: Clock, days: OperatingCalendar) -> Clock:
    """The clock from the first day it may begin on, each day until the last being as likely as the other."""
    held = days.between(*begun)
    return then(typed(0, held), clock) if held else clock
