"""`wismo bench` reports what its readers rely on, and says why where there is nothing to report."""

import json
import os
import subprocess
from typing import Any

import pytest

from wismo.bench.databases import NoDatabase, temporary_postgresql
from wismo.cli.processes import command_line

pytestmark = pytest.mark.slow
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
DOOR = ("bench", "door", "--seconds", "0.2", "--rounds", "1", "--json")
PIPELINE = ("bench", "pipeline", "--shipments", "20", "--scans", "4", "--json")
LATENCY = ("bench", "latency", "--rate", "20", "--seconds", "3", "--json")
WORKERS = ("bench", "workers", "--shipments", "2", "--rounds", "1", "--json")
GROWTH = ("bench", "growth", "--few", "40", "--many", "400", "--shipments", "2", "--rounds", "1", "--json")


def told(*command: str, **environment: str) -> dict[str, Any]:
    """What the command prints as JSON."""
    done = subprocess.run(
        command_line(*command), env={**os.environ, **environment}, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("command", "figures"),
    [
        (DOOR, {"requests_per_s", "constant_per_s", "ratio_to_constant", "p99_ms"}),
        (
            PIPELINE,
            {"scans_per_s", "bare_insert_per_s", "ratio_to_bare_insert", "bare_copy_per_s"}
            | {"ratio_to_bare_copy", "rss_mib", "rss_growth_mib"},
        ),
        (LATENCY, {"pushes", "pushes_per_s", "p50_ms", "p99_ms"}),
        (WORKERS, {"one_worker_scans_per_s", "two_workers_scans_per_s", "ratio_of_two_to_one"}),
        (
            GROWTH,
            {"few_scans", "many_scans", "us_per_scan_beside_few", "us_per_scan_beside_many", "ratio"},
        ),
    ],
)
def test_a_database_that_does_not_answer_is_told_with_the_reason(
    command: tuple[str, ...], figures: set[str]
) -> None:
    found = told(*command, **NOWHERE)
    assert found.keys() == {"sqlite", "postgresql", "postgresql_reason"}
    assert found["sqlite"].keys() == figures
    assert found["postgresql"] is None
    assert found["postgresql_reason"].startswith("PostgreSQL at 127.0.0.1:1: ")


FIGURES = [
    (DOOR, "requests_per_s"),
    (PIPELINE, "scans_per_s"),
    (LATENCY, "pushes_per_s"),
    (GROWTH, "us_per_scan_beside_many"),
]


@pytest.mark.parametrize(("command", "figure"), FIGURES)
def test_both_databases_are_measured_where_both_answer(command: tuple[str, ...], figure: str) -> None:
    try:
        with temporary_postgresql():
            pass
    except NoDatabase as reason:
        pytest.skip(f"not tried on postgresql: {reason}")
    found = told(*command)
    assert found.keys() == {"sqlite", "postgresql"}
    assert found["sqlite"].keys() == found["postgresql"].keys()
    assert min(found[engine][figure] for engine in found) > 0
