"""A shop with warehouses in Berlin, Apia and Riyadh, and questions to it."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wismo.promise.plan.model import Cutoff, Payment, Plan, ProductClass, Service, Warehouse, Week
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.question import Item, Question
from wismo.promise.rules.start import Load, Start, start
from wismo.promise.rules.ways import Way, Ways

BERLIN = Warehouse(
    key="berlin", country="DE", region="BE", timezone="Europe/Berlin", week=Week(holidays=("DE-BE",))
)
SAMOA = replace(
    BERLIN, key="apia", country="WS", region="", timezone="Pacific/Apia", week=Week(holidays=("WS",))
)
RIYADH = Warehouse(
    key="riyadh",
    country="SA",
    timezone="Asia/Riyadh",
    week=Week(days=frozenset({6, 0, 1, 2, 3}), holidays=("SA",)),
)
POST = Service(
    key="post",
    carrier="dhl",
    pickup=Week(days=frozenset(range(6)), holidays=("dhl-de",)),
    delivery=Week(days=frozenset(range(6)), holidays=("destination",)),
)
EXPRESS = replace(POST, key="express", handover_by=time(17))
PLAN = Plan(
    warehouses=(BERLIN, SAMOA, RIYADH),
    services=(POST, EXPRESS),
    cutoffs=(
        Cutoff(at=time(14)),
        Cutoff(at=time(18), service="express"),
        Cutoff(at=time(12), days=frozenset({4})),
        Cutoff(at=time(10), product_class="engraved"),
        Cutoff(at=time(11), eves=True),
    ),
    classes=(
        ProductClass(key="engraved", skus=("ENG-*",)),
        ProductClass(key="spring", skus=("SPR-*",), available_on=date(2026, 3, 1)),
    ),
    payments=(Payment(key="transfer", hold=(1, 3)), Payment(key="card", hold=(0, 0))),
)
EVERY_HOUR = replace(PLAN, cutoffs=())
NIGHT = replace(
    PLAN, cutoffs=(Cutoff(at=time(2, 30)),), warehouses=(replace(BERLIN, week=Week(frozenset(range(7)))),)
)


def local(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def way(
    plan: Plan = PLAN,
    warehouse: Warehouse = BERLIN,
    service: Service = POST,
    adjustments: tuple[Adjusted, ...] = (),
    to: tuple[str, str, str] = ("DE", "BY", "80331"),
) -> Way:
    ways = Ways(plan, adjustments, first=date(2010, 1, 1), last=date(2027, 12, 31))
    return ways.way(warehouse, service, *to)


def asked(at: datetime, *, on: Way | None = None, load: Load | None = None, **question: Any) -> Start:
    return start(Question(at=at, country="DE", region="BY", **question), on or way(), load or {})


def codes(found: Start) -> list[str]:
    return [reason.code for reason in found.reasons]


ENGRAVED, SPRING = (Item("ENG-1"),), (Item("SPR-1"),)
BUSY = replace(PLAN, warehouses=(replace(BERLIN, capacity=100),))
CLOSED = replace(PLAN, warehouses=(replace(BERLIN, week=Week(days=frozenset())),))
AWAY = replace(
    PLAN,
    warehouses=(replace(BERLIN, week=Week(closed=((date(2026, 7, 6), date(2026, 7, 17)),))),),
)


def only(plan: Plan, **kinds: Any) -> Way:
    return way(plan, plan.warehouses[0], **kinds)


STRIKE = Adjusted(effect="closed", first_day=date(2026, 7, 7), last_day=date(2026, 7, 8), why="a strike")
BAN = Adjusted(
    effect="embargo", first_day=date(2026, 7, 7), last_day=date(2026, 7, 9), country="DE", why="floods"
)
