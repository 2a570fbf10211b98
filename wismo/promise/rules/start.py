"""When the clocks start: the day a warehouse begins with an order, and until when that holds. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType

from wismo.promise.plan.model import Cutoff, Payment, Plan, ProductClass
from wismo.promise.rules.calendar import BeyondHorizon
from wismo.promise.rules.cutoffs import cutoff_on, exists, moment
from wismo.promise.rules.question import Because, Item, Question
from wismo.promise.rules.ways import Way
from wismo.vocabulary.calendar import zone_of

# Orders that wait at a warehouse, by the working day on which they are to start; the overdue are today's.
Load = Mapping[date, int]
_EMPTY: Load = MappingProxyType({})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """When handling starts. `day` None is no promise, and the reasons say why."""

    day: date | None = None  # with the longest hold of the payment
    soonest: date | None = None  # with the shortest
    pickup_from: date | None = None  # no hand-over before that day: the lorry of the day may have gone
    order_by: datetime | None = None  # at the warehouse's clock; an order before it starts on the same day
    reasons: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class _Order:
    """A question at a warehouse, its goods looked up."""

    way: Way
    zone: tzinfo
    classes: tuple[str, ...]
    available: date
    payment: Payment | None
    load: Load

    def cutoff(self, day: date) -> Cutoff | None:
        """The earliest of its goods' cut-offs on that day."""
        return _earliest(self.way, self.classes, day)

    def until(self, day: date) -> datetime:
        """The moment from which an order no longer starts that day."""
        cutoff = self.cutoff(day)
        return moment(day, cutoff.at, self.zone) if cutoff else moment(day + _DAY, time(), self.zone)

    def first_day(self, at: datetime) -> date:
        """The working day whose cut-off the order reaches."""
        today = at.astimezone(self.zone).date()
        day = self.way.days.on_or_after(today)
        if day == today and at.astimezone(UTC) >= self.until(day):
            day = self.way.days.add(today, 1)
        while not exists(day, self.zone):
            day = self.way.days.add(day, 1)
        return day

    def begun(self, first: date, hold: int) -> date:
        """The day handling starts, after the hold, the goods' arrival and those who wait already."""
        day = self.way.days.add(first, hold) if hold else first
        return self._spilled(day if day >= self.available else self.way.days.on_or_after(self.available))

    def _spilled(self, day: date) -> date:
        """That day, or the first after it on which those who wait leave room."""
        capacity, days = self.way.warehouse.capacity, self.way.days
        if capacity is None or not self.load:
            return day
        coming: Counter[date] = Counter()
        for due, orders in self.load.items():
            if due <= days.last:
                coming[days.on_or_after(max(due, days.first))] += orders
        working, waiting = min(day, *coming), 0
        while True:
            waiting += coming[working]
            if working >= day and waiting < capacity:
                return working
            waiting = max(0, waiting - capacity)
            working = days.add(working, 1)


@lru_cache(maxsize=8192)
def _earliest(way: Way, classes: tuple[str, ...], day: date) -> Cutoff | None:
    eve = way.days.is_eve(day)
    found = (
        cutoff_on(
            day,
            way.plan.cutoffs,
            warehouse=way.warehouse.key,
            service=way.service.key,
            product_class=product_class,
            eve=eve,
        )
        for product_class in classes
    )
    return min(filter(None, found), key=lambda cutoff: cutoff.at, default=None)


def class_of(item: Item, plan: Plan) -> ProductClass | None:
    """The class an item is of: the one it names, else the first with a pattern that fits its sku."""
    for each in plan.classes:
        fits = any(fnmatchcase(item.sku, pattern) for pattern in each.skus)
        if each.key == item.product_class or (fits and not item.product_class):
            return each
    return None


def start(question: Question, way: Way, load: Load = _EMPTY) -> Start:
    """When that warehouse starts with the order, all items together; `load` is what waits there already."""
    zone = zone_of(way.warehouse.timezone)
    if zone is None:
        return _never("no_zone", warehouse=way.warehouse.key, timezone=way.warehouse.timezone)
    order = _look_up(question, way, zone, load)
    try:
        return _started(order, question.at)
    except BeyondHorizon:
        return _beyond(way, question.at.astimezone(zone).date())


def next_cutoff(question: Question, way: Way, load: Load = _EMPTY) -> datetime | None:
    """Until when an order starts on the same day as one of now; None where nothing is promised."""
    return start(question, way, load).order_by


def _look_up(question: Question, way: Way, zone: tzinfo, load: Load) -> _Order:
    classes = [class_of(item, way.plan) for item in question.items]
    ready = [item.available_on for item in question.items] + [each.available_on for each in classes if each]
    return _Order(
        way=way,
        zone=zone,
        classes=tuple({each.key if each else "" for each in classes}) or ("",),
        available=max(filter(None, ready), default=date.min),
        payment=next((each for each in way.plan.payments if each.key == question.payment), None),
        load=load,
    )


def _started(order: _Order, at: datetime) -> Start:
    first = order.first_day(at)
    least, most = order.payment.hold if order.payment else (0, 0)
    day = order.begun(first, most)
    embargo = order.way.embargo(day, day)
    if embargo:
        return _never("embargo", why=embargo.why, until=embargo.last_day.isoformat())
    pickup_from, order_by = _lorry(order, at, day, order.until(_last_alike(order, first, day, most)))
    return Start(
        day=day,
        soonest=order.begun(first, least) if least < most else day,
        pickup_from=pickup_from,
        order_by=order_by.astimezone(order.zone),
        reasons=tuple(_reasons(order, at, first, day)),
    )


def _last_alike(order: _Order, first: date, day: date, hold: int) -> date:
    """The last day whose orders start on `day` as well, as when goods are awaited."""
    # Others may fill the room of a later day before it comes: nothing is told beyond the next cut-off.
    if first == day or order.way.warehouse.capacity is not None:
        return first
    days = order.way.days
    later = range(days.between(first, day) + 1)
    return days.add(first, bisect_right(later, day, key=lambda n: order.begun(days.add(first, n), hold)) - 1)


def _lorry(order: _Order, at: datetime, day: date, until: datetime) -> tuple[date, datetime]:
    """From when a lorry may take it, and until when that and the start stay the same."""
    hour = order.way.service.handover_by
    if hour is None:
        return day, until
    leaves = moment(day, hour, order.zone)
    if at >= leaves:
        return day + _DAY, until
    return day, min(leaves, until)


def _reasons(order: _Order, at: datetime, first: date, day: date) -> Iterator[Because]:
    """Why it starts on `day`, and not at once."""
    way, today = order.way, at.astimezone(order.zone).date()
    cutoff = order.cutoff(today) if way.days.is_open(today) and first > today else None
    if cutoff:
        yield Because("cutoff_passed", {"at": cutoff.at.isoformat("minutes"), "day": today.isoformat()})
    if first > today and (closed := _closed(way, today + _DAY if cutoff else today, first)):
        yield closed
    if first < day:
        yield from _held(order, first, day)
    if day == today and order.way.service.handover_by and _lorry(order, at, day, at)[0] > day:
        yield Because("lorry_gone", {"at": order.way.service.handover_by.isoformat("minutes")})
    if way.unknown:
        yield Because("unknown_holidays", {"calendars": list(way.unknown)})


def _held(order: _Order, first: date, day: date) -> Iterator[Because]:
    """What keeps it from the first day to `day`."""
    days, payment = order.way.days, order.payment
    held = days.add(first, payment.hold[1]) if payment else first
    if payment and held > first:
        yield Because(
            "payment_hold", {"payment": payment.key, "least": payment.hold[0], "most": payment.hold[1]}
        )
    if order.available > held:
        yield Because("preorder", {"available": order.available.isoformat()})
    ready = days.on_or_after(max(held, order.available))
    if day > ready:
        facts = {"days": days.between(ready, day), "capacity": order.way.warehouse.capacity}
        yield Because("backlog", facts)


def _closed(way: Way, day: date, following: date) -> Because | None:
    """Why the warehouse rests on that day; None where it does not."""
    why = way.days.why_closed(day)
    facts = {"day": day.isoformat(), "next": following.isoformat()}
    if why == "vacation":
        return Because("vacation", facts)
    if why == "adjusted":
        closure = way.closed_by("handling", day)
        return Because("adjusted_closed", {**facts, "why": closure.why if closure else ""})
    return Because("closed_day", {**facts, "why": why}) if why else None


def _beyond(way: Way, today: date) -> Start:
    """Nothing is promised beyond the calendars; where no day is open in them at all, that is what to say."""
    try:
        way.days.on_or_after(today)
    except BeyondHorizon:
        if way.days.first <= today <= way.days.last:
            return _never("no_working_day", warehouse=way.warehouse.key)
    return _never("beyond_calendar", last=way.days.last.isoformat())


def _never(code: str, **facts: str) -> Start:
    return Start(reasons=(Because(code, facts),))
