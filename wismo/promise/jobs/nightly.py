"""What each night learns of each shop: its life tables a day older, kept for the servers."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from wismo.promise.actions.learnings import Learned, begin_learning, finish_learning
from wismo.promise.learning.night import Tables
from wismo.promise.learning.operating import Operating
from wismo.promise.learning.structure import FEWEST, is_installed
from wismo.promise.learning.weekly import MOST, challenge
from wismo.promise.plan.model import Plan
from wismo.promise.queries.alarms import alarms_of
from wismo.promise.queries.passages import days_told, newest_passed, passed, shops_with_passages
from wismo.promise.queries.plans import plan_of
from wismo.promise.queries.states import (
    Model,
    has_learned,
    kept_calibration,
    kept_model,
    newest_state,
    outcomes_of,
)
from wismo.promise.rules.calibrating import calibrated
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.tables import Anchors, LaneRow
from wismo.shops.queries import brand_of

WHOLE = 7  # nights after which all facts are read anew: what was told late is counted then
_ROUNDED = 4  # digits of a share
_ALL = 0.9995  # a share from which the rest is a rounding


def learn_all(now: datetime) -> int:
    """Learn of every shop whose day is over; how many."""
    return sum(learn(shop_id, now) is not None for shop_id in shops_with_passages())


def learn(shop_id: int, now: datetime, *, anew: bool = False) -> dict[str, Any] | None:
    """Learn from all days before today, where the shop is; the report.

    None where that was done, another process is at it, or nothing has happened yet. `anew` reads all facts
    again, and does so where that day was learned from before: a file of the past was taken in.
    """
    began = time.monotonic()
    zone = ZoneInfo(brand_of(shop_id).timezone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if not anew and has_learned(shop_id, midnight):
        return None
    first, last = days_told(shop_id)
    if first is None or last is None:
        return None
    # A history that ends earlier does not fade while nothing is told.
    until = min(last, midnight.date() - timedelta(days=1))
    if first > until or (learning_id := begin_learning(shop_id, until, now, anew=anew)) is None:
        return None
    learned = _night(shop_id, first, until, now, anew=anew)
    report = {**learned.report, "seconds": round(time.monotonic() - began, 1)}
    lanes = finish_learning(learning_id, replace(learned, report=report), now)
    return {**report, "lanes": lanes, "parcels": learned.parcels}


def _night(shop_id: int, first: date, until: date, now: datetime, *, anew: bool) -> Learned:
    """What the days up to the end of `until` add; all of them, once a week or where `anew` says so."""
    plan, _ = plan_of(shop_id)
    tables = Tables.new() if anew else _tables(shop_id, until)
    since = date.fromordinal(tables.until) if tables.until else None
    operating = Operating(plan, first - timedelta(days=1), until + timedelta(days=1))
    arrived = tables.advance(until, passed(shop_id, since, until), operating)
    model = _challenge(shop_id, plan, until) if since is None else kept_model(shop_id)
    model, alarms = _watched(model, alarms_of(shop_id, until, now, tables.typical))
    report = {"new": arrived, "whole": since is None, "gate": model.gate, "alarms": alarms}
    return Learned(
        parcels=tables.parcels,
        lanes=chain(_rows(tables), model.lanes),
        state=tables.pack(),
        model="lightgbm" if model.lanes else "",
        calibration=_calibration(shop_id, until),
        report={**report, "typical": tables.typical},
    )


def _calibration(shop_id: int, until: date) -> dict[str, Anchors]:
    """The levels to ask for, moved by what came of the promises of the last day."""
    return calibrated(kept_calibration(shop_id), outcomes_of(shop_id, until - timedelta(days=1), until))


def _watched(model: Model, alarms: list[dict[str, Any]]) -> tuple[Model, list[dict[str, Any]]]:
    """The model is not believed while promises break: then the tables serve, and the report says so."""
    if not model.lanes or all(alarm["code"] != "coverage" for alarm in alarms):
        return model, alarms
    back = {"code": "rolled_back", "facts": {"why": "too few promises were kept"}}
    return Model(model.gate, []), [*alarms, back]


def _challenge(shop_id: int, plan: Plan, until: date) -> Model:
    """Once a week a model is held against the tables: with the extra `ml`, and where parcels are enough."""
    if not is_installed():
        return Model(None, [])
    parcels = newest_passed(shop_id, until, MOST)
    if sum(parcel.arrived_on is not None for parcel in parcels) < FEWEST:
        return Model(None, [])
    told = challenge(parcels, plan, until)
    total = Timed.TOTAL.value
    rows = [LaneRow(total, lane.key, lane.sample, lane.shares, by_model=True) for lane in told.lanes]
    if told.gate is None:
        return Model(None, rows)
    gate = {
        "challenger": "lightgbm",
        "served": told.gate.serves,
        "parcels": told.gate.orders,
        "weeks": 6,
        "gain": round(told.gate.gain, 3),
        "low": round(told.gate.low, 3),
        "high": round(told.gate.high, 3),
    }
    return Model(gate, rows)


def _tables(shop_id: int, until: date) -> Tables:
    """Where the last night stopped; new ones on the first night, and once a week."""
    try:
        tables = Tables.unpack(newest_state(shop_id))
    except ValueError:
        return Tables.new()
    return tables if until.toordinal() - tables.whole < WHOLE else Tables.new()


def _rows(tables: Tables) -> Iterator[LaneRow]:
    for timed, lane in tables.lanes():
        shares = lane.shares.round(_ROUNDED).tolist()
        end = next((age for age, share in enumerate(shares) if share >= _ALL), len(shares) - 1)
        yield LaneRow(timed.value, lane.key, lane.sample, shares[: end + 1])
