"""A way is one warehouse, one service and one destination, with its calendars and adjustments. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from wismo.promise.calendars import DESTINATION, Place
from wismo.promise.calendars.feasts import weekend
from wismo.promise.plan.model import Plan, Service, Warehouse, Week
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.calendar import Closures, OperatingCalendar, calendar_of

_WEEK = frozenset(range(7))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Way:
    """How parcels go from there to here. Ways that are alike are the same object, so it may be a key."""

    plan: Plan
    warehouse: Warehouse
    service: Service
    days: OperatingCalendar  # the warehouse's
    pickup: OperatingCalendar  # when the carrier takes parcels there
    delivery: OperatingCalendar  # when it brings them here, extras and closures applied
    destination: OperatingCalendar  # the country's own working days, by which customs clear
    adjusted: tuple[Adjusted, ...] = ()  # those whose scope it lies in
    unknown: tuple[str, ...] = ()  # calendars that the plan names and of which no holidays are known

    def slower(self, stage: str, day: date) -> int:
        """Operating days more for what begins that stage, "handling" or "transit", on `day`.

        Adjustments of the same days add up. Nobody overtakes: what begins after the slow days waits for what
        began in them, so a backlog melts by a day each day and a later order is never there earlier.
        """
        slow = [each for each in self.adjusted if each.effect == "slower" and each.slows == stage]
        if not slow:
            return 0
        calendar = self.days if stage == "handling" else self.delivery
        most, begun, more = sum(each.days for each in slow), day, 0
        while (gone := calendar.between(begun, day)) < most:
            more = max(more, sum(each.days for each in slow if each.holds(begun, begun)) - gone)
            begun -= _DAY
        return more

    def embargo(self, first: date, last: date) -> Adjusted | None:
        """An embargo on any day from `first` to `last`: what starts or is handed over then has no promise."""
        found = (each for each in self.adjusted if each.effect == "embargo" and each.holds(first, last))
        return next(found, None)

    def closed_by(self, stage: str, day: date) -> Adjusted | None:
        """The adjustment that closes that stage on that day."""
        for each in self.adjusted:
            if each.effect == "closed" and stage in each.stages and each.holds(day, day):
                return each
        return None

    def estimated(self, first: date, last: date) -> tuple[str, ...]:
        """Holidays on the way from `first` to `last` whose day is an estimate: an answer should say so."""
        found: dict[date, str] = {}
        for calendar in (self.days, self.pickup, self.delivery):
            found |= calendar.estimated(first, last)
        return tuple(dict.fromkeys(name for _, name in sorted(found.items())))


class Ways:
    """All ways of a plan under some adjustments, each made once. `first` and `last` bound the calendars."""

    def __init__(
        self, plan: Plan, adjustments: Iterable[Adjusted] = (), *, first: date, last: date, kept: int = 65_536
    ) -> None:
        self.plan, self.first, self.last = plan, first, last
        self._adjustments = tuple(adjustments)
        self._to = lru_cache(maxsize=kept)(self._find)
        self._alike = lru_cache(maxsize=kept)(self._make)
        self._warehouses = {each.key: each for each in plan.warehouses}
        self._services = {each.key: each for each in plan.services}

    def way(
        self, warehouse: Warehouse, service: Service, country: str, region: str = "", postcode: str = ""
    ) -> Way:
        """The way from that warehouse by that service; both are the plan's."""
        return self._to(warehouse.key, service.key, country, region, postcode)

    def _find(self, warehouse: str, service: str, country: str, region: str, postcode: str) -> Way:
        here = {
            "warehouse": warehouse,
            "carrier": self._services[service].carrier,
            "service": service,
            "country": country,
            "postcode": postcode,
        }
        adjusted = tuple(each for each in self._adjustments if each.applies(**here))
        extra = self._extra(service, country, region, postcode)
        return self._alike(warehouse, service, Place(country, region), extra, adjusted)

    def _extra(self, service: str, country: str, region: str, postcode: str) -> frozenset[int] | None:
        """Other delivery days at that place: the narrowest area's."""
        there = [
            each
            for each in self.plan.extras
            if each.service == service and each.area.holds(country, region, postcode)
        ]
        narrowest = max(
            there,
            key=lambda each: (max(map(len, each.area.postcodes), default=0), bool(each.area.region)),
            default=None,
        )
        return narrowest.days if narrowest else None

    def _make(
        self,
        warehouse_key: str,
        service_key: str,
        there: Place,
        extra: frozenset[int] | None,
        adjusted: tuple[Adjusted, ...],
    ) -> Way:
        warehouse, service = self._warehouses[warehouse_key], self._services[service_key]
        here = Place(warehouse.country, warehouse.region)
        own = Week(days=_WEEK - weekend(there.country), holidays=(DESTINATION,))
        days = self._calendar(warehouse.week, here, _closures(adjusted, "handling"))
        pickup = self._calendar(service.pickup, here, _closures(adjusted, "pickup"))
        brings = self._calendar(service.delivery, there, _closures(adjusted, "delivery"), extra)
        return Way(
            plan=self.plan,
            warehouse=warehouse,
            service=service,
            days=days,
            pickup=pickup,
            delivery=brings,
            destination=self._calendar(own, there),
            adjusted=adjusted,
            unknown=tuple(dict.fromkeys((*days.unknown, *pickup.unknown, *brings.unknown))),
        )

    def _calendar(
        self, week: Week, place: Place, closures: Closures = (), days: frozenset[int] | None = None
    ) -> OperatingCalendar:
        return calendar_of(week, place, closures, days, first=self.first, last=self.last)


def _closures(adjusted: tuple[Adjusted, ...], stage: str) -> Closures:
    return tuple(
        sorted((e.first_day, e.last_day) for e in adjusted if e.effect == "closed" and stage in e.stages)
    )
