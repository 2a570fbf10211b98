"""A plan from its TOML text. Every problem is told at once, each with its line. Pure."""

import re
from datetime import date, time
from functools import cache

from wismo.carriers.directory import carrier
from wismo.promise.plan.model import (
    Area,
    Cutoff,
    Event,
    Extra,
    Payment,
    Plan,
    ProductClass,
    Service,
    Show,
    TypedDays,
    Warehouse,
    Week,
)
from wismo.promise.plan.sense import senseless
from wismo.promise.plan.values import PLAN_KINDS, Row
from wismo.promise.published import published
from wismo.vocabulary.calendar import zone_of, zones_in
from wismo.vocabulary.toml.lines import lines_of
from wismo.vocabulary.toml.notes import Notes, Problem, TextError, listed, parse, shown

LEAST_LEVEL, MOST_LEVEL = 0.80, 0.99
OWN = "own"  # a carrier's name for the shop's own van
KEYS = (
    *("level", "cost", "show", "range_over", "mixed", "horizon", "origins", "widget", "warehouse", "service"),
    *("cutoff", "extra", "typed", "class", "payment", "event"),
)
_EVERY_DAY = frozenset(range(7))
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


class PlanError(TextError):
    """A plan is not one we can follow."""


def read(text: str, *, name: str = "", today: date | None = None) -> Plan:
    """The plan a text says; PlanError with all that is wrong with it.

    `name` is the file's, for the error. With `today`, days people order for must not be over: one that is
    published must be; one that was goes on when its Christmas has passed.
    """
    raw = parse(text)
    if isinstance(raw, Problem):
        raise PlanError([raw], name)
    notes = Notes(lines_of(text), PLAN_KINDS)
    reader = _Reader(Row(notes, raw))
    plan = reader.plan()
    if not notes.problems:
        for path, says in senseless(plan, reader.places, today):
            notes.wrong(path, says)
    if notes.problems:
        raise PlanError(notes.problems, name)
    return plan


def quantile_of(early: float, late: float) -> float:
    """The level at which another day would cost as much as it saves, within our bounds.

    The newsvendor's ratio, late / (early + late): Arrow, Harris, Marschak, "Optimal inventory policy", 1951.
    """
    return min(max(late / (early + late), LEAST_LEVEL), MOST_LEVEL)


class _Reader:
    """Reads one text, part by part."""

    def __init__(self, top: Row) -> None:
        self.top = top
        self.places: dict[str, list[str]] = {"extra": [], "typed": []}  # where each of them stands

    def plan(self) -> Plan:
        """The plan; of no use where something was noted."""
        top = self.top
        top.keys(KEYS, ("warehouse", "service"))
        cost = self._cost()
        word = top.notes.word("show", Show, top.raw.get("show", Show.AUTO))
        return Plan(
            warehouses=tuple(self._warehouse(row) for row in top.rows("warehouse")),
            services=tuple(self._service(row) for row in top.rows("service")),
            level=quantile_of(*cost) if cost else self._level(),
            cost=cost,
            show=word or Show.AUTO,
            range_over=top.number("range_over", 3, 0, 30),
            mixed=self._mixed(),
            horizon=top.number("horizon", 120, 7, 365),
            cutoffs=tuple(self._cutoff(row) for row in top.rows("cutoff")),
            extras=tuple(each for row in top.rows("extra") for each in self._extras(row)),
            typed=tuple(each for row in top.rows("typed") for each in self._typed(row)),
            classes=tuple(self._class(row) for row in top.rows("class")),
            payments=tuple(self._payment(row) for row in top.rows("payment")),
            events=tuple(self._event(row) for row in top.rows("event")),
            origins=self._origins(),
            widget=top.number("widget", 1, 1, 1_000_000),
        )

    def _level(self) -> float:
        level = self.top.notes.typed(self.top.raw, "level", float, 0.95)
        if not LEAST_LEVEL <= level <= MOST_LEVEL:
            self.top.wrong("level", f"{level:g}: write a share from {LEAST_LEVEL:.2f} to {MOST_LEVEL:.2f}")
        return level

    def _cost(self) -> tuple[float, float] | None:
        top = self.top
        if "cost" not in top.raw:
            return None
        if "level" in top.raw:
            top.wrong("cost", "write a level or a cost, not both: each says how sure the date shall be")
        row = Row(top.notes, top.notes.typed(top.raw, "cost", dict, {}), "cost")
        row.keys(("early", "late"), ("early", "late"))
        early = top.notes.typed(row.raw, "cost.early", float, 1.0)
        late = top.notes.typed(row.raw, "cost.late", float, 9.0)
        if not (0 < early <= 1e6 and 0 < late <= 1e6):  # not a number is refused, too
            top.wrong("cost", "write what a day early and a day late cost, both more than 0")
            return None
        return early, late

    def _mixed(self) -> str:
        told = self.top.text("mixed") or "split"
        if told not in {"split", "together"}:
            self.top.wrong("mixed", f'{shown(told)} is none of "split", "together"')
        return told

    def _origins(self) -> tuple[str, ...]:
        origins = self.top.texts("origins")
        for place, origin in enumerate(origins):
            if not _ORIGIN.fullmatch(origin):
                says = f'{shown(origin)} is no address such as "https://shop.example", which has no path'
                self.top.wrong(f"origins[{place}]", says)
        return origins

    def _warehouse(self, row: Row) -> Warehouse:
        known = ("key", "country", "timezone", "region", "postcode", "week", "handling", "capacity")
        row.keys(known, ("key", "country", "timezone"))
        if "week" not in row.raw:
            row.wrong("week", 'is missing: write such as { days = "mon-fri", holidays = ["DE"] }')
        country = row.country()
        return Warehouse(
            key=row.key("key"),
            country=country,
            timezone=self._zone(row, country),
            region=row.region(),
            postcode=row.text("postcode", longest=16),
            week=row.week("week", Week()),
            handling=row.days("handling", (0, 1)),
            capacity=row.number("capacity", 1, 1, 10_000_000) if "capacity" in row.raw else None,
        )

    def _zone(self, row: Row, country: str) -> str:
        zone = row.text("timezone")
        if "timezone" in row.raw and zone_of(zone) is None:
            here = listed(zones_in(country)[:3] or ("UTC",))
            row.wrong("timezone", f"{shown(zone)} is no time zone; write one such as {here}")
        return zone

    def _service(self, row: Row) -> Service:
        known = ("key", "carrier", "name", "warehouses", "to", "pickup", "delivery", "published")
        row.keys((*known, "handover_by", "customs"), ("key",))
        usual = _usual()
        return Service(
            key=row.key("key"),
            carrier=self._carrier(row),
            name=row.text("name"),
            warehouses=row.texts("warehouses"),
            areas=row.areas("to"),
            pickup=row.week("pickup", usual.pickup),
            delivery=row.week("delivery", usual.delivery),
            published=self._published(row),
            handover_by=row.clock("handover_by"),
            customs=row.days("customs", (0, 0)),
        )

    def _carrier(self, row: Row) -> str:
        told = row.text("carrier", longest=60)
        if told and told != OWN and carrier(told) is None:
            row.wrong("carrier", f'{shown(told)} is no carrier we know; "{OWN}" is the shop\'s own van')
        return told

    def _published(self, row: Row) -> str:
        told = row.text("published")
        if told and told not in published():
            near = [key for key in published() if key.startswith(told.partition("/")[0])]
            row.wrong("published", f"{shown(told)} is not known; write one of {listed(near or published())}")
        return told

    def _cutoff(self, row: Row) -> Cutoff:
        row.keys(("at", "warehouse", "service", "class", "days", "eves"), ("at",))
        return Cutoff(
            at=row.clock("at") or time(),
            warehouse=row.text("warehouse"),
            service=row.text("service"),
            product_class=row.text("class"),
            days=row.weekdays("days", _EVERY_DAY),
            eves=row.yes("eves"),
        )

    def _extras(self, row: Row) -> list[Extra]:
        row.keys(("service", "to", "days"), ("service", "to", "days"))
        days = row.weekdays("days", _EVERY_DAY)
        return [Extra(row.text("service"), area, days) for area in self._to(row, "extra")]

    def _typed(self, row: Row) -> list[TypedDays]:
        row.keys(("service", "to", "days", "warehouse"), ("service", "to", "days"))
        days, warehouse = row.days("days", (1, 1)), row.text("warehouse")
        return [TypedDays(row.text("service"), area, days, warehouse) for area in self._to(row, "typed")]

    def _to(self, row: Row, kind: str) -> tuple[Area, ...]:
        areas = row.areas("to")
        self.places[kind] += [row.path] * len(areas)
        if row.raw.get("to") == []:
            row.wrong("to", 'name at least one place, such as ["DE"]')
        return areas

    def _class(self, row: Row) -> ProductClass:
        row.keys(("key", "skus", "handling", "available_on", "warehouses", "alone"), ("key",))
        return ProductClass(
            key=row.key("key"),
            skus=row.texts("skus"),
            handling=row.days("handling", (0, 0)) if "handling" in row.raw else None,
            available_on=row.day("available_on"),
            warehouses=row.texts("warehouses"),
            alone=row.yes("alone"),
        )

    def _payment(self, row: Row) -> Payment:
        row.keys(("key", "hold"), ("key", "hold"))
        return Payment(row.key("key"), row.days("hold", (0, 0)))

    def _event(self, row: Row) -> Event:
        row.keys(("key", "day", "lead_days"), ("key", "day"))
        return Event(row.key("key"), row.day("day") or date.min, row.number("lead_days", 21, 1, 120))


@cache
def _usual() -> Service:
    """A service that says nothing of its days."""
    return Service(key="", carrier="")


def problems_of(text: str, today: date | None = None) -> tuple[Problem, ...]:
    """All that is wrong with a text; none where it could be published."""
    try:
        read(text, today=today)
    except PlanError as error:
        return error.problems
    return ()
