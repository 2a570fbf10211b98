"""Which operating days a parcel's way is counted in: those its plan would promise it by."""

from datetime import date, timedelta

from wismo.promise.calendars import Place
from wismo.promise.learning.days import OperatingDays
from wismo.promise.plan.model import Plan, Service, Warehouse, Week
from wismo.promise.rules.calendar import OperatingCalendar, calendar_of
from wismo.promise.rules.lanes import Way
from wismo.vocabulary.calendar import workdays


class Operating:
    """The calendars of a plan over a span of history, as indices of `days`.

    What the plan does not name is counted in the working days of its country: a history may be older than
    the plan. Adjustments are left out: what a strike did to parcels is what is to be learned.
    """

    def __init__(self, plan: Plan, first: date, last: date) -> None:
        self.days = OperatingDays(first, last)
        self._span = (first, last)
        self._warehouses = {one.key: one for one in plan.warehouses}
        self._services = {one.key: one for one in plan.services}
        self._home = plan.warehouses[0].country if plan.warehouses else ""
        self._known: dict[OperatingCalendar, int] = {}
        self._handling: dict[str, int] = {}
        self._transit: dict[tuple[str, str, str], int] = {}

    def handling(self, way: Way) -> int:
        """The index of the warehouse's days."""
        found = self._handling.get(way.warehouse)
        if found is None:
            house: Warehouse | None = self._warehouses.get(way.warehouse)
            country = house.country if house else way.origin[:2] or self._home or way.country
            week = house.week if house else Week(workdays(country), (country,))
            found = self._index(week, Place(country, house.region if house else ""))
            self._handling[way.warehouse] = found
        return found

    def transit(self, way: Way) -> int:
        """The index of the days the carrier brings parcels there."""
        key = (way.service, way.country, way.region)
        found = self._transit.get(key)
        if found is None:
            service: Service | None = self._services.get(way.service)
            week = service.delivery if service else Week(workdays(way.country), ("destination",))
            found = self._transit[key] = self._index(week, Place(way.country, way.region))
        return found

    def _index(self, week: Week, place: Place) -> int:
        first, last = self._span
        calendar = calendar_of(week, place, first=first, last=last)
        if calendar not in self._known:
            span = range((last - first).days + 1)
            self._known[calendar] = self.days.add([calendar.is_open(first + timedelta(day)) for day in span])
        return self._known[calendar]
