"""`wismo promise backtest`: what would have been promised, had we been there."""

from pathlib import Path

import pytest

from tests.cli.test_commands import wismo
from wismo.cli.promise_backtest import _in_words

REPORT = {
    "orders": 1200,
    "answered": 1195,
    "mae_days": 3.61,
    "levels": {
        "0.95": {
            "on_time": 0.9512,
            "mean_promised_days": 19.04,
            "worst_week_on_time": 0.931,
            "worst_region_on_time": None,
        }
    },
    "baseline": {"on_time": 0.96, "mean_promised_days": 24.1},
    "handover": {"mae_days": 3.33},
    "late": {"purchase": {"auc": 0.781, "pr_auc": 0.152, "base": 0.04}},
    "seconds": 411.0,
}


def refused(folder: Path, *spans: str) -> str:
    """The one sentence on stderr."""
    (folder / "orders.csv").write_text("bought,came\n2026-03-01,2026-03-04\n", encoding="utf-8")
    (folder / "map.toml").write_text('[columns]\nbought = "bought"\narrived = "came"\n', encoding="utf-8")
    told = ("--train-until", "--test-from", "--test-until")
    days = [word for pair in zip(told, spans, strict=False) for word in pair]
    done = wismo(
        "promise", "backtest", str(folder / "orders.csv"), "--mapping", str(folder / "map.toml"), *days
    )
    assert done.exit_code != 0
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("spans", "says"),
    [
        (
            ("2026-03-31", "2026-04-30", "2026-04-01"),
            "--test-until 2026-04-01 lies before --test-from 2026-04-30",
        ),
        (
            ("2026-04-02", "2026-04-01", "2026-04-30"),
            "--train-until 2026-04-02 lies after --test-from 2026-04-01",
        ),
        (("31.3.2026", "2026-04-01", "2026-04-30"), "'31.3.2026' does not match the format '%Y-%m-%d'"),
        (("2026-03-31", "2026-04-01"), "Missing option '--test-until'"),
    ],
)
def test_spans_that_cannot_be_are_refused(tmp_path: Path, spans: tuple[str, ...], says: str) -> None:
    assert says in refused(tmp_path, *spans)


def test_the_pair_stands_beside_the_historys_own_promise() -> None:
    lines = list(_in_words(REPORT))
    assert lines[0] == "1,200 orders, 1,195 with a promise; 411 s"
    assert lines[3].split() == ["0.95", "95.1%", "19.0", "93.1%", "-"]
    assert lines[4].split()[:3] == ["own", "96.0%", "24.1"]
    assert lines[-1] == "who will be late, told at purchase: AUC 0.781, PR-AUC 0.152 (by chance 0.040)"


def test_without_an_own_promise_there_is_nothing_beside_it() -> None:
    assert not any(line.startswith("own") for line in _in_words(REPORT | {"baseline": None}))
