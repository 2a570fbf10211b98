"""A parcel that was sent, looked up in plan and tables: its calendar, its clocks, its first day. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol

from wismo.promise.calendars import Place
from wismo.promise.plan.model import Plan, ProductClass, Service, Warehouse, Week
from wismo.promise.rules import lanes
from wismo.promise.rules.answering import LEARNED
from wismo.promise.rules.calendar import BeyondHorizon, calendar_of
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.ladder import Choice, Words, handling_of, transit_of
from wismo.promise.rules.question import Item, Question, Rung
from wismo.promise.rules.revising import News, Travel, View, revise
from wismo.promise.rules.risk import Days, then
from wismo.promise.rules.start import class_of, start
from wismo.promise.rules.tables import Tables
from wismo.promise.rules.ways import Way, Ways
from wismo.vocabulary.calendar import zone_of

_DAY = timedelta(days=1)
# Of a carrier that the plan does not name: the destination's working days.
_DELIVERY = Week(holidays=("destination",))


class Book(Protocol):
    """All that a shop's answers come from: its `Quoter` is one."""

    @property
    def plan(self) -> Plan:
        """The merchant's rules."""
        ...

    @property
    def tables(self) -> Tables:
        """What was learned."""
        ...

    @property
    def ways(self) -> Ways:
        """The plan's calendars."""
        ...

    @property
    def published(self) -> Callable[[str, str, str], Clock | None]:
        """Carriers' own transit times."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a shop told of a parcel."""

    placed_at: datetime | None  # None: its first day is settled
    warehouse: str
    carrier: str
    service: str
    country: str
    region: str
    postcode: str
    skus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A parcel as plan and tables know it."""

    way: lanes.Way
    zone: tzinfo  # the warehouse's
    ready_on: date | None  # its first day, where it was asked for
    days: Days  # of delivery there
    level: float  # to ask the clocks for
    handling: Choice | None
    transit: Choice | None
    slower: Callable[[date], int]  # operating days more, for what is handed over that day

    def travel(
        self, promised_on: date | None, ready_on: date, handed_on: date | None, trust: float
    ) -> Travel:
        """Its way with what has become of it."""
        transit = self.transit.clock if self.transit else None
        more = self.slower(handed_on or ready_on) if transit else 0
        if transit and more:
            transit = then(Clock((*(0.0,) * more, 1.0), transit.sample), transit)
        return Travel(
            days=self.days,
            level=self.level,
            ready_on=ready_on,
            handed_on=handed_on,
            promised_on=promised_on,
            handling=self.handling.clock if self.handling else None,
            transit=transit,
            trust=trust,
        )

    @property
    def rung(self) -> Rung:
        """Where its transit stands on the ladder."""
        return self.transit.rung if self.transit else Rung.NONE


def sent_of(book: Book, told: Told) -> Sent:
    """The parcel in the shop's book; what the plan does not name goes by the destination's working days."""
    plan, tables = book.plan, book.tables
    house, service = _warehouse(plan, told.warehouse), _service(plan, told)
    goods = _goods(plan, told.skus)
    lane = lanes.Way(
        warehouse=told.warehouse or (house.key if house else ""),
        origin=lanes.area(house.country, house.region, house.postcode) if house else "",
        carrier=told.carrier,
        service=service.key if service else told.service,
        product_class=goods.key if goods else "",
        country=told.country,
        region=told.region,
        postcode=told.postcode,
    )
    way = (
        book.ways.way(house, service, told.country, told.region, told.postcode) if house and service else None
    )
    words = Words(plan, book.published)
    by = service or Service(lane.service, told.carrier)
    transit = transit_of(tables, words, lane, by, house, in_all=False) if house else None
    learned = transit is not None and transit.rung in LEARNED
    there = lanes.area(told.country, told.region, told.postcode)
    return Sent(
        way=lane,
        zone=(zone_of(house.timezone) if house else None) or UTC,
        ready_on=_ready_on(told.placed_at, told, house, way) if told.placed_at else None,
        days=way.delivery if way else _calendar(book.ways, told),
        level=tables.asked(plan.level, there) if learned else plan.level,
        handling=handling_of(tables, lane, house, goods) if house else None,
        transit=transit,
        slower=(lambda day: way.slower("transit", day)) if way else (lambda _day: 0),
    )


def see(travel: Travel, news: Iterable[News], today: date, *, stopped: str) -> View:
    """As `revise`; beyond the days the calendars know, by the carrier's word alone."""
    told = list(news)
    try:
        return revise(travel, told, today, stopped=stopped)
    except BeyondHorizon:
        return revise(replace(travel, transit=None, days=_EveryDay()), told, today, stopped=stopped)


class _EveryDay:
    """Where no calendar reaches, each day counts."""

    def add(self, day: date, n: int) -> date:
        return day + n * _DAY

    def between(self, after: date, until: date) -> int:
        return max(0, (until - after).days)


def _warehouse(plan: Plan, key: str) -> Warehouse | None:
    named = (each for each in plan.warehouses if each.key == key)
    return next(named, plan.warehouses[0] if plan.warehouses else None)


def _service(plan: Plan, told: Told) -> Service | None:
    """The plan's service of that key, else the first of that carrier."""
    named = (each for each in plan.services if told.service and each.key == told.service)
    return next(named, None) or next((each for each in plan.services if each.carrier == told.carrier), None)


def _goods(plan: Plan, skus: Iterable[str]) -> ProductClass | None:
    """The class whose days a parcel's goods go by: the first that any of them is of."""
    if not plan.classes:
        return None
    return next(filter(None, (class_of(Item(sku=sku), plan) for sku in skus)), None)


def _ready_on(at: datetime, told: Told, house: Warehouse | None, way: Way | None) -> date:
    """When its clock started: by cut-off, calendar and goods, else the warehouse's day of the order."""
    local = at.astimezone((zone_of(house.timezone) if house else None) or UTC).date()
    if way is None:
        return local
    items = tuple(Item(sku=sku) for sku in told.skus)
    question = Question(
        at=at,
        country=told.country,
        region=told.region,
        postcode=told.postcode,
        service=way.service.key,
        warehouse=way.warehouse.key,
        items=items,
    )
    return start(question, way).day or local


def _calendar(ways: Ways, told: Told) -> Days:
    return calendar_of(_DELIVERY, Place(told.country, told.region), (), first=ways.first, last=ways.last)
