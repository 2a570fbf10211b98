"""What each night learns of each shop: its life tables a day older, kept for the servers."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wismo.promise.actions.learnings import LaneRow, Learned, begin_learning, finish_learning
from wismo.promise.learning.night import Tables
from wismo.promise.learning.operating import Operating
from wismo.promise.queries.passages import days_told, passed, shops_with_passages
from wismo.promise.queries.plans import plan_of
from wismo.promise.queries.states import newest_state
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
    first, last = days_told(shop_id)
    if first is None or last is None:
        return None
    yesterday = now.astimezone(ZoneInfo(brand_of(shop_id).timezone)).date() - timedelta(days=1)
    until = min(last, yesterday)  # a history that ends earlier does not fade while nothing is told
    if first > until or (learning_id := begin_learning(shop_id, until, now, anew=anew)) is None:
        return None
    began = time.monotonic()
    plan, _ = plan_of(shop_id)
    tables = Tables.new() if anew else _tables(shop_id, until)
    since = date.fromordinal(tables.until) if tables.until else None
    operating = Operating(plan, first - timedelta(days=1), until + timedelta(days=1))
    arrived = tables.advance(until, passed(shop_id, since, until), operating)
    report = {"new": arrived, "whole": since is None, "seconds": round(time.monotonic() - began, 1)}
    learned = Learned(parcels=tables.parcels, lanes=_rows(tables), state=tables.pack(), report=report)
    lanes = finish_learning(learning_id, learned, now)
    return {**report, "lanes": lanes, "parcels": learned.parcels}


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
