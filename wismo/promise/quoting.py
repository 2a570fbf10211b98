"""Whoever answers questions of one shop's promises, from memory: no database, no library of numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from wismo.promise import calendars
from wismo.promise.plan.model import Event, Plan, Service, Warehouse
from wismo.promise.published import published_clock
from wismo.promise.rules import lanes
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.answering import Coming, Route, coming
from wismo.promise.rules.calendar import years_around
from wismo.promise.rules.explaining import Step, steps
from wismo.promise.rules.ladder import Published, Words, handling_of, transit_of
from wismo.promise.rules.orderby import OrderBy, Standing, last_moment
from wismo.promise.rules.question import Answer, Because, Question
from wismo.promise.rules.splitting import Goods, Sent, allocate, answer_of, goods_of, until
from wismo.promise.rules.start import Load, Start, start
from wismo.promise.rules.tables import Tables
from wismo.promise.rules.ways import Way, Ways
from wismo.vocabulary.calendar import is_country, zone_of

MOST = 200_000  # routes kept, some 2 KB each; then all are let go, and made again as they are asked for


@dataclass(frozen=True, slots=True)
class _Begun:
    """A start, and the moments between which it is the same."""

    since: datetime
    until: datetime
    start: Start


_DAY = timedelta(days=1)


class Quoter:
    """Answers for one plan, one learning, one set of adjustments, on one day; when any changes, make another.

    Threads may share it. Its memories are plain dicts that only ever get equal values for equal keys.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        today: date,
        plan_version: int = 0,
        tables: Tables | None = None,
        adjustments: Sequence[Adjusted] = (),
        load: Mapping[str, Load] | None = None,
    ) -> None:
        """`load` is what waits at each warehouse."""
        first, last = years_around(today)
        self.plan, self.plan_version = plan, plan_version
        self.tables = tables or Tables()
        self.ways = Ways(plan, adjustments, first=first, last=last)
        self.published: Published = published_clock
        self._load = load or {}
        self._routes: dict[object, Route | Because] = {}
        self._alike: dict[object, Route] = {}
        self._begun: dict[object, _Begun] = {}
        self._warehouses = {each.key: each for each in plan.warehouses}
        self._services = {each.key: each for each in plan.services}

    @property
    def calendar_version(self) -> str:
        """What the calendars of these answers were made from."""
        return calendars.version()

    def quote(self, question: Question) -> Answer:
        """The promise; where there is none its rung is NONE, and its reasons say why."""
        service = self._asked(question)
        level = self._level(question)
        if isinstance(service, Because):
            return Answer(service=question.service, level=level, reasons=(service,))
        return answer_of(self._sent(question, service), service.key, level, self.plan)

    def offers(self, question: Question) -> list[Answer]:
        """The answer of each service that goes there, whichever the question names; in the plan's order."""
        level = self._level(question)
        return [
            answer_of(self._sent(question, service), service.key, level, self.plan)
            for service in self._going(question)
        ]

    def order_by(self, event: Event, question: Question) -> OrderBy:
        """Until when to order, from `question.at` on, to have it by the event's day."""
        service = self._asked(question)
        level = self._level(question)
        if isinstance(service, Because):
            last, key = Standing(None, 0.0, None, (service,)), question.service
        else:
            going, key = service, service.key
            last = last_moment(
                question.at,
                event.day,
                lambda at: _standing(self._sent(replace(question, at=at), going), event.day),
            )
        return OrderBy(
            event=event.key,
            day=event.day,
            service=key,
            until=last.until,
            share=last.share,
            level=level,
            reasons=last.reasons,
        )

    def explain(self, question: Question) -> list[Step]:
        """The way from the question to its answer, for each kind of goods in it."""
        service = self._asked(question)
        if isinstance(service, Because):
            return [Step(service.code, service.facts)]
        found = [Step("service", {"service": service.key, "carrier": service.carrier})]
        for sent in self._sent(question, service):
            found += steps(sent.coming)
        return found

    def _level(self, question: Question) -> float:
        return self.plan.level if question.level is None else question.level

    def _going(self, question: Question) -> Iterator[Service]:
        there = question.country, question.region, question.postcode
        for service in self.plan.services:
            if not service.areas or any(area.holds(*there) for area in service.areas):
                yield service

    def _asked(self, question: Question) -> Service | Because:
        """The service the question names, or the first that goes there."""
        if not is_country(question.country):
            return Because("unknown_country", {"country": question.country})
        if question.service and question.service not in self._services:
            return Because("no_service", {"service": question.service})
        if question.warehouse and question.warehouse not in self._warehouses:
            return Because("no_warehouse", {"warehouse": question.warehouse})
        for service in self._going(question):
            if question.service in {"", service.key}:
                return service
        return Because("not_served", {"service": question.service, "country": question.country})

    def _sent(self, question: Question, service: Service) -> tuple[Sent, ...]:
        kinds = goods_of(question.items, self.plan)
        warehouses = [
            each
            for each in self.plan.warehouses
            if question.warehouse in {"", each.key}
            if not service.warehouses or each.key in service.warehouses
        ]

        def timed(kind: Goods, warehouse: Warehouse) -> Coming:
            own = replace(question, items=kind.items) if len(kinds) > 1 else question
            return self._coming(own, kind, service, warehouse)

        return allocate(kinds, warehouses, timed)

    def _coming(self, question: Question, kind: Goods, service: Service, warehouse: Warehouse) -> Coming:
        goods = kind.product_class.key if kind.product_class else ""
        key = (service.key, warehouse.key, goods, question.country, question.region, question.postcode)
        route = self._routes.get(key)
        if route is None:
            if len(self._routes) >= MOST:
                self._routes.clear()
                self._alike.clear()
            route = self._routes[key] = self._route(question, kind, service, warehouse)
        if isinstance(route, Because):
            return Coming(warehouse.key, (route,))
        begun = self._start(question, goods, route.way)
        return coming(route, begun, question.at, self._level(question), self.tables)

    def _route(
        self, question: Question, kind: Goods, service: Service, warehouse: Warehouse
    ) -> Route | Because:
        country, region, postcode = question.country, question.region, question.postcode
        lane = lanes.Way(
            warehouse=warehouse.key,
            origin=lanes.area(warehouse.country, warehouse.region, warehouse.postcode),
            carrier=service.carrier,
            service=service.key,
            product_class=kind.product_class.key if kind.product_class else "",
            country=country,
            region=region,
            postcode=postcode,
        )
        handling = handling_of(self.tables, lane, warehouse, kind.product_class)
        in_all = kind.product_class is None or kind.product_class.handling is None
        words = Words(self.plan, self.published)
        transit = transit_of(self.tables, words, lane, service, warehouse, in_all=in_all)
        if transit is None:
            return Because("no_days", {"service": service.key, "country": country})
        way = self.ways.way(warehouse, service, country, region, postcode)
        area = lanes.area(country, region, postcode)
        # Neighbours share a route, and what was answered on it. It holds its clock, so the id stays its own.
        spoken = transit.timed, transit.key, id(transit.clock)
        alike = way, lane.product_class, handling.key, *spoken, country, area
        return self._alike.setdefault(alike, Route(way, handling, transit, country, area))

    def _start(self, question: Question, goods: str, way: Way) -> Start:
        """When handling starts: worked out once, and the same until the cut-off or the end of the day."""
        at = question.at
        key = (way, goods, question.payment, question.items[0].available_on if question.items else None)
        begun = self._begun.get(key)
        if begun is not None and begun.since <= at < begun.until:
            return begun.start
        found = start(question, way, self._load.get(way.warehouse.key, {}))
        zone = zone_of(way.warehouse.timezone)
        if zone is not None and found.order_by is not None:
            # At midnight the reasons change although the day may not.
            midnight = datetime.combine(at.astimezone(zone).date() + _DAY, time(), zone)
            over = min(midnight.astimezone(UTC), found.order_by.astimezone(UTC))
            if len(self._begun) >= MOST:
                self._begun.clear()
            self._begun[key] = _Begun(at.astimezone(UTC), over, found)
        return found


def _over(because: Sequence[Because]) -> datetime | None:
    """When an embargo that is named is over everywhere on earth; the last, where there are several."""
    days = [date.fromisoformat(each.facts["until"]) for each in because if each.code == "embargo"]
    return datetime.combine(max(days) + _DAY, time(12), UTC) if days else None


def _standing(sent: Sequence[Sent], day: date) -> Standing:
    because = tuple(reason for each in sent for reason in each.coming.because)
    days = [each.coming.dated for each in sent if each.coming.dated is not None]
    if len(days) < len(sent):
        return Standing(None, 0.0, None, because, _over(because))
    last = min(each.arrival.days.last for each in days)
    if day > last:
        return Standing(None, 0.0, None, (Because("beyond_calendar", {"last": last.isoformat()}),))
    share = min(each.arrival.by(day) for each in days)
    return Standing(max(each.latest for each in days), share, until(sent), because)
