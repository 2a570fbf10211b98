"""A shop in Berlin whose clocks are known to the day, for tests of answers."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wismo.promise.plan.model import (
    Area,
    Cutoff,
    Extra,
    Payment,
    Plan,
    ProductClass,
    Service,
    TypedDays,
    Warehouse,
    Week,
)
from wismo.promise.quoting import Quoter
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.question import Question
from wismo.promise.rules.tables import Tables

ZONE = ZoneInfo("Europe/Berlin")
SIX_DAYS = Week(days=frozenset(range(6)), holidays=("destination",))
BERLIN = Warehouse("berlin", "DE", "Europe/Berlin", region="BE", week=Week(holidays=("DE-BE",)))
ROTTERDAM = Warehouse("rotterdam", "NL", "Europe/Amsterdam", week=Week(holidays=("NL",)))
PLAN = Plan(
    warehouses=(BERLIN, ROTTERDAM),
    services=(
        Service(
            "post",
            "dhl",
            areas=(Area("DE"), Area("CH"), Area("NL"), Area("JP")),
            delivery=SIX_DAYS,
            customs=(1, 2),
        ),
        Service("express", "ups", areas=(Area("DE"), Area("AT")), delivery=Week(holidays=("destination",))),
    ),
    cutoffs=(Cutoff(at=time(14)),),
    extras=(Extra("post", Area("DE", ("25",)), frozenset({1})),),  # the islands: on Tuesdays
    typed=(
        TypedDays("post", Area("CH"), (2, 3)),
        TypedDays("post", Area("NL"), (1, 2)),
        TypedDays("post", Area("NL", ("88",)), (4, 5)),  # the islands
    ),
    classes=(
        ProductClass("spring", ("SPR-*",), available_on=date(2026, 12, 15)),
        ProductClass("engraved", ("ENG-*",), handling=(3, 3)),
        ProductClass("bulky", ("SOFA-*",), alone=True),
        ProductClass("dutch", ("NL-*",), warehouses=("rotterdam",)),
        ProductClass("german", ("DE-*",), warehouses=("berlin",)),
    ),
    payments=(Payment("transfer", (1, 3)),),
)
AT_ONCE = Clock((1.0,), 400)
POST_DE = Clock((0.0, 0.2, 0.9, 0.97, 1.0), 300)
CLOCKS = {
    (Timed.HANDLING, "w=berlin"): AT_ONCE,
    (Timed.HANDLING, "w=rotterdam"): Clock((0.0, 1.0), 90),
    (Timed.TRANSIT, "s=dhl/post|to=DE"): POST_DE,
    (Timed.TRANSIT, "w=berlin|s=dhl/post|to=DE:101"): Clock((0.0, 0.8, 1.0), 40),
    (Timed.TRANSIT, "s=ups/express|to=DE"): Clock((0.0, 0.97, 1.0), 80),
}
TABLES = Tables(7, CLOCKS)
TODAY = date(2026, 11, 24)  # a Tuesday


def at(day: int, hour: int = 10, minute: int = 0, *, month: int = 11) -> datetime:
    """A moment in Berlin, in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def ask(when: datetime, country: str = "DE", **more: Any) -> Question:
    """A question of a parcel to Hamburg, from Berlin by post, if nothing else is said."""
    told = {"postcode": "20095", "service": "post", "warehouse": "berlin"} | more
    return Question(at=when, country=country, **told)


def quoter(plan: Plan = PLAN, tables: Tables = TABLES, **more: Any) -> Quoter:
    """Whoever answers in Berlin, on that Tuesday."""
    return Quoter(plan, today=TODAY, tables=tables, **more)
