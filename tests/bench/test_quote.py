"""`wismo bench quote` reports what its readers rely on, and says that all of it is made up."""

import pytest

from tests.bench.test_bench import told
from wismo.bench.quote import measure
from wismo.cli.processes import command_line

pytestmark = pytest.mark.slow


def test_a_promise_is_measured_in_memory_over_http_and_many_at_once() -> None:
    found = measure(command_line, lanes=10_000, seconds=0.3, rounds=1, batch=5_000)
    assert (found["synthetic"], found["lanes"]) == (True, 10_000)
    assert {"table_us", "http_ratio_to_constant", "p99_ms_at_1000_per_s", "batch_1m_s"} <= found.keys()
    assert 0 < found["table_us"] < 1000
    assert found["ledger_rows"] > 0  # what was shown was also kept


def test_the_nights_tables_are_measured() -> None:
    found = told("bench", "quote", "--tables", "--shipments", "4000", "--json")
    assert (found["synthetic"], found["shipments"]) == (True, 4000)
    assert found["tables_s"] > 0
    assert found["tables_rss_mib"] > 0 < found["tables_rss_mib_of_half"]
