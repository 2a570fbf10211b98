"""A history replayed in the order it happened: what is measured, and that nothing is known before it is."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from wismo.promise.learning.backtest import BadSpans, Spans, run
from wismo.promise.learning.history import MOMENTS, PLACES, TEXTS, History
from wismo.promise.learning.measured import LEVELS, MIDDLE
from wismo.promise.learning.nights import Nights
from wismo.promise.learning.operating import Operating
from wismo.promise.learning.pace import Pace, Seen
from wismo.promise.learning.replay import Replay
from wismo.promise.learning.stages import forecasts_of
from wismo.promise.plan.model import Plan

FIRST = np.datetime64("2025-01-01T10:00:00")
SPANS = Spans(date(2025, 8, 1), date(2025, 8, 1), date(2025, 9, 30))


def made_up(orders: int = 1500, *, seed: int = 7) -> History:
    """Synthetic orders of nine months: near areas take a few days, far ones twice as long, some are lost."""
    rng = np.random.default_rng(seed)
    bought = FIRST + np.sort(rng.integers(0, 273 * 86_400, orders)).astype("timedelta64[s]")
    far = rng.integers(0, 4, orders)
    handed = bought + (rng.gamma(2.0, 0.6, orders) * 86_400).astype("timedelta64[s]")
    arrived = handed + ((1 + rng.gamma(3.0, 0.7 * (1 + far), orders)) * 86_400).astype("timedelta64[s]")
    arrived[rng.random(orders) < 0.01] = np.datetime64("NaT")
    columns: dict[str, Any] = {name: np.full(orders, "", object) for name in TEXTS}
    columns |= {name: np.full(orders, np.datetime64("NaT"), "datetime64[s]") for name in MOMENTS}
    columns |= {name: np.full(orders, np.nan) for name in PLACES}
    columns["reference"] = np.array([str(row) for row in range(orders)], object)
    columns["warehouse"] = np.array([f"house{row}" for row in rng.integers(0, 12, orders)], object)
    columns["country"] = np.full(orders, "DE", object)
    columns["region"] = np.array(["BE", "HH", "SN", "NW"], object)[far]
    columns |= {"bought": bought, "handed": handed, "arrived": arrived}
    columns["promised"] = (bought + np.timedelta64(20, "D")).astype("datetime64[D]").astype("datetime64[s]")
    return History(**columns, numbers={}, words={})


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return run(made_up(), SPANS)


def test_all_that_was_asked_for_is_measured(report: dict[str, Any]) -> None:
    figures = "orders answered mae_days pinball levels baseline handover late cold_start seconds"
    assert set(figures.split()) <= report.keys()
    assert list(report["levels"]) == ["0.90", "0.95", "0.98"]
    assert report["answered"] == report["delivered"] < report["orders"]
    assert list(report["levels"]["0.95"]) == [
        "on_time", "mean_promised_days", "worst_week_on_time", "worst_region_on_time"
    ]  # fmt: skip


def test_a_level_holds_what_it_says(report: dict[str, Any]) -> None:
    kept = {level: told["on_time"] for level, told in report["levels"].items()}
    assert 0.86 < kept["0.90"] < 0.95 < kept["0.98"]
    assert kept["0.90"] <= kept["0.95"] <= kept["0.98"]


def test_the_historys_own_promise_is_measured_beside_it(report: dict[str, Any]) -> None:
    assert report["baseline"]["mean_promised_days"] == 20.0
    assert report["baseline"]["mae_days"] > 3 * report["mae_days"]


@pytest.mark.parametrize(
    "orders", [600, pytest.param(1600, marks=pytest.mark.slow)]
)  # without a model, and with
def test_what_happens_later_changes_no_forecast(orders: int) -> None:
    """The whole of it: hand-overs, arrivals and losses after a day are made up anew."""
    history, day = made_up(orders), np.datetime64("2025-08-20T00:00:00")
    rng = np.random.default_rng(3)
    moved: dict[str, Any] = {}
    for name in ("handed", "arrived"):
        column = getattr(history, name).copy()
        later = ~(column < day)
        column[later] = day + rng.integers(1, 90 * 86_400, int(later.sum())).astype("timedelta64[s]")
        moved[name] = column
    moved["arrived"] = np.maximum(moved["arrived"], moved["handed"])
    for one, other in zip(_forecasts(history), _forecasts(replace(history, **moved)), strict=True):
        known = history.bought < day
        assert np.isfinite(one[known]).sum() > 40
        np.testing.assert_array_equal(one[known], other[known])


def _forecasts(history: History) -> list[Any]:
    replay = Replay(
        history, Operating(Plan(warehouses=(), services=()), date(2024, 12, 1), date(2026, 12, 31))
    )
    nights = Nights(replay)
    first, last = date(2025, 1, 1).toordinal(), date(2025, 9, 30).toordinal()
    nights.walk(first, last)
    made = forecasts_of(replay, nights, last - 80, last, (MIDDLE, *LEVELS), from_handover=False)
    return [*made.days.values(), made.late]


def test_spans_without_anything_to_measure_are_refused() -> None:
    history = made_up(50)
    with pytest.raises(BadSpans, match="the file holds purchases from 2025-01-"):
        run(history, Spans(date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1)))
    with pytest.raises(BadSpans, match="must follow each other"):
        run(history, Spans(date(2025, 3, 1), date(2025, 2, 1), date(2025, 4, 1)))
    with pytest.raises(BadSpans, match="nothing to learn from"):
        run(history, Spans(date(2025, 1, 1), date(2025, 1, 1), date(2025, 4, 1)))


def test_a_file_of_a_few_orders_is_answered_from_tables_alone() -> None:
    told = run(made_up(120), SPANS)
    assert told["answered"] > 0
    assert told["model"] == {"purchase": 0.0, "handover": 0.0, "gates": []}


def test_a_history_that_tells_of_no_hand_over_is_measured_from_the_purchase() -> None:
    history = made_up(400)
    told = run(replace(history, handed=np.full(400, np.datetime64("NaT"), "datetime64[s]")), SPANS)
    assert told["answered"] == told["delivered"] > 0
    assert told["handover"] == {"orders": 0, "mae_days": None}
    assert told["late"]["handover"] == {"auc": None, "pr_auc": None, "base": None}


def seen(took: list[float], *, forecast: float = 4.0, gone: float = 10.0, there: bool = True) -> Seen:
    size = len(took)
    return Seen(
        forecast=np.full(size, forecast),
        age=np.array(took),
        there=np.full(size, there),
        gone=np.full(size, gone),
        area=np.zeros(size, np.int64),
    )


def test_where_all_take_half_as_long_again_the_pace_says_so() -> None:
    pace = Pace(seen([6.0] * 400), 1)
    assert pace.days(np.array([4.0]), np.zeros(1, np.int64), 0.5)[0] == pytest.approx(6.0, rel=0.06)


def test_an_area_of_a_few_slow_parcels_is_nearly_like_all_others() -> None:
    rng = np.random.default_rng(1)
    usual = np.round(rng.gamma(4.0, 1.0, 3000)).tolist()
    told = seen([*usual, 9.0, 9.0])
    told.area[-2:] = 1
    pace = Pace(told, 2)
    usually, there = pace.days(np.full(2, 4.0), np.array([0, 1]), 0.9)
    assert usually < there < 1.1 * usually


def test_the_risk_of_a_day_is_what_the_level_leaves() -> None:
    rng = np.random.default_rng(2)
    pace = Pace(seen(np.round(rng.gamma(4.0, 1.0, 3000)).tolist()), 1)
    area = np.zeros(1, np.int64)
    days = pace.days(np.array([4.0]), area, 0.95)
    assert pace.late(np.array([4.0]), area, days - 0.5)[0] == pytest.approx(0.05, abs=1e-6)
