"""Parcels on their way, with a shop that has a plan and a lane it knows."""

from collections.abc import Sequence
from datetime import date, datetime

import time_machine

from tests.makers import NOW, an_order
from wismo.orders.actions import keep_orders
from wismo.promise.jobs.looking import look_again
from wismo.promise.plan.model import WORKWEEK, Plan, Service, Warehouse, Week
from wismo.promise.quoting import Quoter
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.tables import Tables
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.status import Scan

ALWAYS = Week(days=frozenset(range(7)))
# Every day of the week; ten in a hundred on each of the days two to eleven after the hand-over.
TEN_DAYS = Clock(tuple(min(1.0, max(0, k - 1) / 10) for k in range(12)), 100)
PLAN = Plan(
    level=0.9,
    warehouses=(Warehouse("main", "DE", "Europe/Berlin", week=Week(days=WORKWEEK)),),
    services=(Service("standard", "ups", pickup=ALWAYS, delivery=ALWAYS),),
)


def a_quoter(transit: Clock | None = TEN_DAYS, plan: Plan = PLAN) -> Quoter:
    """Answers from one lane, or from none."""
    clocks = {(Timed.TRANSIT, "s=ups/standard|to=DE"): transit} if transit else {}
    return Quoter(plan, today=NOW.date(), plan_version=3, tables=Tables(learning_id=7, clocks=clocks))


def sent(
    shop_id: int, numbers: Sequence[str], *, promised_on: date | None = None, timezone: str = "Europe/Berlin"
) -> list[int]:
    """One parcel an order, registered now; their ids."""
    orders = [an_order(f"o-{n}", promised_on=promised_on, timezone=timezone) for n in numbers]
    keep_orders(shop_id, orders, NOW)
    parcels = [ShipmentSnapshot(f"s-{n}", f"o-{n}", "ups", n) for n in numbers]
    kept = keep_shipments(shop_id, parcels, NOW)
    return [one.shipment_id for one in kept if one.shipment_id is not None]


def told(shop_id: int, scans: Sequence[Scan], now: datetime) -> None:
    """A carrier told these scans now, and the workers have seen what that changes."""
    record_scans([Received(shop_id, "r", now, scan) for scan in scans], now)
    look_again(now)


def at(clock: time_machine.Traveller, moment: datetime, shop: int, *scans: Scan) -> None:
    """It is that moment, and the carrier has told these scans."""
    clock.move_to(moment)
    if scans:
        told(shop, scans, moment)
