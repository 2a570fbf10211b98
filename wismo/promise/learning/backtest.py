"""A history replayed: what would have been promised each day, before anything was known that came later."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from wismo.promise.learning.history import History
from wismo.promise.learning.measured import LEVELS, MIDDLE, Measured
from wismo.promise.learning.nights import Nights
from wismo.promise.learning.operating import Operating
from wismo.promise.learning.replay import Replay
from wismo.promise.learning.stages import forecasts_of
from wismo.promise.plan.model import Plan

_WARM_UP = 84  # calendar days of forecasts before the test, by which the gate knows champion from challenger
_AFTER = 60  # calendar days after the last purchase in which parcels are still handed over


@dataclass(frozen=True, slots=True)
class Spans:
    """Days of a backtest: what happened before `train_until` is read before the first forecast that counts.

    Orders bought from `test_from` to `test_until`, both included, are measured. Later nights go on learning.
    """

    train_until: date
    test_from: date
    test_until: date


class BadSpans(ValueError):
    """The spans and the history have nothing to measure; the message says what to change."""


def run(history: History, spans: Spans) -> dict[str, Any]:
    """Replay the history and measure the promises. BadSpans where there is nothing to."""
    began = time.monotonic()
    _check(history, spans)
    replay = Replay(history, Operating(Plan(warehouses=(), services=()), *_calendars(history)))
    nights = Nights(replay)
    nights.walk(int(replay.bought.min()), int(replay.bought.max()) + _AFTER)
    first = min(spans.train_until, spans.test_from).toordinal() - _WARM_UP
    last = spans.test_until.toordinal()
    measured = Measured(replay, spans.test_from, spans.test_until)
    bought = forecasts_of(replay, nights, first, last, (MIDDLE, *LEVELS), from_handover=False)
    handed = forecasts_of(replay, nights, first, last + _AFTER, (MIDDLE, *LEVELS), from_handover=True)
    return measured.report(bought, handed) | {"seconds": round(time.monotonic() - began, 1)}


def _check(history: History, spans: Spans) -> None:
    if not spans.train_until <= spans.test_from <= spans.test_until:
        raise BadSpans("the days must follow each other: train until, test from, test until")
    days = history.bought.astype("datetime64[D]")
    tested = (days >= np.datetime64(spans.test_from)) & (days <= np.datetime64(spans.test_until))
    if not (tested & ~np.isnat(history.arrived)).any():
        raise BadSpans(
            f"no order bought from {spans.test_from} to {spans.test_until} has arrived; "
            f"the file holds purchases from {days.min()} to {days.max()}"
        )
    if not (history.arrived.astype("datetime64[D]") < np.datetime64(spans.train_until)).any():
        raise BadSpans(f"nothing arrived before {spans.train_until}: there is nothing to learn from")


def _calendars(history: History) -> tuple[date, date]:
    days = [moments[~np.isnat(moments)] for moments in (history.bought, history.arrived, history.promised)]
    ends = [column.max().astype("datetime64[D]").item() for column in days if len(column)]
    first: date = history.bought.min().astype("datetime64[D]").item()
    last: date = max(ends)
    return first - timedelta(days=31), last + timedelta(days=366)
